"""Products of tensors, functions and moved values of a quantised network, against Python integers and fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, Plan, quantise_graph, run_fake_quantised
from lowtide.golden.network.floating.functions import FUNCTIONS
from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.network.integers.integer_tensor import IntegerTensor
from lowtide.golden.network.quantised.integer_steps import SAME
from lowtide.golden.network.quantised.tables import code_table, integer_function
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser

RNG = np.random.default_rng(6)
ASYMMETRIC = FixedPoint(8, signed=False, symmetric=False)
SIGNED = FixedPoint(8, symmetric=False)
PLANS = {
    "default": Plan(output="quantised"),
    "asymmetric": Plan(output="quantised", activations=ASYMMETRIC),
    "signed asymmetric": Plan(output="quantised", activations=SIGNED),
    "real": Plan(output="quantised", requantisation="real", activations=ASYMMETRIC),
    "power of two": Plan(
        output="quantised",
        requantisation="power of two",
        weights=FixedPoint(power_of_two=True),
        activations=FixedPoint(power_of_two=True),
    ),
    "dynamic": Plan(output="quantised", scales="dynamic", activations=ASYMMETRIC),
}
PARAMETERS = {
    "alpha": 0.3,
    "beta": 0.4,
    "formula": ("mul", ("x",), ("hard_sigmoid", {"alpha": 0.2, "beta": 0.5}, ("x",))),
}


def node(op, *inputs, name, weight=None, bias=None, **attributes):
    return Node(name=name, op=op, inputs=inputs, weight=weight, bias=bias, attributes=attributes)


@pytest.fixture
def modern():
    """A network with every op that `everything` has not: gates of channels, attention, functions, moved values."""
    normal = np.random.default_rng(0).normal
    functions = [op for op in FUNCTIONS if op not in ("sigmoid", "tanh", "exp")]
    ends = {"start": (1, 0, 0), "stop": (4, 4, 2), "step": (2, 1, 1)}
    return Graph(
        (
            node("pad", "input", name="padded", padding=(1, 0, 0, 1)),
            node("conv", "padded", name="conv", weight=normal(size=(2, 2, 3, 4)), bias=normal(size=4)),
            node("clip", "conv", name="limited", low=-1.5, high=2.5),
            node("global_average_pool", "limited", name="mean"),
            node("linear", "mean", name="squeezed", weight=normal(size=(4, 4))),
            node("sigmoid", "squeezed", name="gate"),
            node("mul", "limited", "gate", name="gated"),
            node("mul", "gated", "limited", name="square"),
            node("relu", "square", name="positive"),
            node("slice", "positive", name="part", **ends),
            node("upsample", "part", name="large", factor=(2, 1)),
            node("reshape", "large", name="tokens", shape=(8, 4)),
            node("transpose", "tokens", name="turned", order=(0, 2, 1)),
            node("matmul", "tokens", "turned", name="scores"),
            node("clip", "scores", name="low", low=-np.inf, high=3.0),
            node("softmax", "low", name="shares"),
            node("matmul", "shares", "tokens", name="mixed"),
            node("layer_norm", "mixed", name="norm", weight=normal(size=4), bias=normal(size=4), epsilon=1e-5),
            *(
                node(op, "norm", name=op, **{name: PARAMETERS[name] for name in FUNCTIONS[op].attributes})
                for op in functions
            ),
            node("concat", *functions, name="joined"),
            node("flatten", "joined", name="flat"),
            node("linear", "flat", name="out", weight=normal(size=(32 * len(functions), 3))),
        ),
        (4, 4, 3),
    )  # fmt: skip


def tensors_of(network, x):
    tensors = {}
    network.run_integers(x, record=tensors.__setitem__)
    return tensors


def ratio(value, method):
    """The fraction that stands for a scale: itself, or a multiplier of 16 bits and a shift."""
    value, shift = Fraction(value), 47
    if method == "real" or method == "power of two":
        return value
    while floor(value * 2**shift + Fraction(1, 2)) >= 2**16:
        shift -= 1
    return Fraction(floor(value * 2**shift + Fraction(1, 2)), 2**shift)


@pytest.mark.parametrize("name", PLANS)
def test_products_are_their_statement_in_python_integers(modern, name):
    plan, checked = PLANS[name], 0
    network = quantise_graph(modern, RNG.normal(size=(12, 4, 4, 3)), plan)
    tensors = tensors_of(network, RNG.normal(size=(2, 4, 4, 3)))
    for step in (step for step in network.steps if step.op in ("mul", "matmul")):
        result, inputs = tensors[step.name], [tensors[each] for each in step.inputs]
        x, y = (tensor.codes.astype(object) - int(tensor.fixed.zero_point) for tensor in inputs)
        if step.op == "mul" and y.ndim == 2:
            y = np.broadcast_to(y[:, None, None], x.shape)
        sums = x * y if step.op == "mul" else np.stack([a.dot(b) for a, b in zip(x, y, strict=True)])
        scale = float(inputs[0].fixed.scale) * float(inputs[1].fixed.scale) / float(result.fixed.scale)
        factor, zero = ratio(scale, plan.requantisation), int(result.fixed.zero_point)
        low, high = result.fixed.format.integer_range
        for limit, is_low in zip(step.limits, (True, False), strict=True):
            if np.isfinite(limit):
                code = round(Fraction(limit) / Fraction(float(result.fixed.scale))) + zero
                low, high = (max(low, code), high) if is_low else (low, min(high, code))
        rounded = round if plan.requantisation == "real" else lambda total: floor(total + Fraction(1, 2))
        for place in np.ndindex(*sums.shape):
            assert max(low, min(high, rounded(int(sums[place]) * factor) + zero)) == result.codes[place], step.name
            checked += 1
    assert checked > 400


@pytest.mark.parametrize("name", PLANS)
def test_the_rest_is_within_half_a_step_and_moved_codes_stay(modern, name):
    network = quantise_graph(modern, RNG.normal(size=(12, 4, 4, 3)), PLANS[name])
    tensors, seen = tensors_of(network, RNG.normal(size=(3, 4, 4, 3))), set()
    for step in network.steps:
        if step.name in network.layers or step.op in ("mul", "matmul"):
            continue
        result = tensors[step.name]
        exact = np.clip(evaluate(step.node, [tensors[each].real() for each in step.inputs]), *step.limits)
        low, high = (float(result.fixed.decode(np.array(code))) for code in result.fixed.format.integer_range)
        error = np.abs(result.real() - np.clip(exact, low, high)).max() / float(result.fixed.scale)
        assert error <= (0 if step.op in SAME else 0.504), step.name
        seen.add(step.op)
    assert seen >= {*FUNCTIONS, "layer_norm", "softmax", "pad", "slice", "upsample", "reshape", "transpose"} - {
        "tanh",
        "exp",
    }


@pytest.mark.parametrize("name", PLANS)
def test_fake_quantisation_agrees_to_a_tie(modern, name):
    x = RNG.normal(size=(12, 4, 4, 3))
    network, fake = quantise_graph(modern, x, PLANS[name]), {}
    integer = tensors_of(network, x)
    run_fake_quantised(network, x, record=fake.__setitem__)
    for tensor, values in fake.items():
        steps = np.abs(values - integer[tensor].real()) / float(integer[tensor].fixed.scale)
        if name != "power of two":  # its shifts round the weights' scales once more
            assert (steps > 0.5).mean() < 0.1 and steps.max() < 8, tensor


def random_quantiser():
    format = FixedPoint(int(RNG.integers(2, 10)), signed=bool(RNG.integers(2)), symmetric=False)
    low, high = format.integer_range
    scale = np.float64(RNG.uniform(0.5, 4) / 2**format.bits)
    return FixedPointQuantiser(format=format, scale=scale, zero_point=int(RNG.integers(low, high + 1)))


@pytest.mark.parametrize("op", FUNCTIONS)
def test_tables_have_an_entry_for_every_code(op):
    """Rounded to even around any zero point; sigmoid and tanh at outputs that are not those known of them too."""
    attributes = {name: PARAMETERS[name] for name in FUNCTIONS[op].attributes}
    function = Node(name="f", op=op, inputs=("x",), attributes=attributes)
    for _ in range(20):
        formats = [
            FixedPoint(int(RNG.integers(2, 10)), signed=bool(RNG.integers(2)), symmetric=False) for _ in range(2)
        ]
        x, y = (
            FixedPointQuantiser(
                format=format,
                scale=np.float64(RNG.uniform(0.5, 4) / 2**format.bits),
                zero_point=int(RNG.integers(format.integer_range[0], format.integer_range[1] + 1)),
            )
            for format in formats
        )
        codes = np.arange(x.format.integer_range[0], x.format.integer_range[1] + 1)
        table, (low, high) = code_table(function, x, y), y.format.integer_range
        exact = evaluate(function, [(codes - x.zero_point) * float(x.scale)])
        expected = [
            max(low, min(high, round(Fraction(float(value)) / Fraction(float(y.scale))) + y.zero_point))
            for value in exact
        ]
        assert np.abs(table - expected).max() <= 1 and (table == expected).mean() > 0.98
        picked = RNG.permutation(codes)
        assert np.array_equal(integer_function(function, IntegerTensor(picked, x), y), table[picked - codes[0]])


def test_a_function_that_is_not_finite_is_refused():
    function = Node(
        name="f", op="formula", inputs=("x",), attributes={"formula": ("power", ("x",), ("constant", -1.0))}
    )
    x = FixedPoint(4).of_range(-1, 1)
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match="formula f is inf, allowed are finite numbers"):
        code_table(function, x, x)


@pytest.mark.parametrize(
    ("op", "shapes"),
    [
        ("mul", [(2, 3, 3, 4), (2, 3, 3, 5)]),
        ("mul", [(2, 4), (2, 3, 3, 4)]),
        ("mul", [(2, 4)]),
        ("matmul", [(2, 4), (4, 3)]),
        ("matmul", [(2, 3, 4), (2, 3, 4)]),
        ("matmul", [(1, 3, 4), (2, 4, 3)]),
    ],
)
def test_products_of_other_shapes_are_refused(op, shapes):
    made = Node(name="p", op=op, inputs=tuple("abc"[: len(shapes)]))
    with pytest.raises(ValueError, match="inputs of p have shapes .*, allowed are"):
        evaluate(made, [np.zeros(shape) for shape in shapes])
