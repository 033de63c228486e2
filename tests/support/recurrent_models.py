"""ONNX models of recurrent operators."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from onnx_models import model

__all__ = ["STATES", "Recurrent", "random_recurrent", "recurrent"]

GATES = {"GRU": 3, "LSTM": 4, "RNN": 1}
STATES = {"GRU": ("Y_h",), "LSTM": ("Y_h", "Y_c"), "RNN": ("Y_h",)}  #: operators, with their outputs beside Y


def recurrent(rng, op, inputs, hidden, *, directions=1, bias=True, initial=0, layout=0, batch=1):
    """Inputs of a node, and constants: weights, and as many initial states of a batch."""
    wide = GATES[op] * hidden
    scale = hidden**-0.5
    constants = {
        "W": rng.normal(0, inputs**-0.5, (directions, wide, inputs)),
        "R": rng.normal(0, scale, (directions, wide, hidden)),
        "B": rng.normal(0, 0.3, (directions, 2 * wide)),
    }
    names = ["x", "W", "R", "B" if bias else "", "", "", ""]
    for place in range(initial):
        names[5 + place] = f"initial_{'hc'[place]}"
        state = np.repeat(rng.normal(0, 1, (directions, 1, hidden)), batch, 1)
        constants[names[5 + place]] = state.swapaxes(0, 1) if layout else state
    while not names[-1]:
        names.pop()
    return names, {name: constants[name].astype(np.float32) for name in names if name in constants}


@dataclass(frozen=True, eq=False)
class Recurrent:
    """A model, and the ``oracle``, one of the same values that ONNX Runtime runs, which has no layout 1; ``batch`` and
    ``out`` are the axes of the batch of the input and of the output."""

    model: Any
    oracle: Any
    x: np.ndarray
    batch: int
    out: int


def random_recurrent(rng, op):
    """A recurrent operator of random attributes, as exporters put it, with what often follows."""
    steps, inputs, hidden = (int(rng.integers(1, high)) for high in (6, 6, 6))
    direction = str(rng.choice(["forward", "reverse", "bidirectional"]))
    directions = 1 + (direction == "bidirectional")
    attributes = {"hidden_size": hidden, "direction": direction}
    if op == "GRU":
        attributes["linear_before_reset"] = int(rng.integers(2))
    batch = int(rng.integers(1, 4))
    stated = "N" if rng.integers(2) else batch
    fields = dict(directions=directions, bias=bool(rng.integers(2)), initial=int(rng.integers(len(STATES[op]) + 1)))
    names, constants = recurrent(rng, op, inputs, hidden, batch=batch, **fields)
    y = str(rng.choice(["Y", "Y", *STATES[op]]))
    outputs = [name if name == y or rng.integers(2) else "" for name in ("Y", *STATES[op])]
    place, nodes = int(rng.integers(3)), []
    x = rng.normal(size=(batch, steps, inputs)).astype(np.float32)
    if place == 0:  # the steps first
        shape, batch_axis, x = [steps, stated, inputs], 1, x.swapaxes(0, 1)
        nodes.append((op, names, outputs, attributes))
    else:
        shape, batch_axis = [stated, steps, inputs], 0
        nodes += [("Transpose", "x", "turned", {"perm": [1, 0, 2]})]
        nodes += [(op, ["turned", *names[1:]], outputs, attributes)]
    behind, out, more = _behind(rng, y, steps, directions, hidden)
    made = model([*nodes, *behind], shape, constants | more, outputs=("y",))
    own = made
    if place == 2:  # layout 1, which ONNX Runtime lacks
        turned = {
            name: value.swapaxes(0, 1) if name.startswith("initial") else value for name, value in constants.items()
        }
        order = [1, 2, 0, 3] if y == "Y" else [1, 0, 2]
        renamed = [name and f"{name}1" for name in outputs]
        nodes = [(op, names, renamed, attributes | {"layout": 1})]
        nodes += [("Transpose", f"{y}1", y, {"perm": order})]
        own = model([*nodes, *behind], shape, turned | more, outputs=("y",))
    return Recurrent(own, made, x, batch_axis, out)


def _behind(rng, y, steps, directions, hidden):
    """Nodes behind a recurrent operator, the axis of the batch of their output, and constants."""
    what = int(rng.integers(4))
    if y != "Y":
        if what == 0:
            return [("Identity", y, "y", {})], 1, {}
        if what == 1:
            return [("Transpose", y, "a", {"perm": [1, 0, 2]}), ("Relu", "a", "y", {})], 0, {}
        nodes = [("Gather", f"{y} last", "a", {"axis": 0}), ("Gemm", "a weight", "y", {})]
        return nodes, 0, {"last": np.array(-1), "weight": rng.normal(size=(hidden, 3)).astype(np.float32)}
    if what == 0:
        return [("Identity", y, "y", {})], 2, {}
    nodes = [("Transpose", y, "a", {"perm": [0, 2, 1, 3]}), ("Reshape", "a shape", "b", {})]
    more = {"shape": np.array([0, 0, -1])}
    if directions == 1 and what == 1:
        nodes, more = [("Squeeze", "Y axes", "b", {})], {"axes": np.array([1])}
    if what == 1:
        return [*nodes, ("Transpose", "b", "y", {"perm": [1, 0, 2]})], 0, more
    more["last"] = np.array(int(rng.integers(-1, steps)))
    if what == 2:
        return [*nodes, ("Gather", "b last", "c", {"axis": 0}), ("Tanh", "c", "y", {})], 0, more
    more["weight"] = rng.normal(size=(directions * hidden, 3)).astype(np.float32)
    return [*nodes, ("MatMul", "b weight", "c", {}), ("Sigmoid", "c", "y", {})], 1, more
