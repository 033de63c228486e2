"""ONNX operators that are a function of one value: limits, and what a table of codes computes.

A sum or product of functions of the same tensor, such as ``x sigmoid(x)``, is one function again, a formula.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lowtide.golden.network.floating.functions import Formula

from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import Tensor

__all__ = ["FUNCTION_OPERATORS", "formula", "formula_of", "function", "limited"]

_X: Formula = ("x",)


def function(builder: GraphBuilder, step: Step, x: Tensor, op: str, attributes: dict[str, Any] | None = None) -> Tensor:
    """A function of every value of ``x``."""
    attributes = attributes or {}
    made = builder.emit(step, op, [x], x, attributes=attributes)
    base, inner = formula_of(builder, x)
    builder.formulas[made.name] = base, (op, attributes, inner)
    return made


def formula_of(builder: GraphBuilder, x: Tensor) -> tuple[str, Formula]:
    """The tensor that ``x`` is a function of, by name, and the function: of itself if of no other or if rounded."""
    itself = x.name, _X
    return itself if builder.quantiser(x.name) else builder.formulas.get(x.name, itself)


def formula(builder: GraphBuilder, step: Step, like: Tensor, base: str, made: Formula) -> Tensor:
    """A formula of the tensor ``base``, which is like ``like``."""
    builder.formulas[step.name] = base, made
    return builder.emit(step, "formula", [replace(like, name=base)], like, attributes={"formula": made})


def limited(builder: GraphBuilder, step: Step, x: Tensor, low: float, high: float) -> Tensor:
    """``x`` within limits, of which one or both may be infinite."""
    if np.isnan(low) or np.isnan(high) or low > high:
        step.refuse(f"range {low} to {high}", "limits in order")
    largest = float(np.finfo(np.float32).max)
    low, high = (-np.inf if low <= -largest else low), (np.inf if high >= largest else high)
    if (low, high) == (-np.inf, np.inf):
        return x
    op = {(0.0, 6.0): "relu6", (0.0, np.inf): "relu"}.get((low, high), "clip")
    made = builder.emit(step, op, [x], x, attributes={"low": low, "high": high} if op == "clip" else {})
    base, inner = formula_of(builder, x)
    outer: Formula | None = None
    if np.isfinite([low, high]).all() and high > low:
        shape = {"alpha": 1 / (high - low), "beta": -low / (high - low)}
        scaled = ("mul", ("hard_sigmoid", shape, inner), ("constant", high - low))
        outer = ("add", scaled, ("constant", low))
    elif op == "relu":
        outer = ("leaky_relu", {"alpha": 0.0}, inner)
    if outer is not None:
        builder.formulas[made.name] = base, outer
    return made


def _named(op: str, attributes: Callable[[dict[str, Any]], dict[str, Any]] = lambda given: {}) -> Operator:
    def make(builder: GraphBuilder, step: Step) -> Tensor:
        stated = attributes(step.attributes)
        if not np.isfinite(list(stated.values())).all():
            step.refuse(f"attributes are {stated}", "finite numbers")
        return function(builder, step, step.tensor(), op, stated)

    return make


def _composed(made: Callable[[Formula, dict[str, Any]], Formula]) -> Operator:
    def make(builder: GraphBuilder, step: Step) -> Tensor:
        x = step.tensor()
        base, inner = formula_of(builder, x)
        return formula(builder, step, x, base, made(inner, step.attributes))

    return make


def _clip(builder: GraphBuilder, step: Step) -> Tensor:
    low = step.constant(1, step.attributes.get("min", -np.inf), finite=False)
    high = step.constant(2, step.attributes.get("max", np.inf), finite=False)
    if np.size(low) != 1 or np.size(high) != 1:
        step.refuse(f"limits are {low} and {high}", "one number each")
    return limited(builder, step, step.tensor(), float(np.ravel(low)[0]), float(np.ravel(high)[0]))


def _relu(builder: GraphBuilder, step: Step) -> Tensor:
    return limited(builder, step, step.tensor(), 0.0, np.inf)


def _gelu(builder: GraphBuilder, step: Step) -> Tensor:
    approximation = step.attributes.get("approximate", b"none")
    if approximation not in (b"none", b"tanh"):
        step.refuse(f"approximate is {approximation.decode(errors='replace')}", "none or tanh")
    return function(builder, step, step.tensor(), "gelu_tanh" if approximation == b"tanh" else "gelu")


def _selu(x: Formula, given: dict[str, Any]) -> Formula:
    alpha, gamma = given.get("alpha", 1.67326319217681884765625), given.get("gamma", 1.05070102214813232421875)
    return ("mul", ("elu", {"alpha": alpha}, x), ("constant", gamma))


def _softsign(x: Formula, given: dict[str, Any]) -> Formula:
    return ("mul", x, ("power", ("add", ("abs", {}, x), ("constant", 1.0)), ("constant", -1.0)))


FUNCTION_OPERATORS: dict[str, Operator] = {
    "Abs": _named("abs"),
    "Clip": _clip,
    "Elu": _named("elu", lambda given: {"alpha": given.get("alpha", 1.0)}),
    "Erf": _named("erf"),
    "Exp": _named("exp"),
    "Gelu": _gelu,
    "HardSigmoid": _named(
        "hard_sigmoid", lambda given: {"alpha": given.get("alpha", 0.2), "beta": given.get("beta", 0.5)}
    ),
    "HardSwish": _named("hard_swish"),
    "LeakyRelu": _named("leaky_relu", lambda given: {"alpha": given.get("alpha", 0.01)}),
    "Mish": _named("mish"),
    "Reciprocal": _composed(lambda x, given: ("power", x, ("constant", -1.0))),
    "Relu": _relu,
    "Selu": _composed(_selu),
    "Sigmoid": _named("sigmoid"),
    "Softplus": _named("softplus"),
    "Softsign": _composed(_softsign),
    "Sqrt": _composed(lambda x, given: ("power", x, ("constant", 0.5))),
    "Tanh": _named("tanh"),
}
