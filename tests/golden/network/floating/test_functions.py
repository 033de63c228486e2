"""Functions of one value against their definitions, written with Python's own numbers."""

import math

import numpy as np
import pytest

from lowtide.golden.network.floating.functions import FUNCTIONS, apply

RNG = np.random.default_rng(3)


def softplus(x):
    return math.log1p(math.exp(-abs(x))) + max(x, 0)


def erf(x):
    """The integral by Simpson's rule."""
    steps = 2000
    points = [math.exp(-((x * place / steps) ** 2)) for place in range(steps + 1)]
    return (
        2
        / math.sqrt(math.pi)
        * x
        / steps
        / 3
        * (points[0] + points[-1] + 4 * sum(points[1::2]) + 2 * sum(points[2:-1:2]))
    )


DEFINITIONS = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": lambda x: (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1),
    "leaky_relu": lambda x, alpha: x if x >= 0 else alpha * x,
    "elu": lambda x, alpha: x if x >= 0 else alpha * (math.exp(x) - 1),
    "hard_sigmoid": lambda x, alpha, beta: min(max(alpha * x + beta, 0), 1),
    "hard_swish": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "gelu": lambda x: x * (1 + erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x / (1 + math.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "erf": erf,
    "softplus": softplus,
    "mish": lambda x: x * math.tanh(softplus(x)),
    "abs": lambda x: x if x > 0 else -x,
    "exp": lambda x: math.e**x,
    "formula": lambda x, formula: (x + 3) ** 2 / (1 + math.exp(-x)),
}
FORMULA = (
    "mul",
    ("power", ("add", ("x",), ("constant", 3.0)), ("constant", 2.0)),
    ("hard_sigmoid", {"alpha": 1.0, "beta": 0.0}, ("sigmoid", ("x",))),
)


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_are_their_definitions(op, dtype):
    attributes = {"alpha": RNG.uniform(0.01, 1), "beta": RNG.uniform(0, 1), "formula": FORMULA}
    attributes = {name: attributes[name] for name in FUNCTIONS[op].attributes}
    x = np.concatenate([[0, 3, -3, 9, -9], RNG.normal(size=60) * 4]).astype(dtype)
    found = apply(op, attributes, x)
    expected = np.array([DEFINITIONS[op](float(value), **attributes) for value in x])
    assert found.dtype == dtype and found.shape == x.shape
    relative, absolute = (1e-5, 1e-5) if dtype == np.float32 else (1e-9, 1e-11)
    assert np.allclose(found, expected, rtol=relative, atol=absolute)


@pytest.mark.parametrize(("op", "attributes"), [("leaky_relu", {}), ("tanh", {"alpha": 1.0}), ("elu", {"beta": 1.0})])
def test_attributes_are_those_of_the_function(op, attributes):
    with pytest.raises(ValueError, match=f"attributes of {op} are .*, allowed are"):
        apply(op, attributes, np.zeros(3))
