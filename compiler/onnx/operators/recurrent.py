"""ONNX operators whose state goes from step to step: LSTM, GRU and RNN, unrolled over a stated number of steps.

What the input adds to each gate is one linear layer over all steps, of which every step takes its row; the steps
themselves are linear layers of the state, sums, products and functions (`cells`). A state of zeros is left out.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import Tensor
from .cells import CELLS, Cell, State, Weights

__all__ = ["MOST_STEPS", "RECURRENT"]

MOST_STEPS = 512  #: of all recurrent operators of a model: steps of each layer, in each direction

_DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}  # whether backwards


@dataclass(frozen=True)
class _Axes:
    """Where the axes lie in ONNX, by the attribute ``layout``: of the input, of the output Y, of states."""

    steps: int
    batch: int
    outputs: tuple[int, int, int]  # steps, batch, directions
    states: tuple[int, int]  # batch, directions


_LAYOUTS = (_Axes(0, 1, (0, 2, 1), (1, 0)), _Axes(1, 0, (1, 0, 2), (0, 1)))


def _recurrent(builder: GraphBuilder, step: Step) -> tuple[Tensor | None, ...]:
    cell, x = CELLS[step.op], step.tensor()
    backwards = _directions(step, cell)
    axes = _LAYOUTS[int(step.attributes.get("layout", 0))]
    if len(x.shape) != 3 or x.batch_axis != axes.batch:
        allowed = "[steps, batch, values] of layout 0" if axes.steps == 0 else "[batch, steps, values] of layout 1"
        step.refuse(f"input of shape {x.shape}, axis {x.batch_axis} of which is the batch", allowed)
    count, hidden = x.shape[axes.steps], _hidden(step)
    weights = _weights(step, cell, len(backwards), x.shape[2], hidden)
    _check_steps(builder, step, count * len(backwards))
    states = [_states(step, axes, place, len(backwards), hidden) for place in (5, 6)[: cell.states]]
    x = arranged(builder, step, x, (axes.batch, 2) if count == 1 else (axes.batch, axes.steps, 2))
    rows: list[list[State]] = []
    for direction, is_backward in enumerate(backwards):
        word = "reverse" if is_backward else "forward"
        taken = _rows(builder, step, cell, x, weights[direction], word)
        order = range(count)[::-1] if is_backward else range(count)
        state: State = tuple(each[direction] for each in states)
        made: dict[int, State] = {}
        for time in order:
            made[time] = state = cell.next(builder, step, taken[time], state, weights[direction], f"{word} {time}")
        rows.append([made[time] for time in range(count)])
    ends = [made[0 if is_backward else -1] for made, is_backward in zip(rows, backwards, strict=True)]
    steps, batch, directions = axes.outputs
    found: list[Tensor | None] = []
    for place, name in enumerate(step.outputs):
        if not builder.uses[name]:
            found.append(None)
        elif place == 0:
            parts = [made[time][0] for time in range(count) for made in rows]
            lengths = {steps: count, directions: len(backwards)}
            found.append(_assembled(builder, step, name, parts, batch, lengths, hidden))
        else:
            lengths = {axes.states[1]: len(backwards)}
            parts = [state[place - 1] for state in ends]
            found.append(_assembled(builder, step, name, parts, axes.states[0], lengths, hidden))
    return tuple(found)


def _directions(step: Step, cell: Cell) -> tuple[bool, ...]:
    """Whether each direction goes backwards. ValueError for attributes that are not built."""
    given = step.attributes
    word = given.get("direction", b"forward").decode(errors="replace")
    if word not in _DIRECTIONS:
        step.refuse(f"direction is {word!r}", f"one of {', '.join(_DIRECTIONS)}")
    backwards = _DIRECTIONS[word]
    activations = [each.decode(errors="replace") for each in given.get("activations", [])]
    wanted = list(cell.activations) * len(backwards)
    if activations and [each.lower() for each in activations] != [each.lower() for each in wanted]:
        step.refuse(f"activations is {activations}", f"the default {wanted}")
    if given.get("clip"):
        step.refuse(f"clip is {given['clip']}", "none")
    if given.get("input_forget", 0):
        step.refuse(f"input_forget is {given['input_forget']}", "0")
    if given.get("layout", 0) not in (0, 1):
        step.refuse(f"layout is {given['layout']}", "0 or 1")
    if len(step.inputs) > 4 and step.inputs[4] is not None:
        step.refuse("sequence_lens is given", "sequences that all have the length of the input")
    if len(step.inputs) > 7 and step.inputs[7] is not None and np.any(step.constant(7)):
        step.refuse("P is given", "an LSTM without peepholes")
    return backwards


def _hidden(step: Step) -> int:
    """The length of the state."""
    shape = np.shape(step.constant(2))
    hidden = int(step.attributes.get("hidden_size", shape[-1] if shape else 0))
    if hidden < 1:
        step.refuse(f"hidden_size is {hidden}", "1 and more")
    return hidden


def _weights(step: Step, cell: Cell, directions: int, width: int, hidden: int) -> list[Weights]:
    """Those of each direction. ValueError for other shapes."""
    wide = len(cell.gates) * hidden
    shapes = {"W": (directions, wide, width), "R": (directions, wide, hidden), "B": (directions, 2 * wide)}
    found = [step.constant(1), step.constant(2), step.constant(3, np.zeros(shapes["B"]))]
    for (name, shape), values in zip(shapes.items(), found, strict=True):
        if values.shape != shape:
            step.refuse(f"{name} has shape {values.shape}", f"{shape}")
    is_after = bool(step.attributes.get("linear_before_reset", 0))
    return [
        Weights.of(cell.gates, inputs=own, hidden=states, biases=biases, is_after=is_after)
        for own, states, biases in zip(*found, strict=True)
    ]


def _check_steps(builder: GraphBuilder, step: Step, count: int) -> None:
    builder.recurrent_steps += count
    if builder.recurrent_steps > MOST_STEPS:
        step.refuse(
            f"steps of the model up to here are {builder.recurrent_steps}",
            f"at most {MOST_STEPS}, each direction of each layer counted",
        )


def _states(step: Step, axes: _Axes, index: int, directions: int, hidden: int) -> NDArray[np.float64]:
    """An initial state, float64 [directions, hidden]: the same for every sample."""
    name = {5: "initial_h", 6: "initial_c"}[index]
    if index < len(step.inputs) and isinstance(step.inputs[index], Tensor):
        step.refuse(f"{name} depends on the input", "a constant, or none")
    values = step.constant(index)
    if values is None:
        return np.zeros((directions, hidden))
    batch, place = axes.states
    if values.ndim != 3 or values.shape[place] != directions or values.shape[2] != hidden or not values.shape[batch]:
        wanted = ("directions", "batch") if place == 0 else ("batch", "directions")
        step.refuse(f"{name} has shape {values.shape}", f"[{', '.join(wanted)}, {hidden}] of {directions} directions")
    by_sample = np.moveaxis(values, batch, 0)
    if (by_sample != by_sample[0]).any():
        step.refuse(f"{name} differs from sample to sample", "the same for all")
    found: NDArray[np.float64] = by_sample[0]
    return found


def _rows(
    builder: GraphBuilder, step: Step, cell: Cell, x: Tensor, weights: Weights, word: str
) -> list[dict[str, Tensor]]:
    """What the input adds to each gate, by its name, at each step: a linear layer, cut into rows."""
    count = x.shape[x.axes[1]] if len(x.axes) == 3 else 1
    found: list[dict[str, Tensor]] = [{} for _ in range(count)]
    for gate in cell.gates:
        made = builder.emit(
            step,
            "linear",
            [x],
            x,
            name=builder.helper_name(step, f"{word} {gate}"),
            weight=weights.inputs[gate],
            bias=weights.biases[gate],
            shape=(*x.shape[:2], len(weights.biases[gate])),
        )
        found[0][gate] = made
        for time in range(count) if count > 1 else ():
            attributes = {"start": (time, 0), "stop": (time + 1, made.shape[2]), "step": (1, 1)}
            shape = tuple(1 if axis == x.axes[1] else length for axis, length in enumerate(made.shape))
            name = builder.helper_name(step, f"{word} {time} {gate} row")
            found[time][gate] = builder.emit(step, "slice", [made], made, name=name, attributes=attributes, shape=shape)
    return found


def _assembled(
    builder: GraphBuilder,
    step: Step,
    name: str,
    parts: Sequence[Any],
    batch: int,
    lengths: dict[int, int],
    hidden: int,
) -> Tensor:
    """States put together, the last axis theirs.

    Parameters
    ----------
    name : str
        Of the output.
    parts : sequence of Tensor
        In order.
    batch : int
        The ONNX axis of the batch.
    lengths : dict of int to int
        Of the other axes, by their ONNX axes, in the order of ``parts``.
    hidden : int
        The length of a state.
    """
    axes = (batch, *(axis for axis, length in lengths.items() if length > 1), len(lengths) + 1)
    known = {**lengths, batch: 1, axes[-1]: hidden}
    whole = Tensor(name, tuple(known[axis] for axis in range(len(known))), axes)
    made: Tensor = parts[0]
    if len(parts) > 1:
        made = builder.emit(step, "concat", parts, made, name=builder.helper_name(step, f"{name} joined"))
        builder.assembled[name] = tuple(parts)
    elif made.graph_shape[1:] == whole.graph_shape[1:]:
        return replace(whole, name=made.name)
    return builder.emit(step, "reshape", [made], whole, name=name, attributes={"shape": whole.graph_shape[1:]})


RECURRENT: dict[str, Operator] = dict.fromkeys(CELLS, _recurrent)
