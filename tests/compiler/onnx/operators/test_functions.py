"""Functions of one value, limits and formulas compute what ONNX Runtime computes."""

import numpy as np
import pytest

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)
SHAPES = [PICTURE, ["N", 5], ["N", 4, 5]]


@pytest.mark.parametrize(
    ("op", "attributes", "version"),
    [
        ("Abs", {}, 17),
        ("Elu", {"alpha": 0.7}, 17),
        ("Elu", {}, 17),
        ("Erf", {}, 17),
        ("Exp", {}, 17),
        ("Gelu", {}, 20),
        ("Gelu", {"approximate": "tanh"}, 20),
        ("HardSigmoid", {}, 17),
        ("HardSigmoid", {"alpha": 0.3, "beta": 0.4}, 17),
        ("HardSwish", {}, 17),
        ("LeakyRelu", {}, 17),
        ("LeakyRelu", {"alpha": 0.3}, 17),
        ("Mish", {}, 18),
        ("Selu", {}, 17),
        ("Selu", {"alpha": 1.5, "gamma": 2.0}, 17),
        ("Softplus", {}, 17),
        ("Softsign", {}, 17),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_functions_of_one_value(op, attributes, version, shape):
    graph = check(model([(op, "x", "y", attributes)], shape, version=version), runtime)
    assert len(graph.nodes) == 1


def test_roots_and_inverses_of_what_is_positive():
    nodes = [("Softplus", "x", "p", {}), ("Sqrt", "p", "r", {}), ("Reciprocal", "r", "y", {})]
    check(model(nodes, PICTURE), runtime)


@pytest.mark.parametrize("version", [6, 11, 17])
def test_clips_of_any_limits(version):
    for _ in range(8):
        low, high = sorted(real(2).tolist())
        inputs, attributes, constants = "x l h", {}, {"l": np.float32(low), "h": np.float32(high)}
        if version < 11:
            inputs, attributes, constants = "x", {"min": low, "max": high}, {}
        made = model([("Clip", inputs, "y", attributes)], ["N", 7], constants, version=version)
        if version < 11:
            x = real(3, 7)
            assert np.allclose(import_onnx(made).run(x), np.clip(x, low, high), atol=1e-6)
        else:
            assert [node.op for node in check(made, runtime).nodes] == ["clip"]


def test_a_clip_without_limits_is_nothing():
    made = model([("Clip", "x", "c", {}), ("Relu", "c", "y", {})], ["N", 4])
    assert [node.op for node in check(made, runtime).nodes] == ["relu"]


FORMULAS = {
    "x sigmoid(x)": [("Sigmoid", "v", "s", {}), ("Mul", "v s", "y", {})],
    "x hard_sigmoid(x)": [("HardSigmoid", "v", "s", {"alpha": 1 / 6}), ("Mul", "s v", "y", {})],
    "x relu6(x + 3) / 6": [
        ("Add", "v three", "a", {}),
        ("Clip", "a zero six", "c", {}),
        ("Mul", "v c", "m", {}),
        ("Div", "m six", "y", {}),
    ],
    "x (1 + erf(x / sqrt 2)) / 2": [
        ("Div", "v root", "a", {}),
        ("Erf", "a", "b", {}),
        ("Add", "b one", "c", {}),
        ("Mul", "v c", "d", {}),
        ("Mul", "d half", "y", {}),
    ],
    "x tanh(softplus(x))": [("Softplus", "v", "a", {}), ("Tanh", "a", "b", {}), ("Mul", "v b", "y", {})],
    "x / (1 + |x|)": [("Abs", "v", "a", {}), ("Add", "one a", "b", {}), ("Div", "v b", "y", {})],
    "x^2 - relu(x)": [("Pow", "v two", "a", {}), ("Relu", "v", "b", {}), ("Sub", "a b", "y", {})],
    "x + clip(x)": [("Clip", "v half three", "a", {}), ("Add", "v a", "y", {})],
    "x x": [("Mul", "v v", "y", {})],
}
NUMBERS = {"zero": 0, "half": 0.5, "one": 1, "two": 2, "three": 3, "six": 6, "root": 2**0.5}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", SHAPES)
def test_functions_of_one_tensor_joined_are_one_formula(name, shape):
    constants = {key: np.float32(value) for key, value in NUMBERS.items()}
    graph = check(model([("Identity", "x", "v", {}), *FORMULAS[name]], shape, constants), runtime)
    assert [node.op for node in graph.nodes] == ["formula"]


def test_a_function_that_is_needed_itself_stays():
    nodes = [("Sigmoid", "x", "s", {}), ("Mul", "x s", "m", {}), ("Concat", "m s", "y", {"axis": 1})]
    assert [node.op for node in check(model(nodes, PICTURE), runtime).nodes] == ["sigmoid", "formula", "concat"]


def test_functions_of_two_tensors_are_no_formula():
    nodes = [("MatMul", "x w", "a", {}), ("Sigmoid", "a", "s", {}), ("Mul", "x s", "y", {})]
    graph = check(model(nodes, ["N", 5], {"w": real(5, 5)}), runtime)
    assert [node.op for node in graph.nodes] == ["linear", "sigmoid", "mul"]


def test_the_same_lengths_along_other_axes_are_another_tensor():
    nodes = [("Sigmoid", "x", "s", {}), ("Transpose", "s", "t", {"perm": [0, 2, 1]}), ("Mul", "x t", "y", {})]
    graph = check(model(nodes, ["N", 5, 5]), runtime)
    assert [node.op for node in graph.nodes] == ["sigmoid", "transpose", "mul"]


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "constants", "message"),
    [
        (
            "Clip",
            "x l h",
            {},
            {"l": np.float32(2), "h": np.float32(1)},
            r"range 2\.0 to 1\.0 of Clip y, allowed is lim",
        ),
        ("Clip", "x l", {}, {"l": np.float32(np.nan)}, r"input 1 is nan at \[\] of Clip y"),
        ("Clip", "x l", {}, {"l": real(3)}, "limits are .* of Clip y, allowed is one number each"),
        ("LeakyRelu", "x", {"alpha": np.inf}, {}, "attributes are .*inf.* of LeakyRelu y, allowed is finite"),
        ("Gelu", "x", {"approximate": "cubic"}, {}, "approximate is cubic of Gelu y, allowed is none or tanh"),
    ],
)
def test_other_limits_and_attributes_are_refused(op, inputs, attributes, constants, message):
    refused(model([(op, inputs, "y", attributes)], ["N", 3], constants, version=20), message)
