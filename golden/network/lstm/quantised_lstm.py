"""A long short-term memory (LSTM) layer in integers; in floating point it is `lowtide.golden.network.lstm.lstm`.

x and h are codes with scales, W and U integers with a scale per column. The two accumulators of the gates,
``a = x W + h U + b``, are aligned and added in one requantisation to gate codes of ``gate_bits`` bits of scale
``8 / 2^(gate_bits-1)``, b as 32-bit integers in the first. Tables give 16-bit values of scale 2^-14. The cell state is
16-bit fixed point of scale 2^-11, -16..16::

    c = clip(round((f c 2^3 + i g) / 2^17))        h = clip(round(o tanh(c) / 2^(28-(n-1))))

with tanh(c) looked up at c rounded to gate_bits bits, and h of n bits and scale 2^-(n-1). All rounding is to nearest,
halves upwards, that of tables ties to even.

Source: Jacob et al., arXiv 1712.05877, and its tables of sigmoid and tanh in 16-bit fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_bits, check_integer
from ...functions import Table, round_shift
from ...functions.codes import Codes
from ...number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from ...pe.fields import check_choice
from ..integers.requantisation import MULTIPLIER_BITS, REQUANTISATIONS, check_multiplier_bits, requantise_sum
from ..quantised.layer import Product, QuantisedLayer
from ..quantised.weights import QuantisedWeights
from .lstm import GATES, LSTM

__all__ = ["QuantisedLSTM"]

_GATE_RANGE = 8  # gate sums are clipped to -8..8
_FRACTION = 14  # of what the tables give
_CELL_FRACTION, _CELL_LIMIT, _CELL_BITS = 11, (1 << 15) - 1, 16
_NO_LIMITS = (-np.inf, np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedLSTM:
    """An LSTM in integers, made by `quantise`.

    Parameters
    ----------
    lstm : LSTM
        In floating point.
    inputs, recurrent : QuantisedLayer
        The layers of W, with the bias, and of U.
    x_quantiser : FixedPointQuantiser
        Of the data.
    h_bits : int
        n, 2..16.
    gate_bits : int
        6..16.
    requantisation, multiplier_bits : str, int
        See `lowtide.golden.network.integers.requantisation`.
    """

    lstm: LSTM
    inputs: QuantisedLayer
    recurrent: QuantisedLayer
    x_quantiser: FixedPointQuantiser
    h_bits: int = 8
    gate_bits: int = 12
    requantisation: str = REQUANTISATIONS[0]
    multiplier_bits: int = MULTIPLIER_BITS

    def __post_init__(self) -> None:
        check_choice("requantisation", self.requantisation, REQUANTISATIONS)
        check_multiplier_bits(self.multiplier_bits)
        check_bits("h_bits", self.h_bits)
        check_integer("gate_bits", self.gate_bits, 6, 16)

    @classmethod
    def quantise(
        cls,
        lstm: LSTM,
        x_quantiser: FixedPointQuantiser,
        weights: tuple[QuantisedWeights, QuantisedWeights],
        *,
        data_terms: int = 0,
        **fields: Any,
    ) -> QuantisedLSTM:
        """A float layer with quantised weights.

        Parameters
        ----------
        lstm : LSTM
        x_quantiser : FixedPointQuantiser
            Of the data.
        weights : (QuantisedWeights, QuantisedWeights)
            Of W, of U.
        data_terms : int
            Terms of every datum that are multiplied, the highest; 0 for all.
        **fields
            h_bits to multiplier_bits of the class.

        Raises
        ------
        ValueError
            For weights of other shapes or without integers.
        """
        layers, h_bits = [], fields.get("h_bits", cls.h_bits)
        for name, given, matrix, bias, bits, signed in (
            ("inputs", weights[0], lstm.input_weight, lstm.bias, x_quantiser.format.bits, x_quantiser.format.signed),
            ("recurrent", weights[1], lstm.hidden_weight, np.zeros(lstm.bias.size), h_bits, True),
        ):
            if given.integers is None or given.values.shape != matrix.shape:
                raise ValueError(
                    f"weights of {name} are {given.name} of shape {given.values.shape}, allowed are integers times a "
                    f"scale per column of shape {matrix.shape}"
                )
            layers.append(
                QuantisedLayer(
                    name=name,
                    weights=given,
                    bias=bias,
                    geometry=None,
                    x_bits=bits,
                    x_signed=signed,
                    data_terms=data_terms,
                )
            )
        return cls(lstm=lstm, inputs=layers[0], recurrent=layers[1], x_quantiser=x_quantiser, **fields)

    @cached_property
    def h_quantiser(self) -> FixedPointQuantiser:
        """Of h: codes of n bits, scale 2^-(n-1)."""
        return _binary_point(self.h_bits, self.h_bits - 1)

    @cached_property
    def gate_quantiser(self) -> FixedPointQuantiser:
        """Of the gate sums: codes of gate_bits bits, scale 8 / 2^(gate_bits-1)."""
        return _binary_point(self.gate_bits, self.gate_bits - 1 - int(np.log2(_GATE_RANGE)))

    @cached_property
    def tables(self) -> tuple[Table, Table, Table]:
        """(sigmoid of gates, tanh of gates, tanh of the cell state), `lowtide.golden.functions.Table`."""
        gate = float(self.gate_quantiser.scale)
        cell = 2.0 ** (_CELL_BITS - self.gate_bits - _CELL_FRACTION)

        def table(function: str, scale: float) -> Table:
            return Table(Codes(function=function, x_scale=scale, x_bits=self.gate_bits, y_bits=16, one=1 << _FRACTION))

        return table("sigmoid", gate), table("tanh", gate), table("tanh", cell)

    def run(
        self,
        x: ArrayLike,
        state: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
        *,
        product: Product | None = None,
    ) -> tuple[NDArray[np.float64], tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The hidden states of a sequence, computed in integers.

        Parameters
        ----------
        x : array_like of real numbers [batch, time, inputs]
        state : (h, c), optional
            Codes, int64 [batch, H] each, zeros if None.
        product : Product or None
            The GEMM, see `lowtide.golden.network.quantised.layer.QuantisedLayer.accumulators`.

        Returns
        -------
        h : ndarray of float64 [batch, time, H]
        state : (h, c)
            Codes after the last step.
        """
        codes, last = self.run_integers(self.x_quantiser.encode(self.lstm.checked(x)), state, product=product)
        return self.h_quantiser.decode(codes), last

    def run_integers(
        self,
        x: NDArray[np.integer],
        state: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
        *,
        product: Product | None = None,
    ) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """As `run`, of codes of x, int32 [batch, time, inputs], to codes of h, int64 [batch, time, H]."""
        hidden = self.lstm.bias.size // GATES
        h, c = (np.zeros((x.shape[0], hidden), np.int64),) * 2 if state is None else state
        given, scale = self.inputs.accumulators(x, self.x_quantiser, product)
        outputs = []
        for time in range(x.shape[1]):
            again = self.recurrent.accumulators(h, self.h_quantiser, product)
            parts = [(given[:, time], scale), again]
            gates = requantise_sum(parts, self.gate_quantiser, _NO_LIMITS, self.requantisation, self.multiplier_bits)
            h, c = self.cell(gates, c)
            outputs.append(h)
        return np.stack(outputs, axis=1), (h, c)

    def cell(self, gates: NDArray[np.integer], c: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The codes of the next (h, c), int64 [batch, H], of gate codes [batch, 4 H] and c."""
        sigmoid, tanh, tanh_of_cell = self.tables
        tables = sigmoid, sigmoid, tanh, sigmoid
        i, f, g, o = (
            table(codes).astype(np.int64) for table, codes in zip(tables, np.split(gates, GATES, axis=1), strict=True)
        )
        lift = _FRACTION - _CELL_FRACTION
        c = round_shift((f * c << lift) + i * g, np.array(2 * _FRACTION - _CELL_FRACTION))
        c = np.clip(c, -_CELL_LIMIT, _CELL_LIMIT)
        places = np.minimum(round_shift(c, np.array(_CELL_BITS - self.gate_bits)), (1 << (self.gate_bits - 1)) - 1)
        products = o * tanh_of_cell(places)
        h = round_shift(products, np.array(2 * _FRACTION - (self.h_bits - 1)))
        largest = (1 << (self.h_bits - 1)) - 1
        return np.clip(h, -largest, largest), c


def _binary_point(bits: int, fraction: int) -> FixedPointQuantiser:
    """Signed fixed point of scale 2^-fraction."""
    largest = ((1 << (bits - 1)) - 1) / (1 << fraction)
    return FixedPoint(bits, power_of_two=True).of_range(-largest, largest)
