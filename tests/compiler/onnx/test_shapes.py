"""What moves no data in an imported model: branches, flattened pictures, transposes between layouts."""

import numpy as np
import pytest

from onnx_models import PICTURE, check, draws, model

RNG = np.random.default_rng(5)
real = draws(RNG)


def test_sums_and_concatenations_of_branches():
    nodes = [
        ("Conv", "x w", "a", {"auto_pad": "SAME_UPPER"}),
        ("Relu", "x", "r", {}),
        ("Add", "a r", "s", {}),
        ("Concat", "s x a", "y", {"axis": 1}),
    ]
    assert check(model(nodes, PICTURE, {"w": real(3, 3, 3, 3)})).nodes[-1].inputs == ("s", "x", "a")


@pytest.mark.parametrize(
    "flatten",
    [
        ("Flatten", "x", "f", {}),
        ("Reshape", "x rest", "f", {}),
        ("Reshape", "x all", "f", {}),
        ("Reshape", "x keep", "f", {}),
    ],
    ids=lambda node: f"{node[0]} {node[1]}",
)
@pytest.mark.parametrize(
    "follow",
    [
        [("Gemm", "f w b", "y", {})],
        [("MatMul", "f w", "p", {}), ("Add", "p b", "y", {})],
        [
            ("Relu", "f", "r", {}),
            ("BatchNormalization", "r s o m v", "n", {}),
            ("Add", "n m", "a", {}),
            ("Dropout", "a", "d", {}),
            ("Gemm", "d w b", "y", {}),
        ],
        [
            ("Tanh", "f", "t", {}),
            ("Add", "t f", "u", {}),
            ("Concat", "u f", "c", {"axis": 1}),
            ("Gemm", "c ww b", "y", {}),
        ],
    ],
    ids=lambda nodes: " ".join(node[0] for node in nodes),
)
def test_flattened_pictures_keep_their_places(flatten, follow):
    constants = {
        "w": real(126, 4),
        "ww": real(252, 4),
        "b": real(4),
        "rest": np.array([-1, 126]),
        "all": np.array([1, -1]),
        "keep": np.array([0, -1]),
        **{name: real(126) ** 2 for name in ("s", "o", "m", "v")},
    }
    check(model([flatten, *follow], [1, 3, 7, 6], constants))


def test_pooled_pictures_are_flattened_by_nothing():
    nodes = [
        ("GlobalAveragePool", "x", "g", {}),
        ("Relu", "g", "r", {}),
        ("Flatten", "r", "f", {}),
        ("Gemm", "f w", "y", {}),
    ]
    graph = check(model(nodes, PICTURE, {"w": real(3, 4)}))
    assert [node.op for node in graph.nodes] == ["global_average_pool", "relu", "linear"]
    check(model([("GlobalAveragePool", "x", "y", {})], PICTURE))


def test_transposes_between_layouts_move_nothing():
    nodes = [
        ("Transpose", "x", "a", {"perm": [0, 3, 1, 2]}),
        ("Conv", "a w", "b", {"strides": [2, 2]}),
        ("Transpose", "b", "c", {"perm": [0, 2, 3, 1]}),
        ("Add", "c k", "d", {}),
        ("Flatten", "d", "e", {}),
        ("Gemm", "e v", "y", {}),
    ]
    graph = check(model(nodes, ["N", 7, 6, 3], {"w": real(4, 3, 3, 3), "k": real(4), "v": real(24, 2)}))
    assert [node.op for node in graph.nodes] == ["conv", "flatten", "linear"] and graph.shape == (7, 6, 3)
