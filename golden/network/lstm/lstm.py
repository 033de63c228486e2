"""A long short-term memory (LSTM) layer in floating point.

The gates i, f, g, o lie side by side in 4 H columns::

    a = x W + h U + b        c = sigmoid(a_f) c + sigmoid(a_i) tanh(a_g)        h = sigmoid(a_o) tanh(c)

Source: Hochreiter, Schmidhuber 1997, with the forget gate of Gers, Schmidhuber, Cummins 2000, in the order of gates of
PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...quantise import finite_array

__all__ = ["GATES", "LSTM"]

GATES = 4


@dataclass(frozen=True, eq=False)
class LSTM:
    """An LSTM in floating point. ValueError for other shapes, NaN and infinities.

    Parameters
    ----------
    input_weight : array_like of real numbers [inputs, 4 H]
        Gates i, f, g, o.
    hidden_weight : array_like of real numbers [H, 4 H]
    bias : array_like of real numbers [4 H]
    """

    input_weight: NDArray[np.float64]
    hidden_weight: NDArray[np.float64]
    bias: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("input_weight", "hidden_weight", "bias"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name)))
        shapes = self.input_weight.shape, self.hidden_weight.shape, self.bias.shape
        wide = self.bias.size
        hidden = wide // GATES
        if len(shapes[0]) != 2 or shapes != ((shapes[0][0], wide), (hidden, GATES * hidden), (wide,)) or not hidden:
            raise ValueError(
                f"input_weight, hidden_weight, bias have shapes {shapes}, allowed are [inputs, 4 H], [H, 4 H], [4 H]"
            )

    def run(
        self, x: ArrayLike, state: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    ) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The hidden states of a sequence.

        Parameters
        ----------
        x : array_like of real numbers [batch, time, inputs]
        state : (h, c), optional
            Each float64 [batch, H], zeros if None.

        Returns
        -------
        h : ndarray of float64 [batch, time, H]
        state : (h, c)
            After the last step.
        """
        data = self.checked(x)
        hidden = self.bias.size // GATES
        h, c = (np.zeros((data.shape[0], hidden)), np.zeros((data.shape[0], hidden))) if state is None else state
        given, outputs = data @ self.input_weight + self.bias, []
        for time in range(data.shape[1]):
            i, f, g, o = np.split(given[:, time] + h @ self.hidden_weight, GATES, axis=1)
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            h = _sigmoid(o) * np.tanh(c)
            outputs.append(h)
        return np.stack(outputs, axis=1), (h, c)

    def checked(self, x: ArrayLike) -> NDArray[np.float64]:
        """``x`` as float64 [batch, time, inputs], each >= 1, else ValueError."""
        data, inputs = finite_array("x", x), self.input_weight.shape[0]
        if data.ndim != 3 or data.shape[2] != inputs or 0 in data.shape:
            raise ValueError(f"x has shape {data.shape}, allowed is [batch, time, {inputs}] with batch, time >= 1")
        return data


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return (np.tanh(x / 2) + 1) / 2
