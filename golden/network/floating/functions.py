"""Functions of one value, which a table of codes computes: ops of a `lowtide.golden.network.Graph`.

===============  ==============================================================================================
op               f(x), attributes
===============  ==============================================================================================
sigmoid          ``1 / (1 + exp(-x)) = (tanh(x / 2) + 1) / 2``
tanh             ``tanh(x)``
leaky_relu       ``x`` where x >= 0, else ``alpha x``; alpha
elu              ``x`` where x >= 0, else ``alpha (exp(x) - 1)``; alpha
hard_sigmoid     ``min(max(alpha x + beta, 0), 1)``; alpha, beta
hard_swish       ``x min(max(x / 6 + 1 / 2, 0), 1)``
silu             ``x / (1 + exp(-x))``
gelu             ``x (1 + erf(x / sqrt 2)) / 2``
gelu_tanh        ``x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2``
erf              ``2 / sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to x
softplus         ``log(1 + exp(x))``
mish             ``x tanh(log(1 + exp(x)))``
abs              ``|x|``
exp              ``exp(x)``
formula          what its ``formula`` says: nested tuples ("x",), ("constant", number), (op of this table, formula) or
                 (op, attributes, formula), and (name, formula, formula) with the names add, mul and power
===============  ==============================================================================================

Source: the operator definitions of https://onnx.ai/onnx/operators; Hendrycks, Gimpel, *Gaussian Error Linear Units*,
arXiv 1606.08415; Ramachandran et al., arXiv 1710.05941 (swish); Misra, arXiv 1908.08681 (mish).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FUNCTIONS", "Formula", "Function", "apply"]

Real = NDArray[Any]
Formula = tuple[Any, ...]  #: see the module

_erf = np.frompyfunc(math.erf, 1, 1)


def _erf_of(x: Real) -> Real:
    return np.asarray(_erf(x)).astype(x.dtype)


def _softplus(x: Real) -> Real:
    return np.logaddexp(x, np.zeros((), x.dtype))


def _gelu_tanh(x: Real) -> Real:
    return x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def _formula(x: Real, formula: Formula) -> Real:
    name, *parts = formula
    if name == "x":
        return x
    if name == "constant":
        return np.asarray(parts[0], x.dtype)
    if name in _ARITHMETIC:
        return _ARITHMETIC[name](*(_formula(x, part) for part in parts))
    attributes = parts[0] if len(parts) == 2 else {}
    return apply(name, attributes, _formula(x, parts[-1]))


_ARITHMETIC: dict[str, Callable[[Real, Real], Real]] = {"add": np.add, "mul": np.multiply, "power": np.power}


@dataclass(frozen=True)
class Function:
    """A function of one value.

    Parameters
    ----------
    compute : callable
        ``compute(x, **attributes)`` gives an array like x.
    attributes : tuple of str
        Those that it takes, all of them.
    """

    compute: Callable[..., Real]
    attributes: tuple[str, ...] = ()


FUNCTIONS = {
    "sigmoid": Function(lambda x: (np.tanh(x / 2) + 1) / 2),
    "tanh": Function(lambda x: np.tanh(x)),
    "leaky_relu": Function(lambda x, alpha: np.where(x >= 0, x, x * x.dtype.type(alpha)), ("alpha",)),
    "elu": Function(lambda x, alpha: np.where(x >= 0, x, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0))), ("alpha",)),
    "hard_sigmoid": Function(
        lambda x, alpha, beta: np.clip(x * x.dtype.type(alpha) + x.dtype.type(beta), 0, 1), ("alpha", "beta")
    ),
    "hard_swish": Function(lambda x: x * np.clip(x / 6 + x.dtype.type(0.5), 0, 1)),
    "silu": Function(lambda x: x * (np.tanh(x / 2) + 1) / 2),
    "gelu": Function(lambda x: x * (1 + _erf_of(x / x.dtype.type(math.sqrt(2)))) / 2),
    "gelu_tanh": Function(_gelu_tanh),
    "erf": Function(_erf_of),
    "softplus": Function(_softplus),
    "mish": Function(lambda x: x * np.tanh(_softplus(x))),
    "abs": Function(lambda x: np.abs(x)),
    "exp": Function(lambda x: np.exp(x)),
    "formula": Function(_formula, ("formula",)),
}


def apply(op: str, attributes: Mapping[str, Any], x: Real) -> Real:
    """A function of every value of x, of its dtype.

    Parameters
    ----------
    op : str
        A name of `FUNCTIONS`.
    attributes : mapping of str to object
        See the module.
    x : ndarray of float32 or float64

    Raises
    ------
    ValueError
        For attributes that the function does not have, or that are missing.
    """
    function = FUNCTIONS[op]
    if set(attributes) != set(function.attributes):
        raise ValueError(f"attributes of {op} are {sorted(attributes)}, allowed are {sorted(function.attributes)}")
    return function.compute(x, **attributes)
