"""Functions, matrix products, sums and batch norms of an imported model compute what the reference computes."""

import numpy as np
import pytest

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


@pytest.mark.parametrize("op", ["Relu", "Sigmoid", "Tanh"])
@pytest.mark.parametrize("shape", [PICTURE, ["N", 5], ["N", 4, 5]])
def test_functions_of_one_value(op, shape):
    assert check(model([(op, "x", "y", {})], shape)).nodes[0].op == op.lower()


@pytest.mark.parametrize(
    ("version", "attributes", "inputs", "constants"),
    [
        (6, {"min": 0.0, "max": 6.0}, "x", {}),
        (17, {}, "x low high", {"low": np.float32(0), "high": np.float32(6)}),
    ],
)
def test_clipping_to_six_is_relu6(version, attributes, inputs, constants):
    graph = import_onnx(model([("Clip", inputs, "y", attributes)], ["N", 4], constants, version=version))
    assert graph.run(np.array([[-1.0, 2, 6, 9]])).tolist() == [[0, 2, 6, 6]]


@pytest.mark.parametrize(
    ("inputs", "high"), [("x low", 0), ("x low high", np.finfo(np.float32).max), ("x low high", np.inf)]
)
def test_clipping_below_is_relu(inputs, high):
    made = model([("Clip", inputs, "y", {})], ["N", 4], {"low": np.float32(0), "high": np.float32(high)})
    assert [node.op for node in check(made).nodes] == ["relu"]


@pytest.mark.parametrize(("version", "attributes"), [(12, {}), (12, {"axis": 1}), (17, {}), (17, {"axis": -1})])
def test_softmax_of_vectors(version, attributes):
    check(model([("Softmax", "x", "y", attributes)], ["N", 5], version=version))


def test_softmax_over_channels():
    check(model([("Softmax", "x", "y", {"axis": 1})], PICTURE))


@pytest.mark.parametrize("attributes", [{}, {"transB": 1}, {"alpha": 0.5, "beta": 2.0}])
def test_gemm(attributes):
    weight = real(4, 5) if attributes.get("transB") else real(5, 4)
    for bias in (real(4), real(1, 4), real(1)):
        graph = check(model([("Gemm", "x w b", "y", attributes)], ["N", 5], {"w": weight, "b": bias}))
        assert graph.nodes[0].weight.shape == (5, 4) and graph.nodes[0].bias.shape == (4,)
    check(model([("Gemm", "x w", "y", attributes)], ["N", 5], {"w": weight}))


@pytest.mark.parametrize("shape", [["N", 5], ["N", 3, 5]])
def test_product_and_sum_become_one_linear_layer(shape):
    nodes = [("MatMul", "x w", "p", {}), ("Add", "b p", "y", {})]
    assert [node.op for node in check(model(nodes, shape, {"w": real(5, 4), "b": real(4)})).nodes] == ["linear"]


def test_sum_is_no_bias_where_the_product_itself_is_needed():
    nodes = [("MatMul", "x w", "p", {}), ("Identity", "p", "i", {}), ("Add", "i b", "s", {}), ("Add", "s i", "y", {})]
    graph = check(model(nodes, ["N", 5], {"w": real(5, 4), "b": real(4)}))
    assert [node.op for node in graph.nodes] == ["linear", "batch_norm", "add"]


@pytest.mark.parametrize("bias", [(4, 1, 1), (1, 4, 1, 1), (1,), ()])
def test_sum_of_a_convolution_and_channels_is_its_bias(bias):
    nodes = [("Conv", "x w c", "p", {}), ("Add", "p b", "y", {})]
    graph = check(model(nodes, PICTURE, {"w": real(4, 3, 3, 3), "c": real(4), "b": real(*bias)}))
    assert [node.op for node in graph.nodes] == ["conv"]


@pytest.mark.parametrize("shape", [PICTURE, ["N", 3]])
def test_batch_norm(shape):
    constants = {"s": real(3), "o": real(3), "m": real(3), "v": real(3) ** 2}
    nodes = [("Relu", "x", "r", {}), ("BatchNormalization", "r s o m v", "y", {"epsilon": 0.01})]
    assert check(model(nodes, shape, constants)).nodes[1].op == "batch_norm"


@pytest.mark.parametrize("shape", [["N", 4, 5], ["N", 2, 4, 5]])
def test_products_of_two_tensors(shape):
    nodes = [
        ("Relu", "x", "r", {}),
        ("Transpose", "r", "t", {"perm": [*range(len(shape) - 2), -1 + len(shape), -2 + len(shape)]}),
    ]
    made = model([*nodes, ("MatMul", "x t", "y", {})], shape)
    assert check(made, runtime).nodes[-1].op == "matmul"


def test_attention():
    """Heads are split by reshapes and transposes, scores scaled, normalised over the last axis and applied."""
    heads, deep = 2, 6
    constants = {name: real(deep, deep) for name in ("q", "k", "v", "o")}
    constants |= {"split": np.array([0, -1, heads, deep // heads]), "join": np.array([0, -1, deep])}
    constants |= {"root": np.float32((deep // heads) ** 0.5), "s": real(deep), "b": real(deep)}
    nodes = []
    for name in "qkv":
        order = [0, 2, 3, 1] if name == "k" else [0, 2, 1, 3]
        nodes += [
            ("MatMul", f"x {name}", f"{name}1", {}),
            ("Reshape", f"{name}1 split", f"{name}2", {}),
            ("Transpose", f"{name}2", f"{name}3", {"perm": order}),
        ]
    nodes += [
        ("MatMul", "q3 k3", "a", {}),
        ("Div", "a root", "c", {}),
        ("Softmax", "c", "d", {"axis": -1}),
        ("MatMul", "d v3", "e", {}),
        ("Transpose", "e", "f", {"perm": [0, 2, 1, 3]}),
        ("Reshape", "f join", "g", {}),
        ("MatMul", "g o", "h", {}),
        ("Add", "h x", "i", {}),
        ("LayerNormalization", "i s b", "y", {"epsilon": 1e-4}),
    ]
    graph = check(model(nodes, ["N", 5, deep], constants), runtime)
    assert [node.op for node in graph.nodes].count("matmul") == 2 and graph.nodes[-1].op == "layer_norm"


@pytest.mark.parametrize("axis", [1, 2, 3, -1])
def test_softmax_along_every_axis(axis):
    check(model([("Softmax", "x", "y", {"axis": axis})], PICTURE), runtime)


def test_layer_norm_of_channels_behind_a_transpose():
    nodes = [
        ("Transpose", "x", "t", {"perm": [0, 2, 3, 1]}),
        ("LayerNormalization", "t s", "n", {}),
        ("Transpose", "n", "u", {"perm": [0, 3, 1, 2]}),
        ("Conv", "u w", "y", {}),
    ]
    graph = check(model(nodes, PICTURE, {"s": real(3), "w": real(2, 3, 1, 1)}), runtime)
    assert [node.op for node in graph.nodes] == ["layer_norm", "conv"]


def test_a_matrix_over_an_axis_that_is_not_last_in_the_graph():
    nodes = [("Conv", "x w", "c", {}), ("MatMul", "c v", "m", {}), ("Relu", "m", "y", {})]
    graph = check(model(nodes, PICTURE, {"w": real(4, 3, 1, 1), "v": real(6, 5)}), runtime)
    assert [node.op for node in graph.nodes][:3] == ["conv", "transpose", "linear"]


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ([("MatMul", "x w", "y", {})], {"w": real(4, 2)}, r"weight \(4, 2\), bias \(1,\) on \(1, 3, 7, 6\) of MatM"),
        ([("MatMul", "w x", "y", {})], {"w": real(7, 7)}, "input 1 is not constant of MatMul y"),
        ([("MatMul", "x x", "y", {})], {}, r"shapes \(1, 3, 7, 6\) and \(1, 3, 7, 6\) of MatMul y, allowed is \[batch"),
        ([("Softmax", "x", "y", {"axis": 0})], {}, "axis 0 of Softmax y"),
        ([("Softmax", "x", "y", {"axis": 4})], {}, "axis 4 of Softmax y, allowed is one of 4 axes"),
        ([("LayerNormalization", "x s", "y", {"axis": 2})], {"s": real(7, 6)}, "axis 2, scale .* of LayerNorm"),
        (
            [("BatchNormalization", "x s s s v", "y", {})],
            {"s": real(3), "v": -np.ones(3, np.float32)},
            "a parameter is negative or has another shape of BatchNormalization y",
        ),
        (
            [("BatchNormalization", "x s s s s", "y", {})],
            {"s": np.ones(4, np.float32)},
            "a parameter is negative or has another shape of BatchNormalization y",
        ),
        (
            [("Flatten", "x", "f", {}), ("Gemm", "f w", "y", {"transA": 1})],
            {"w": real(1, 4)},
            "transA is 1 of Gemm y, allowed is 0",
        ),
    ],
)  # fmt: skip
def test_other_products_and_norms_are_refused(nodes, constants, message):
    refused(model(nodes, PICTURE, constants), message)
