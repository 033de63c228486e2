"""What one step of a recurrent operator computes, as nodes of a graph: LSTM, GRU and RNN.

A state is a tensor, or a constant before the first step; what is zero in it is left out. With s the sigmoid, x_g what
the input adds to gate g, and * value by value::

    LSTM  c' = s(x_f + h R_f) * c + s(x_i + h R_i) * tanh(x_c + h R_c)      h' = s(x_o + h R_o) * tanh(c')
    GRU   h' = (1 - z) * n + z * h     z = s(x_z + h R_z)     r = s(x_r + h R_r)
          n = tanh(x_h + (r * h) R_h), or tanh(x_h + r * (h R_h + b)) with linear_before_reset
    RNN   h' = tanh(x + h R)

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.functions import Formula

from ..graph.builder import GraphBuilder
from ..graph.step import Step
from ..graph.tensor import Tensor

__all__ = ["CELLS", "Cell", "State", "Weights"]

Vector = Tensor | NDArray[np.float64]
State = tuple[Vector, ...]  #: h, and c of an LSTM: tensors, or constants [hidden]


@dataclass(frozen=True, eq=False)
class Weights:
    """Of one direction, by name of the gate.

    Parameters
    ----------
    inputs : dict of str to ndarray [inputs, hidden]
    hidden : dict of str to ndarray [hidden, hidden]
    biases : dict of str to ndarray [hidden]
        What is added to each gate.
    within : ndarray [hidden] or None
        What is added to ``h R_h`` before the reset gate, with linear_before_reset.
    """

    inputs: dict[str, NDArray[np.float64]]
    hidden: dict[str, NDArray[np.float64]]
    biases: dict[str, NDArray[np.float64]]
    within: NDArray[np.float64] | None

    @classmethod
    def of(
        cls,
        gates: tuple[str, ...],
        *,
        inputs: NDArray[np.float64],
        hidden: NDArray[np.float64],
        biases: NDArray[np.float64],
        is_after: bool,
    ) -> Weights:
        """Those of ONNX's tensors W, R and B of a direction; ``is_after``: linear_before_reset."""
        own, other = (np.split(each, len(gates)) for each in np.split(biases, 2))
        within = other[-1] if is_after else None
        sums = {gate: one + two for gate, one, two in zip(gates, own, other, strict=True)}
        if is_after:
            sums[gates[-1]] = own[-1]
        return cls(_by_gate(gates, inputs), _by_gate(gates, hidden), sums, within)


def _by_gate(gates: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """A matrix for each gate, the outputs last, of one with the rows of all gates."""
    return {gate: each.T for gate, each in zip(gates, np.split(values, len(gates)), strict=True)}


@dataclass(frozen=True, eq=False)
class Cell:
    """A recurrent operator.

    Parameters
    ----------
    gates : tuple of str
        In ONNX's order of weights.
    activations : tuple of str
        The default ones, of one direction.
    states : int
        Tensors of a state.
    next
        Makes the nodes of a step: of what the input adds to each gate, the state before it, the weights and the words
        that its nodes are named with; the state behind it.
    """

    gates: tuple[str, ...]
    activations: tuple[str, ...]
    states: int
    next: Callable[[GraphBuilder, Step, dict[str, Tensor], State, Weights, str], State]


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes nodes of a step."""

    builder: GraphBuilder
    step: Step
    word: str

    def node(self, op: str, inputs: list[Tensor], what: str, **fields: Any) -> Tensor:
        name = self.builder.helper_name(self.step, f"{self.word} {what}")
        return self.builder.emit(self.step, op, inputs, inputs[0], name=name, **fields)

    def function(self, op: str, x: Tensor, what: str) -> Tensor:
        return self.node(op, [x], what)

    def linear(self, x: Tensor, weight: NDArray[np.float64], bias: NDArray[np.float64] | None, what: str) -> Tensor:
        bias = np.zeros(weight.shape[1]) if bias is None else bias
        return self.node("linear", [x], what, weight=weight, bias=bias)

    def gate(self, x: Tensor, h: Vector, weight: NDArray[np.float64], what: str) -> Tensor:
        """``x + h R``."""
        if isinstance(h, Tensor):
            return self.node("add", [x, self.linear(h, weight, None, f"{what} of state")], f"{what} sum")
        return self.plus(x, h @ weight, f"{what} sum")

    def plus(self, x: Tensor, values: NDArray[np.float64], what: str) -> Tensor:
        """``x`` plus a constant."""
        return self.node("batch_norm", [x], what, weight=np.ones(len(values)), bias=values) if values.any() else x

    def times(self, x: Tensor, other: Vector, what: str) -> Tensor | None:
        """``x`` times a tensor or a constant; None of zero."""
        if isinstance(other, Tensor):
            return self.node("mul", [x, other], what)
        return self.node("batch_norm", [x], what, weight=other, bias=0 * other) if other.any() else None

    def sum(self, x: Tensor, other: Tensor | None, what: str) -> Tensor:
        return x if other is None else self.node("add", [x, other], what)


def _lstm(builder: GraphBuilder, step: Step, x: dict[str, Tensor], state: State, weights: Weights, word: str) -> State:
    make, (h, c) = _Maker(builder, step, word), state
    sums = {gate: make.gate(x[gate], h, weights.hidden[gate], gate) for gate in x}
    entering = make.function("sigmoid", sums["input"], "input")
    wanted = make.function("tanh", sums["cell"], "candidate")
    kept = None
    if isinstance(c, Tensor) or c.any():
        kept = make.times(make.function("sigmoid", sums["forget"], "forget"), c, "kept")
    c = make.sum(make.node("mul", [entering, wanted], "entering"), kept, "cell")
    leaving = make.function("sigmoid", sums["output"], "output")
    return make.node("mul", [leaving, make.function("tanh", c, "cell tanh")], "hidden"), c


_ONE_LESS_SIGMOID: Formula = ("add", ("mul", ("sigmoid", {}, ("x",)), ("constant", -1.0)), ("constant", 1.0))


def _gru(builder: GraphBuilder, step: Step, x: dict[str, Tensor], state: State, weights: Weights, word: str) -> State:
    make, (h,) = _Maker(builder, step, word), state
    update = make.gate(x["update"], h, weights.hidden["update"], "update")
    wanted = make.function("tanh", _candidate(make, x, h, weights), "candidate")
    taken = make.node("formula", [update], "taken", attributes={"formula": _ONE_LESS_SIGMOID})
    taken = make.node("mul", [taken, wanted], "entering")
    if not isinstance(h, Tensor) and not h.any():
        return (taken,)
    kept = make.times(make.function("sigmoid", update, "update"), h, "kept")
    return (make.sum(taken, kept, "hidden"),)


def _candidate(make: _Maker, x: dict[str, Tensor], h: Vector, weights: Weights) -> Tensor:
    """What the new state's tanh is taken of."""
    own, weight = x["hidden"], weights.hidden["hidden"]
    before: Vector = h  # what the reset gate is multiplied with
    if weights.within is not None and isinstance(h, Tensor):
        before = make.linear(h, weight, weights.within, "reset of state")
    elif weights.within is not None:
        before = np.asarray(h) @ weight + weights.within
    if not isinstance(before, Tensor) and not before.any():
        return own
    reset = make.function("sigmoid", make.gate(x["reset"], h, weights.hidden["reset"], "reset"), "reset")
    seen = make.times(reset, before, "seen")
    if seen is not None and weights.within is None:
        seen = make.linear(seen, weight, None, "hidden of state")
    return make.sum(own, seen, "candidate sum")


def _rnn(builder: GraphBuilder, step: Step, x: dict[str, Tensor], state: State, weights: Weights, word: str) -> State:
    make = _Maker(builder, step, word)
    return (make.function("tanh", make.gate(x["hidden"], state[0], weights.hidden["hidden"], "hidden"), "hidden"),)


#: By name of the operator.
CELLS = {
    "GRU": Cell(("update", "reset", "hidden"), ("Sigmoid", "Tanh"), 1, _gru),
    "LSTM": Cell(("input", "output", "forget", "cell"), ("Sigmoid", "Tanh", "Tanh"), 2, _lstm),
    "RNN": Cell(("hidden",), ("Tanh",), 1, _rnn),
}
