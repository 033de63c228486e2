"""Masks leave the largest weights, as many as stated; removed filters leave a network that computes the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lowtide.golden.network import Graph, Node
from lowtide.golden.reduce import (
    apply_masks,
    count_layers,
    cubic_share,
    magnitude_mask,
    magnitude_masks,
    remove_filters,
    structured_mask,
    total_count,
)


def mlp(*weights):
    nodes, last = [], "input"
    for number, weight in enumerate(weights):
        nodes.append(Node(name=f"l{number}", op="linear", inputs=(last,), weight=weight, bias=np.ones(weight.shape[1])))
        nodes.append(Node(name=f"r{number}", op="relu", inputs=(f"l{number}",)))
        last = nodes[-1].name
    return Graph(tuple(nodes[:-1]), (len(weights[0]),))


def test_mask_by_hand():
    weights = np.array([[3.0, -1, 0.5], [-2, 1, 4]])
    assert magnitude_mask(weights, 0.5).tolist() == [[True, False, False], [True, False, True]]
    assert magnitude_mask(weights, 1 / 3).tolist() == [[True, True, False], [True, False, True]]  # of a tie the first
    assert magnitude_mask(weights, 0).all() and not magnitude_mask(weights, 1).any()


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(-9, 9)), st.floats(0, 1))
def test_mask_drops_the_stated_number_of_the_smallest(weights, share):
    mask = magnitude_mask(weights, share)
    assert np.count_nonzero(~mask) == round(share * weights.size)
    if mask.any() and not mask.all():
        assert np.abs(weights[mask]).min() >= np.abs(weights[~mask]).max()


def test_global_masks_compare_layers_and_layer_masks_do_not():
    graph = mlp(np.full((2, 3), 5.0), np.array([[1.0, 2], [3, 4], [6, 7]]))
    masks = magnitude_masks(graph, 1 / 3)  # 4 of 12
    assert masks["l0"].all() and masks["l1"].tolist() == [[False, False], [False, False], [True, True]]
    masks = magnitude_masks(graph, 1 / 3, scope="layer")
    assert masks["l0"].tolist() == [[True] * 3, [True, False, False]]
    assert masks["l1"].tolist() == [[False, False], [True, True], [True, True]]
    assert list(magnitude_masks(graph, 0.5, layers=["l1"])) == ["l1"]


def test_counts_of_a_pruned_network_by_hand():
    graph = apply_masks(
        mlp(np.full((2, 3), 5.0), np.array([[1.0, 2], [3, 4], [6, 7]])),
        {"l1": np.array([[True, False], [True, True], [False, False]])},
    )
    first, second = count_layers(graph)
    assert (first.multiplications, first.kept_multiplications) == (6, 6)
    assert (second.multiplications, second.kept_multiplications, second.kept_weights) == (6, 3, 3)
    assert total_count(graph).kept_share == 9 / 12
    conv = Graph((Node(name="c", op="conv", inputs=("input",), weight=np.eye(2).reshape(1, 1, 2, 2)),), (5, 4, 2))
    assert total_count(conv).multiplications == 5 * 4 * 4 and total_count(conv).kept_multiplications == 5 * 4 * 2


def test_structured_mask_by_hand():
    column = np.array([1.0, -3, 2, 2, 0.5, 4])[:, None]
    assert structured_mask(column, 2, 4)[:, 0].tolist() == [False, True, True, False, True, True]
    assert structured_mask(column, 1, 4)[:, 0].tolist() == [False, True, False, False, False, True]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(1, 4), st.integers(1, 8), st.data())
def test_structured_mask_keeps_the_n_largest_of_every_m(rows, columns, of, data):
    kept = data.draw(st.integers(0, of))
    weights = np.random.default_rng(rows).normal(size=(rows, columns))
    mask = structured_mask(weights, kept, of)
    for start in range(0, rows, of):
        part, chosen = np.abs(weights[start : start + of]), mask[start : start + of]
        assert (chosen.sum(axis=0) == min(kept, len(part))).all()
        for column in range(columns):
            assert set(part[chosen[:, column], column]) == set(
                np.sort(part[:, column])[len(part) - chosen[:, column].sum() :]
            )


def test_structured_mask_of_a_convolution_runs_along_its_matrix():
    weights = np.random.default_rng(1).normal(size=(3, 3, 2, 4))
    assert np.array_equal(structured_mask(weights, 2, 4).reshape(-1, 4), structured_mask(weights.reshape(-1, 4), 2, 4))


def test_filters_of_least_norm_leave_and_their_readers_lose_the_inputs():
    first, second = np.array([[1.0, 9, 0, 2], [1, 9, 0, 3]]), np.arange(8.0).reshape(4, 2)
    graph = mlp(first, second)
    small = remove_filters(graph, 0.5)
    assert small.node("l0").weight.tolist() == [[9, 2], [9, 3]] and small.node("l0").bias.tolist() == [1, 1]
    assert small.node("l1").weight.tolist() == [[2, 3], [6, 7]]
    masked = replace(graph.node("l1"), weight=second * np.array([[0], [1], [0], [1]]))
    x = np.random.default_rng(0).normal(size=(7, 2))
    same = Graph((*graph.nodes[:-1], masked), graph.shape)
    assert np.allclose(small.run(x), same.run(x), atol=1e-12)
    assert total_count(small).multiplications == total_count(graph).multiplications / 2
    assert remove_filters(graph, 1.0).node("l0").weight.shape == (2, 1)  # never the last one


def test_filters_of_the_output_layer_cannot_be_removed():
    graph = mlp(np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="channels of l1 are bound by l1"):
        remove_filters(graph, 0.5, layers=["l1"])


def test_cubic_schedule():
    assert [cubic_share(step, 4, 0.8) for step in (0, 4)] == [0, 0.8]
    assert cubic_share(2, 4, 0.8) == pytest.approx(0.7)  # 0.8 - 0.8 / 8
    assert cubic_share(1, 2, 0.9, initial=0.5) == pytest.approx(0.85)
    shares = [cubic_share(step, 20, 0.95, initial=0.1) for step in range(21)]
    assert (np.diff(shares) > 0).all() and (np.diff(shares, 2) < 0).all()  # fast first, slow in the end


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda g: magnitude_mask(np.array([np.nan]), 0.5), "weights has nan"),
        (lambda g: magnitude_mask(np.ones(3), 1.5), "share is 1.5, allowed are numbers 0..1"),
        (lambda g: magnitude_masks(g, 0.5, scope="all"), "scope is 'all'"),
        (lambda g: magnitude_masks(g, 0.5, layers=["r0"]), "layer is 'r0', allowed are l0, l1"),
        (lambda g: apply_masks(g, {"l0": np.ones((3, 2), bool)}), "mask of l0 has shape"),
        (lambda g: apply_masks(g, {"l0": np.ones((2, 3))}), "mask of l0 has shape"),
        (lambda g: structured_mask(np.ones(3), 1, 2), "weights has 1 dimensions"),
        (lambda g: structured_mask(np.ones((3, 1)), 3, 2), "kept is 3, allowed are integers 0..2"),
        (lambda g: cubic_share(5, 4, 0.5), "step is 5, allowed are integers 0..4"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(mlp(np.ones((2, 3)), np.ones((3, 2))))
