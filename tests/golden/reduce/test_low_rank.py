"""Two thin layers compute what one of that rank computes, at the stated number of multiplications."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.network import Graph, Node
from lowtide.golden.reduce import energy_ranks, factorise, low_rank, multiplication_ranks, total_count
from lowtide.golden.reduce.low_rank import rank_of_energy, rank_of_share


def of_singular_values(values, rows, columns, seed=0):
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.normal(size=(length, length)))[0] for length in (rows, columns))
    return left[:, : len(values)] * values @ right[: len(values)]


def test_rank_one_by_hand():
    first, second = factorise(np.array([[2.0, 4], [1, 2], [0, 0]]), 1)
    assert np.allclose(first @ second, [[2, 4], [1, 2], [0, 0]])
    # the singular value is 5, the unit vectors (2, 1, 0) / sqrt 5 and (1, 2) / sqrt 5
    assert np.allclose(first[:, 0], [2, 1, 0]) and np.allclose(second[0], [1, 2])


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 99))
def test_error_is_the_singular_values_left_out(rows, columns, seed):
    weights = np.random.default_rng(seed).normal(size=(rows, columns))
    values = np.linalg.svd(weights, compute_uv=False)
    for rank in range(1, min(rows, columns) + 1):
        first, second = factorise(weights, rank)
        assert first.shape == (rows, rank) and second.shape == (rank, columns)
        assert np.square(weights - first @ second).sum() == pytest.approx(np.square(values[rank:]).sum(), abs=1e-9)
        assert np.allclose(np.linalg.norm(first, axis=0), np.linalg.norm(second, axis=1))  # evenly shared


def test_ranks_by_hand():
    weights = of_singular_values([6.0, 3, 2], 8, 4)  # energies 36, 45, 49 of 49
    assert [rank_of_energy(weights, share) for share in (0, 0.7, 0.74, 0.9, 0.95, 1)] == [1, 1, 2, 2, 3, 3]
    assert [rank_of_share(weights, share) for share in (0.3, 0.38, 0.75, 1)] == [0, 1, 2, 2]  # 12 r of 32
    assert rank_of_energy(np.zeros((3, 2)), 0.9) == 1


@pytest.fixture
def graph():
    rng = np.random.default_rng(0)
    return Graph(
        (
            Node(
                name="c",
                op="conv",
                inputs=("input",),
                weight=of_singular_values([5.0, 4, 1, 0.1], 18, 16).reshape(3, 3, 2, 16),
                bias=rng.normal(size=16),
                attributes={"stride": (2, 1), "padding": (1, 0, 1, 1)},
            ),
            Node(name="r", op="relu", inputs=("c",)),
            Node(name="d", op="conv", inputs=("r",), weight=rng.normal(size=(3, 3, 1, 16)), attributes={"groups": 16}),
            Node(name="f", op="flatten", inputs=("d",)),
            Node(
                name="l", op="linear", inputs=("f",), weight=of_singular_values([3.0, 2, 1], 32, 20), bias=np.ones(20)
            ),
        ),
        (6, 5, 2),
    )


def test_layers_of_their_own_rank_lose_nothing(graph):
    two = low_rank(graph, {"c": 4, "l": 3})
    assert [node.name for node in two.nodes] == ["c.basis", "c", "r", "d", "f", "l.basis", "l"]
    x = np.random.default_rng(1).normal(size=(3, 6, 5, 2))
    assert np.allclose(two.run(x), graph.run(x), atol=1e-9)
    # 3 x 4 pixels out of the convolution, 1 x 2 out of the depthwise one
    assert total_count(graph).multiplications == 12 * 18 * 16 + 2 * 9 * 16 + 32 * 20
    assert total_count(two).multiplications == 12 * 4 * (18 + 16) + 2 * 9 * 16 + 3 * (32 + 20)


def test_ranks_of_a_network_fit_its_multiplications(graph):
    full = total_count(graph).multiplications
    for share in (0.2, 0.4, 0.6):
        ranks = multiplication_ranks(graph, share)
        assert total_count(low_rank(graph, ranks)).multiplications <= share * full
    energy = energy_ranks(graph, 0.95)
    assert energy == {"c": 2, "l": 3}  # 25, 41, 42 of 42.01; 9, 13, 14 of 14
    assert low_rank(graph, {}).nodes == graph.nodes


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4, 0.7])
def test_no_other_ranks_with_as_few_multiplications_leave_out_less(graph, share):
    def cost(ranks):
        lost = 0
        for name, rank in ranks.items():
            energy = np.square(
                np.linalg.svd(graph.node(name).weight.reshape(-1, graph.node(name).weight.shape[-1]), compute_uv=False)
            )
            lost += energy[rank:].sum() / energy.sum()
        return lost, total_count(low_rank(graph, ranks)).multiplications

    lost, used = cost(multiplication_ranks(graph, share))
    for first in (None, *range(1, 17)):
        for second in (None, *range(1, 21)):
            ranks = {name: rank for name, rank in (("c", first), ("l", second)) if rank}
            other, others_used = cost(ranks)
            assert others_used > used or other >= lost - 1e-9


def test_a_share_of_one_costs_no_energy(graph):
    ranks = multiplication_ranks(graph, 1.0)
    x = np.random.default_rng(1).normal(size=(3, 6, 5, 2))
    assert np.allclose(low_rank(graph, ranks).run(x), graph.run(x), atol=1e-6)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda g: factorise(np.ones((3, 2)), 3), "rank is 3, allowed are integers 1..2"),
        (lambda g: factorise(np.ones(3), 1), "weights has shape"),
        (lambda g: factorise(np.full((2, 2), np.inf), 1), "weights has inf"),
        (lambda g: low_rank(g, {"d": 1}), "layer d is a convolution in groups"),
        (lambda g: low_rank(g, {"r": 1}), "layer is 'r', allowed are c, d, l"),
        (lambda g: multiplication_ranks(g, 0), "share is 0, allowed are numbers 0"),
    ],
)
def test_bad_input_is_refused(graph, call, message):
    with pytest.raises(ValueError, match=message):
        call(graph)
