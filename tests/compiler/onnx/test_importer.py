"""Constants of a model are computed and unused nodes dropped; what a graph cannot state is refused by name."""

import numpy as np
import pytest
from onnx import numpy_helper

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model

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
        ([("Erf", "x", "y", {})], ["N", 4], {}, r"operator is Erf \(node0\), allowed are Add, AveragePool, "),
        (
            [("Clip", "x l h", "y", {})],
            ["N", 4],
            {"l": np.float32(-1), "h": np.float32(1)},
            r"range -1\.0 to 1\.0 of Clip y, allowed is 0 to 6",
        ),
        (
            [("Add", "x c", "y", {})],
            PICTURE,
            {"c": real(7, 6)},
            r"constant of shape \(7, 6\) of Add y, allowed is one value",
        ),
        ([("Conv", "x x", "y", {})], PICTURE, {}, "input 1 is not constant of Conv y, allowed is a constant"),
        ([("MaxPool", "x", "y", {"kernel_shape": [2, 2], "ceil_mode": 1})], PICTURE, {}, "ceil_mode of MaxPool y"),
        (
            [("MaxPool", "x", "y i", {"kernel_shape": [2, 2]}), ("Relu", "i", "z", {})],
            PICTURE,
            {},
            "a second output is used of MaxPool y",
        ),
        (
            [("AveragePool", "x", "y", {"kernel_shape": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1})],
            PICTURE,
            {},
            "count_include_pad is 1 of AveragePool y",
        ),
        ([("Gemm", "x w", "y", {"transA": 1})], ["N", 4], {"w": real(1, 4)}, "transA is 1 of Gemm y, allowed is 0"),
        ([("Softmax", "x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Softmax y, allowed is the graph's last one"),
        ([("Concat", "x x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Concat y, allowed is the graph's last one"),
        ([("Concat", "x c", "y", {"axis": 1})], ["N", 4], {"c": real(1, 4)}, "a constant of Concat y"),
        ([("Flatten", "x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Flatten y, allowed is 1"),
        ([("Flatten", "x", "y", {})], PICTURE, {}, "output y is a flattened picture"),
        (
            [("Reshape", "x s", "y", {})],
            ["N", 6],
            {"s": np.array([-1, 2, 3])},
            r"shape \[-1, 2, 3\] of \(1, 6\) of Reshape y",
        ),
        (
            [("Transpose", "x", "y", {"perm": [1, 0]})],
            ["N", 6],
            {},
            r"perm \(1, 0\) of Transpose y, allowed is the batch",
        ),
        (
            [("Transpose", "x", "t", {"perm": [0, 2, 3, 1]}), ("Conv", "t w", "y", {})],
            [1, 7, 6, 3],
            W,
            r"input has the axes \(0, 1, 2, 3\) of Conv y",
        ),
        (
            [("GlobalAveragePool", "x", "g", {}), ("Add", "g x", "y", {})],
            PICTURE,
            {},
            "of Add y, allowed is two tensors that are alike",
        ),
        ([("Identity", "x", "y", {})], ["N", 4], {}, "output is the input or a constant"),
        ([("Relu", "x", "y", {})], ["N", "height", 4], {}, r"input x has shape \[0, 0, 4\], allowed are"),
        ([("Relu", "x", "y", {})], ["N"], {}, r"input x has shape \[0\], allowed are"),
    ],
)
def test_what_a_graph_cannot_state_is_refused(nodes, shape, constants, message):
    with pytest.raises(ValueError, match=message):
        import_onnx(model(nodes, shape, constants))


def test_one_output_is_allowed():
    made = model([("Relu", "x", "y", {}), ("Tanh", "x", "z", {})], ["N", 4], outputs=("y", "z"))
    with pytest.raises(ValueError, match=r"outputs are \['y', 'z'\], allowed is one"):
        import_onnx(made)


def test_operators_of_other_domains_are_refused():
    made = model([("Relu", "x", "y", {"domain": "com.example"})], ["N", 4])
    with pytest.raises(ValueError, match="operator is Relu"):
        import_onnx(made)
