"""ONNX operators that add and multiply: tensors with each other and with constants.

Sums and products of functions of one tensor are one function.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import numpy as np

from lowtide.golden.network.floating.functions import Formula

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import CHANNELS_LAST, VECTORS, Tensor
from .functions import formula, formula_of, limited
from .with_constants import added, along_last_axis, one_number, scaled, value_by_value

__all__ = ["ARITHMETIC"]


def _alike(builder: GraphBuilder, step: Step, x: Tensor, y: Tensor) -> Tensor:
    """``y``, of the shape of ``x``, with its values where those of ``x`` lie."""
    if x.shape != y.shape or x.batch_axis != y.batch_axis:
        step.refuse(f"shapes {x.shape} and {y.shape}", "two tensors that are alike")
    if x.axes == y.axes and np.array_equal(x.places, y.places):
        return y
    if x.order is not None:
        step.refuse("one input is a flattened picture", "two tensors that are alike")
    return arranged(builder, step, y, x.axes)


def _of_one_tensor(builder: GraphBuilder, x: Tensor, y: Tensor) -> tuple[str, Formula, Formula] | None:
    """The tensor that two tensors are functions of, and the functions; None if they are not."""
    (base, one), (other, two) = formula_of(builder, x), formula_of(builder, y)
    return (base, one, two) if base == other and x.axes == y.axes and x.shape == y.shape else None


def _sum(builder: GraphBuilder, step: Step, tensors: list[Tensor]) -> Tensor:
    first = next((x for x in tensors if x.order is None), tensors[0])
    tensors = [_alike(builder, step, first, x) for x in tensors]
    if len(tensors) == 1:
        return tensors[0]
    if len(tensors) == 2:
        if both := _of_one_tensor(builder, *tensors):
            base, one, two = both
            return formula(builder, step, first, base, ("add", one, two))
    return builder.emit(step, "add", tensors, first)


def _add(builder: GraphBuilder, step: Step) -> Tensor:
    """Add and Sum."""
    tensors = [x for x in step.inputs if isinstance(x, Tensor)]
    constants = [step.real(value, "constant") for value in step.inputs if not isinstance(value, Tensor)]
    if not constants:
        return _sum(builder, step, tensors)
    if len(tensors) == 1:
        return added(builder, step, tensors[0], sum(constants[1:], constants[0]))
    return step.refuse("a sum of several tensors and a constant", "two sums, one of the tensors, one with the constant")


def _sub(builder: GraphBuilder, step: Step) -> Tensor:
    x, y = step.inputs
    if not isinstance(y, Tensor):
        return added(builder, step, x, -step.real(y, "constant"))
    if isinstance(x, Tensor):
        if both := _of_one_tensor(builder, x, y):
            base, one, two = both
            return formula(builder, step, x, base, ("add", one, ("mul", two, ("constant", -1.0))))
        return _sum(builder, step, [x, _negated(builder, step, y)])
    values = along_last_axis(step, y, step.real(x, "constant"))
    if values is None:
        return value_by_value(builder, step, y, -np.ones(y.shape), step.real(x, "constant"))
    return builder.emit(step, "batch_norm", [y], y, weight=-np.ones(len(values)), bias=values)


def _negated(builder: GraphBuilder, step: Step, x: Tensor) -> Tensor:
    ones = np.ones(x.shape[x.axes[-1]])
    name = builder.helper_name(step, "negated")
    return builder.emit(step, "batch_norm", [x], x, name=name, weight=-ones, bias=0 * ones)


def _mul(builder: GraphBuilder, step: Step) -> Tensor:
    x, y = step.inputs
    if not isinstance(y, Tensor):
        return scaled(builder, step, x, y)
    return scaled(builder, step, y, x) if not isinstance(x, Tensor) else _product(builder, step, x, y)


def _product(builder: GraphBuilder, step: Step, x: Tensor, y: Tensor) -> Tensor:
    if both := _of_one_tensor(builder, x, y):
        base, one, two = both
        return formula(builder, step, x, base, ("mul", one, two))
    is_first = x.batch_axis == y.batch_axis == 0
    if (
        is_first and len(x.shape) == len(y.shape) == 4 and x.shape != y.shape
    ):  # one of them may have a value for each channel
        picture, gate = (y, x) if x.shape[2:] == (1, 1) else (x, y)
        if gate.shape == (1, picture.shape[1], 1, 1):
            picture = arranged(builder, step, picture, CHANNELS_LAST)
            return builder.emit(step, "mul", [picture, arranged(builder, step, gate, VECTORS)], picture)
    if x.order is not None and y.order is None:
        x, y = y, x
    return builder.emit(step, "mul", [x, _alike(builder, step, x, y)], x)


def _div(builder: GraphBuilder, step: Step) -> Tensor:
    x, y = step.inputs
    if isinstance(y, Tensor):
        if isinstance(x, Tensor) and (both := _of_one_tensor(builder, x, y)):
            base, one, two = both
            return formula(builder, step, x, base, ("mul", one, ("power", two, ("constant", -1.0))))
        step.refuse("input 1 is not constant", "a constant, or a function of the tensor that is divided")
    values = step.real(y, "input 1")
    if (values == 0).any():
        step.refuse("input 1 is 0 somewhere", "other numbers")
    return scaled(builder, step, x, 1 / values)


def _pow(builder: GraphBuilder, step: Step) -> Tensor:
    x, number = step.tensor(), one_number(step.constant(1))
    if number is None:
        step.refuse("input 1 has several values", "one number")
    base, inner = formula_of(builder, x)
    return formula(builder, step, x, base, ("power", inner, ("constant", number)))


def _neg(builder: GraphBuilder, step: Step) -> Tensor:
    return scaled(builder, step, step.tensor(), np.array(-1.0))


def _extreme(is_low: bool) -> Operator:
    """Max and Min with a number."""

    def make(builder: GraphBuilder, step: Step) -> Tensor:
        tensors = [x for x in step.inputs if isinstance(x, Tensor)]
        numbers = [one_number(step.real(x, "constant", finite=False)) for x in step.inputs if not isinstance(x, Tensor)]
        if len(tensors) != 1 or None in numbers:
            step.refuse("more than one tensor, or several limits", "a tensor and numbers")
        limits = [number for number in numbers if number is not None]
        low, high = (max(limits, default=-np.inf), np.inf) if is_low else (-np.inf, min(limits, default=np.inf))
        return limited(builder, step, tensors[0], low, high)

    return make


def _prelu(builder: GraphBuilder, step: Step) -> Tensor:
    """``max(x, 0) + slope min(x, 0)``, a table where there is one slope."""
    x, slope = step.tensor(), step.constant(1)
    number = one_number(slope)
    if number is not None:
        attributes = {"alpha": number}
        base, inner = formula_of(builder, x)
        builder.formulas[step.name] = base, ("leaky_relu", attributes, inner)
        return builder.emit(step, "leaky_relu", [x], x, attributes=attributes)
    along = along_last_axis(step, x, slope)
    if along is None:
        step.refuse(f"slope of shape {slope.shape}", "one number, or one for each channel")
    above = builder.emit(step, "relu", [x], x, name=builder.helper_name(step, "above"))
    limits = {"low": -np.inf, "high": 0.0}
    below = builder.emit(step, "clip", [x], x, name=builder.helper_name(step, "below"), attributes=limits)
    name = builder.helper_name(step, "sloped")
    below = builder.emit(step, "batch_norm", [below], x, name=name, weight=along, bias=0 * along)
    return builder.emit(step, "add", [above, below], x)


ARITHMETIC: dict[str, Operator] = {
    "Add": _add,
    "Div": _div,
    "Max": _extreme(True),
    "Min": _extreme(False),
    "Mul": _mul,
    "Neg": _neg,
    "PRelu": _prelu,
    "Pow": _pow,
    "Sub": _sub,
    "Sum": _add,
}
