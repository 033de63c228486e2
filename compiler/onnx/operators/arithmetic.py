"""ONNX operators that add and multiply: tensors with each other and with constants.

A constant for each channel goes into the bias before it or is a batch norm; one for each value is a batch norm of the
flattened tensor. Sums and products of functions of one tensor are one function.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.functions import Formula

from ..graph.arranging import arranged
from ..graph.tensors import CHANNELS_LAST, VECTORS, Importer, Operator, Step, Tensor
from .functions import formula, formula_of, limited

__all__ = ["ARITHMETIC", "added", "scaled"]


def added(importer: Importer, step: Step, x: Tensor, values: NDArray[Any]) -> Tensor:
    """``x`` plus a constant that broadcasts to it."""
    values = step.real(values, "constant")
    if step.version < 7 and step.attributes.get("broadcast", 0) and "axis" in step.attributes:
        behind = len(x.shape) - step.axis(x, 0) - values.ndim
        values = values.reshape(*values.shape, *(1,) * max(behind, 0))
    number = _one_number(values)
    if number is not None and (done := _extended(importer, step, x, "add", number)):
        return done
    along = _along_last_axis(step, x, values)
    if along is None:
        return _value_by_value(importer, step, x, np.ones(x.shape), values)
    merged = importer.add_to_bias(step, x, along)
    if merged:
        return merged
    return _affine(importer, step, x, np.ones(len(along)), along, "add" if number is not None else None, number)


def scaled(importer: Importer, step: Step, x: Tensor, values: NDArray[Any]) -> Tensor:
    """``x`` times a constant that broadcasts to it."""
    values = step.real(values, "constant")
    number = _one_number(values)
    if number is not None and (done := _extended(importer, step, x, "mul", number)):
        return done
    along = _along_last_axis(step, x, values)
    if along is None:
        return _value_by_value(importer, step, x, values, np.zeros(x.shape))
    return _affine(importer, step, x, along, np.zeros(len(along)), "mul" if number is not None else None, number)


def _one_number(values: NDArray[Any]) -> float | None:
    """The number that a constant has everywhere; None if it has several."""
    return float(values.flat[0]) if values.size and (values == values.flat[0]).all() else None


def _extended(importer: Importer, step: Step, x: Tensor, op: str, number: float) -> Tensor | None:
    """A number added to a formula, or times it, as a longer formula; None of what is none or is needed itself."""
    node = importer.node(x)
    if node is None or node.op != "formula" or importer.uses[x.name] != 1:
        return None
    base, inner = formula_of(importer, x)
    return formula(importer, step, x, base, (op, inner, ("constant", number)))


def _affine(
    importer: Importer,
    step: Step,
    x: Tensor,
    weight: NDArray[Any],
    bias: NDArray[Any],
    op: str | None,
    number: float | None,
) -> Tensor:
    made = importer.emit(step, "batch_norm", [x], x, weight=weight, bias=bias)
    if op is not None:
        base, inner = formula_of(importer, x)
        importer.formulas[made.name] = base, (op, inner, ("constant", number))
    return made


def _along_last_axis(step: Step, x: Tensor, values: NDArray[Any]) -> NDArray[Any] | None:
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


def _value_by_value(importer: Importer, step: Step, x: Tensor, weight: NDArray[Any], bias: NDArray[Any]) -> Tensor:
    """``x weight + bias`` with other numbers for every value, as a batch norm of all values."""
    if x.order is not None:
        x = arranged(importer, step, x, VECTORS)
    count, graph = math.prod(x.shape), x.graph_shape[1:]
    axes = (*x.axes, *(axis for axis in range(len(x.shape)) if axis not in x.axes))
    laid = [np.broadcast_to(_full(step, x, each), x.shape).transpose(axes).ravel() for each in (weight, bias)]
    flat = importer.emit(
        step, "reshape", [x], x, name=importer.helper_name(step, "flat"), attributes={"shape": (count,)}
    )
    flat = importer.emit(
        step, "batch_norm", [flat], x, name=importer.helper_name(step, "each"), weight=laid[0], bias=laid[1]
    )
    return importer.emit(step, "reshape", [flat], x, attributes={"shape": graph})


def _alike(importer: Importer, step: Step, x: Tensor, y: Tensor) -> Tensor:
    """``y``, of the shape of ``x``, with its values where those of ``x`` lie."""
    if x.shape != y.shape:
        step.refuse(f"shapes {x.shape} and {y.shape}", "two tensors that are alike")
    if x.axes == y.axes and np.array_equal(x.places, y.places):
        return y
    if x.order is not None:
        step.refuse("one input is a flattened picture", "two tensors that are alike")
    return arranged(importer, step, y, x.axes)


def _of_one_tensor(importer: Importer, x: Tensor, y: Tensor) -> tuple[str, Formula, Formula] | None:
    """The tensor that two tensors are functions of, and the functions; None if they are not."""
    (base, one), (other, two) = formula_of(importer, x), formula_of(importer, y)
    return (base, one, two) if base == other and x.axes == y.axes and x.shape == y.shape else None


def _sum(importer: Importer, step: Step, tensors: list[Tensor]) -> Tensor:
    first = next((x for x in tensors if x.order is None), tensors[0])
    tensors = [_alike(importer, step, first, x) for x in tensors]
    if len(tensors) == 1:
        return tensors[0]
    if len(tensors) == 2:
        if both := _of_one_tensor(importer, *tensors):
            base, one, two = both
            return formula(importer, step, first, base, ("add", one, two))
    return importer.emit(step, "add", tensors, first)


def _add(importer: Importer, step: Step) -> Tensor:
    """Add and Sum."""
    tensors = [x for x in step.inputs if isinstance(x, Tensor)]
    constants = [step.real(value, "constant") for value in step.inputs if not isinstance(value, Tensor)]
    if not constants:
        return _sum(importer, step, tensors)
    if len(tensors) == 1:
        return added(importer, step, tensors[0], sum(constants[1:], constants[0]))
    return step.refuse("a sum of several tensors and a constant", "two sums, one of the tensors, one with the constant")


def _sub(importer: Importer, step: Step) -> Tensor:
    x, y = step.inputs
    if not isinstance(y, Tensor):
        return added(importer, step, x, -step.real(y, "constant"))
    if isinstance(x, Tensor):
        if both := _of_one_tensor(importer, x, y):
            base, one, two = both
            return formula(importer, step, x, base, ("add", one, ("mul", two, ("constant", -1.0))))
        return _sum(importer, step, [x, _negated(importer, step, y)])
    values = _along_last_axis(step, y, step.real(x, "constant"))
    if values is None:
        return _value_by_value(importer, step, y, -np.ones(y.shape), step.real(x, "constant"))
    return importer.emit(step, "batch_norm", [y], y, weight=-np.ones(len(values)), bias=values)


def _negated(importer: Importer, step: Step, x: Tensor) -> Tensor:
    ones = np.ones(x.shape[x.axes[-1]])
    name = importer.helper_name(step, "negated")
    return importer.emit(step, "batch_norm", [x], x, name=name, weight=-ones, bias=0 * ones)


def _mul(importer: Importer, step: Step) -> Tensor:
    x, y = step.inputs
    if not isinstance(y, Tensor):
        return scaled(importer, step, x, y)
    return scaled(importer, step, y, x) if not isinstance(x, Tensor) else _product(importer, step, x, y)


def _product(importer: Importer, step: Step, x: Tensor, y: Tensor) -> Tensor:
    if both := _of_one_tensor(importer, x, y):
        base, one, two = both
        return formula(importer, step, x, base, ("mul", one, two))
    if len(x.shape) == len(y.shape) == 4 and x.shape != y.shape:  # one of them may have a value for each channel
        picture, gate = (y, x) if x.shape[2:] == (1, 1) else (x, y)
        if gate.shape == (1, picture.shape[1], 1, 1):
            picture = arranged(importer, step, picture, CHANNELS_LAST)
            return importer.emit(step, "mul", [picture, arranged(importer, step, gate, VECTORS)], picture)
    if x.order is not None and y.order is None:
        x, y = y, x
    return importer.emit(step, "mul", [x, _alike(importer, step, x, y)], x)


def _div(importer: Importer, step: Step) -> Tensor:
    x, y = step.inputs
    if isinstance(y, Tensor):
        if isinstance(x, Tensor) and (both := _of_one_tensor(importer, x, y)):
            base, one, two = both
            return formula(importer, step, x, base, ("mul", one, ("power", two, ("constant", -1.0))))
        step.refuse("input 1 is not constant", "a constant, or a function of the tensor that is divided")
    values = step.real(y, "input 1")
    if (values == 0).any():
        step.refuse("input 1 is 0 somewhere", "other numbers")
    return scaled(importer, step, x, 1 / values)


def _pow(importer: Importer, step: Step) -> Tensor:
    x, number = step.tensor(), _one_number(step.constant(1))
    if number is None:
        step.refuse("input 1 has several values", "one number")
    base, inner = formula_of(importer, x)
    return formula(importer, step, x, base, ("power", inner, ("constant", number)))


def _neg(importer: Importer, step: Step) -> Tensor:
    return scaled(importer, step, step.tensor(), np.array(-1.0))


def _extreme(is_low: bool) -> Operator:
    """Max and Min with a number."""

    def make(importer: Importer, step: Step) -> Tensor:
        tensors = [x for x in step.inputs if isinstance(x, Tensor)]
        numbers = [
            _one_number(step.real(x, "constant", finite=False)) for x in step.inputs if not isinstance(x, Tensor)
        ]
        if len(tensors) != 1 or None in numbers:
            step.refuse("more than one tensor, or several limits", "a tensor and numbers")
        limits = [number for number in numbers if number is not None]
        low, high = (max(limits, default=-np.inf), np.inf) if is_low else (-np.inf, min(limits, default=np.inf))
        return limited(importer, step, tensors[0], low, high)

    return make


def _prelu(importer: Importer, step: Step) -> Tensor:
    """``max(x, 0) + slope min(x, 0)``, a table where there is one slope."""
    x, slope = step.tensor(), step.constant(1)
    number = _one_number(slope)
    if number is not None:
        attributes = {"alpha": number}
        base, inner = formula_of(importer, x)
        importer.formulas[step.name] = base, ("leaky_relu", attributes, inner)
        return importer.emit(step, "leaky_relu", [x], x, attributes=attributes)
    along = _along_last_axis(step, x, slope)
    if along is None:
        step.refuse(f"slope of shape {slope.shape}", "one number, or one for each channel")
    above = importer.emit(step, "relu", [x], x, name=importer.helper_name(step, "above"))
    limits = {"low": -np.inf, "high": 0.0}
    below = importer.emit(step, "clip", [x], x, name=importer.helper_name(step, "below"), attributes=limits)
    name = importer.helper_name(step, "sloped")
    below = importer.emit(step, "batch_norm", [below], x, name=name, weight=along, bias=0 * along)
    return importer.emit(step, "add", [above, below], x)


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
