"""Constants of a model are computed and unused nodes dropped; what a graph cannot state is refused by name."""

import numpy as np
import pytest
from onnx import numpy_helper

from lowtide.compiler.onnx.importer import import_onnx
from lowtide.compiler.onnx.operators.known import REFUSED

from onnx_models import PICTURE, check, draws, model, refused

RNG = np.random.default_rng(5)
real = draws(RNG)


def test_constants_are_computed_and_unused_nodes_dropped():
    nodes = [
        ("Constant", "", "shape", {"value": numpy_helper.from_array(np.array([5, 4]))}),
        ("Reshape", "w shape", "v", {}),
        ("Transpose", "v", "t", {}),
        ("Identity", "t", "u", {}),
        ("Relu", "x", "unused", {}),
        ("Gemm", "x u", "p", {"transB": 1}),
        ("Identity", "p", "y", {}),
    ]
    assert [node.op for node in check(model(nodes, ["N", 5], {"w": real(20)})).nodes] == ["linear"]


W = {"w": real(3, 3, 3, 3)}


@pytest.mark.parametrize(
    ("nodes", "shape", "constants", "message"),
    [
        ([("Sin", "x", "y", {})], ["N", 4], {}, r"operator is Sin \(node0\), allowed are Abs, Add, "),
        ([("Conv", "x x", "y", {})], PICTURE, {}, "input 1 is not constant of Conv y, allowed is a constant"),
        (
            [("MaxPool", "x", "y i", {"kernel_shape": [2, 2]}), ("Relu", "i", "z", {})],
            PICTURE,
            {},
            "a second output is used of MaxPool y",
        ),
        ([("Identity", "x", "y", {})], ["N", 4], {}, "output is the input or a constant"),
        ([("Relu", "w", "y", {}), ("Relu", "x", "z", {})], ["N", 4], W, "output is a constant"),
        ([("Relu", "x", "y", {})], ["N", "height", 4], {}, r"input x has shape \[0, 0, 4\], allowed are"),
        ([("Relu", "x", "y", {})], ["N"], {}, r"input x has shape \[0\], allowed are"),
    ],
)
def test_what_a_graph_cannot_state_is_refused(nodes, shape, constants, message):
    refused(model(nodes, shape, constants), message)


@pytest.mark.parametrize("op", REFUSED)
def test_well_known_operators_are_refused_with_what_would_fit(op):
    made = model([(op, "x", "y", {})], PICTURE)
    refused(made, rf"operator is {op} node0: \w.*; what would fit: \w")


def test_one_output_is_allowed():
    made = model([("Relu", "x", "y", {}), ("Tanh", "x", "z", {})], ["N", 4], outputs=("y", "z"))
    with pytest.raises(ValueError, match=r"outputs are \['y', 'z'\], allowed is one"):
        import_onnx(made)


def test_operators_of_other_domains_are_refused():
    made = model([("Relu", "x", "y", {"domain": "com.example"})], ["N", 4])
    with pytest.raises(ValueError, match="operator is Relu"):
        import_onnx(made)
