"""Block-circulant matrices: nearest in least squares, products equal, counts by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.network import Graph, Node
from lowtide.golden.reduce import BlockCirculant, circulant_layers, project_circulant


def test_projection_by_hand():
    found = project_circulant(np.array([[1.0, 2, 3], [6, 5, 4], [7, 9, 8]]), 3)
    # diagonals (1, 5, 8), (2, 4, 7) and (3, 6, 9)
    assert np.allclose(found.vectors, [[[14 / 3, 13 / 3, 6]]])
    assert np.allclose(found.matrix()[1], [6, 14 / 3, 13 / 3]) and np.allclose(found.matrix()[2], [13 / 3, 6, 14 / 3])


def test_cut_off_blocks_have_the_means_of_what_exists():
    found = project_circulant(np.array([[1.0, 2, 10], [4, 5, 20], [7, 8, 30]]), 2)
    assert found.vectors.tolist() == [[[3, 3], [10, 20]], [[7, 8], [30, 0]]]
    assert found.matrix().tolist() == [[3, 3, 10], [3, 3, 20], [7, 8, 30]] and found.stored == 8


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 5), st.integers(0, 99))
def test_projection_is_the_nearest_and_stays(rows, columns, block, seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(rows, columns))
    found = project_circulant(weights, block)
    error = np.square(weights - found.matrix()).sum()
    again = project_circulant(found.matrix(), block)
    assert np.allclose(again.vectors, found.vectors)
    for _ in range(5):
        other = BlockCirculant(vectors=found.vectors + rng.normal(size=found.vectors.shape) * 0.1, shape=found.shape)
        assert np.square(weights - other.matrix()).sum() >= error - 1e-12
    if block == 1:
        assert np.array_equal(found.matrix(), weights)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([1, 2, 3, 4, 7, 8]), st.integers(0, 99))
def test_transforms_give_the_exact_product_of_integers(rows, columns, block, seed):
    rng = np.random.default_rng(seed)
    blocks = -(-rows // block), -(-columns // block)
    matrix = BlockCirculant(vectors=rng.integers(-128, 128, (*blocks, block)), shape=(rows, columns))
    x = rng.integers(-128, 128, (3, rows))
    assert np.array_equal(np.rint(matrix.multiply(x)).astype(int), x @ matrix.matrix())


def test_counts_by_hand():
    matrix = project_circulant(np.zeros((16, 24)), 8)
    assert (matrix.direct_multiplications, matrix.stored) == (384, 48)
    # 2 + 3 transforms of 4 * 3 complex multiplications, 6 products of 5, 4 real ones each
    assert matrix.transform_multiplications == 4 * (5 * 12 + 6 * 5)
    assert project_circulant(np.zeros((3, 4)), 1).transform_multiplications == 12
    large = project_circulant(np.zeros((512, 512)), 512)
    assert large.transform_multiplications == 4 * (2 * 256 * 9 + 257) and large.stored == 512
    with pytest.raises(ValueError, match="block is 3, allowed for transforms are powers of two"):
        _ = project_circulant(np.zeros((3, 3)), 3).transform_multiplications


def test_network_with_circulant_layers_computes_with_their_matrices():
    rng = np.random.default_rng(0)
    graph = Graph(
        (
            Node(name="c", op="conv", inputs=("input",), weight=rng.normal(size=(2, 2, 3, 8))),
            Node(name="f", op="flatten", inputs=("c",)),
            Node(name="l", op="linear", inputs=("f",), weight=rng.normal(size=(32, 4))),
        ),
        (3, 3, 3),
    )
    found, matrices = circulant_layers(graph, {"c": 4, "l": 2})
    assert np.array_equal(found.node("c").weight.reshape(12, 8), matrices["c"].matrix())
    x = rng.normal(size=(2, 3, 3, 3))
    tensors = {}
    found.run(x, tensors.__setitem__)
    assert np.allclose(matrices["l"].multiply(tensors["f"]), tensors["l"])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: project_circulant(np.ones(3), 2), "weights has shape"),
        (lambda: project_circulant(np.full((2, 2), np.nan), 2), "weights has nan"),
        (lambda: project_circulant(np.ones((2, 2)), 0), "block is 0, allowed are integers >= 1"),
        (lambda: BlockCirculant(vectors=np.ones((1, 1, 2)), shape=(3, 2)), "vectors has shape"),
        (lambda: project_circulant(np.ones((2, 2)), 2).multiply(np.ones((1, 3))), "x has shape"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
