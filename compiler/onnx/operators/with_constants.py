"""Constants that are added to tensors and multiplied with them.

One for each channel goes into the bias before it or is a batch norm; one for each value is a batch norm of the
flattened tensor; a number that meets a function of one value is part of that function.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder
from ..graph.step import Step
from ..graph.tensor import VECTORS, Tensor
from .functions import formula, formula_of

__all__ = ["added", "along_last_axis", "one_number", "scaled", "value_by_value"]


def added(builder: GraphBuilder, step: Step, x: Tensor, values: NDArray[Any]) -> Tensor:
    """``x`` plus a constant that broadcasts to it."""
    values = step.real(values, "constant")
    if step.version < 7 and step.attributes.get("broadcast", 0) and "axis" in step.attributes:
        behind = len(x.shape) - step.axis(x, 0) - values.ndim
        values = values.reshape(*values.shape, *(1,) * max(behind, 0))
    number = one_number(values)
    if number is not None and (done := _extended(builder, step, x, "add", number)):
        return done
    along = along_last_axis(step, x, values)
    if along is None:
        return value_by_value(builder, step, x, np.ones(x.shape), values)
    merged = builder.add_to_bias(step, x, along)
    if merged:
        return merged
    return _affine(builder, step, x, np.ones(len(along)), along, "add" if number is not None else None, number)


def scaled(builder: GraphBuilder, step: Step, x: Tensor, values: NDArray[Any]) -> Tensor:
    """``x`` times a constant that broadcasts to it."""
    values = step.real(values, "constant")
    number = one_number(values)
    if number is not None and (done := _extended(builder, step, x, "mul", number)):
        return done
    along = along_last_axis(step, x, values)
    if along is None:
        return value_by_value(builder, step, x, values, np.zeros(x.shape))
    return _affine(builder, step, x, along, np.zeros(len(along)), "mul" if number is not None else None, number)


def one_number(values: NDArray[Any]) -> float | None:
    """The number that a constant has everywhere; None if it has several."""
    return float(values.flat[0]) if values.size and (values == values.flat[0]).all() else None


def _extended(builder: GraphBuilder, step: Step, x: Tensor, op: str, number: float) -> Tensor | None:
    """A number added to a formula, or times it, as a longer formula; None of what is none or is needed itself."""
    node = builder.node(x)
    if node is None or node.op != "formula" or builder.uses[x.name] != 1:
        return None
    base, inner = formula_of(builder, x)
    return formula(builder, step, x, base, (op, inner, ("constant", number)))


def _affine(
    builder: GraphBuilder,
    step: Step,
    x: Tensor,
    weight: NDArray[Any],
    bias: NDArray[Any],
    op: str | None,
    number: float | None,
) -> Tensor:
    made = builder.emit(step, "batch_norm", [x], x, weight=weight, bias=bias)
    if op is not None:
        base, inner = formula_of(builder, x)
        builder.formulas[made.name] = base, (op, inner, ("constant", number))
    return made


def along_last_axis(step: Step, x: Tensor, values: NDArray[Any]) -> NDArray[Any] | None:
    """A constant as one value for each place of the graph's last axis; None if it differs along others."""
    full = _full(step, x, values)
    last = x.axes[-1]
    if any(length != 1 for axis, length in enumerate(full.shape) if axis != last):
        return None
    along: NDArray[Any] = np.broadcast_to(full.ravel(), (x.shape[last],))[x.places]
    return along


def _full(step: Step, x: Tensor, values: NDArray[Any]) -> NDArray[Any]:
    """A constant with as many axes as ``x``. ValueError where it does not broadcast to ``x``."""
    full = values.reshape((1,) * (len(x.shape) - values.ndim) + values.shape)
    if full.ndim > len(x.shape) or any(length not in (1, of) for length, of in zip(full.shape, x.shape, strict=True)):
        step.refuse(f"constant of shape {values.shape}", f"one that broadcasts to {x.shape}")
    return full


def value_by_value(builder: GraphBuilder, step: Step, x: Tensor, weight: NDArray[Any], bias: NDArray[Any]) -> Tensor:
    """``x weight + bias`` with other numbers for every value, as a batch norm of all values."""
    if x.order is not None:
        x = arranged(builder, step, x, VECTORS)
    count, graph = math.prod(x.shape), x.graph_shape[1:]
    axes = (*x.axes, *(axis for axis in range(len(x.shape)) if axis not in x.axes))
    laid = [np.broadcast_to(_full(step, x, each), x.shape).transpose(axes).ravel() for each in (weight, bias)]
    flat = builder.emit(step, "reshape", [x], x, name=builder.helper_name(step, "flat"), attributes={"shape": (count,)})
    flat = builder.emit(
        step, "batch_norm", [flat], x, name=builder.helper_name(step, "each"), weight=laid[0], bias=laid[1]
    )
    return builder.emit(step, "reshape", [flat], x, attributes={"shape": graph})
