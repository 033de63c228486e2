"""Functions, matrix products, sums and batch norms of an imported model compute what the reference computes."""

import numpy as np
import pytest

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model

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
