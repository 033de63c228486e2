"""Zeros stay zero in every format; sizes by hand; Huffman codes are prefix codes and as short as any."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.network import Graph, Node, Plan, quantise_graph, run_fake_quantised
from lowtide.golden.number_formats import FORMATS, BinaryWeights, Codebook, FixedPoint, TernaryWeights
from lowtide.golden.reduce import (
    coded_bits,
    compressed_size,
    entropy_bits,
    huffman_lengths,
    magnitude_mask,
    quantise_pruned,
)


def test_huffman_lengths_by_hand():
    assert huffman_lengths(np.array([45, 13, 12, 16, 9, 5])).tolist() == [1, 3, 3, 3, 4, 4]
    assert coded_bits(np.array([45, 13, 12, 16, 9, 5])) == 224
    assert huffman_lengths(np.array([0, 7, 0])).tolist() == [0, 1, 0] and coded_bits(np.array([0, 7])) == 7
    assert huffman_lengths(np.array([0, 0])).tolist() == [0, 0] and entropy_bits(np.array([0, 0])) == 0
    assert entropy_bits(np.array([4, 4, 8])) == 16 * 1.5 == coded_bits(np.array([4, 4, 8]))


def test_no_prefix_code_of_up_to_four_symbols_is_shorter():
    for counts in product(range(1, 6), repeat=4):
        shortest = min(
            sum(n * length for n, length in zip(counts, lengths, strict=True))
            for lengths in product(range(1, 5), repeat=4)
            if sum(2.0**-length for length in lengths) <= 1
        )
        assert coded_bits(np.array(counts)) == shortest


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=40))
def test_huffman_is_a_prefix_code_between_the_entropy_and_a_bit_more(counts):
    counts = np.array(counts)
    lengths, used = huffman_lengths(counts), counts > 0
    assert np.array_equal(lengths > 0, used)
    if used.sum() > 1:
        assert (2.0 ** -lengths[used]).sum() == 1
        assert entropy_bits(counts) - 1e-6 <= coded_bits(counts) <= entropy_bits(counts) + counts.sum()


@pytest.mark.parametrize(
    "format",
    [
        each
        for each in FORMATS
        if not each.name.startswith("fixed 8 bit unsigned")
        and getattr(each, "signed", True)
        and getattr(getattr(each, "base", None), "signed", True)
    ],
    ids=lambda each: each.name,
)
@pytest.mark.parametrize("per_channel", [True, False])
def test_zeros_stay_zero_in_every_format(format, per_channel):
    if getattr(format, "scale", None) == "glorot":
        with pytest.raises(ValueError, match="values has 1 dimensions"):
            quantise_pruned(np.ones((2, 2)), np.ones((2, 2), bool), format)
        return
    weights = np.random.default_rng(0).normal(size=(48, 3))
    mask = magnitude_mask(weights, 0.6)
    mask[:, 2] &= mask[:, 2] & False  # nothing is left of a column
    pruned = quantise_pruned(weights, mask, format, per_channel=per_channel)
    assert not pruned.weights.values[~mask].any() and not pruned.codes[~mask].any()
    assert pruned.weights.values[mask].any()
    if pruned.weights.integers is not None:
        assert np.array_equal(pruned.weights.integers * pruned.weights.scale, pruned.weights.values)
    if format.block == 1 and not format.local and not per_channel:
        assert np.array_equal(pruned.weights.values[mask], format.fit(weights[mask]).round(weights[mask]))


def test_binary_weights_that_are_left_have_no_zero():
    weights = np.array([[1.0, -4], [-3, 0.1], [0.2, 2]])
    mask = np.abs(weights) > 0.5
    pruned = quantise_pruned(weights, mask, BinaryWeights())
    assert pruned.weights.values.tolist() == [[2, -3], [-2, 0], [0, 3]] and not pruned.has_zero
    assert pruned.weights.integers.tolist() == [[1, -1], [-1, 0], [0, 1]]
    nothing = quantise_pruned(np.zeros((2, 1)), np.ones((2, 1), bool), BinaryWeights())
    assert not nothing.weights.values.any() and not nothing.weights.integers.any()


def test_sizes_by_hand():
    row = np.array([[0.0, 3, 0, 0, 0, 0, 0, 1, 3, 0]])
    pruned = quantise_pruned(row, row != 0, FixedPoint(bits=3), per_channel=False)
    size = compressed_size(pruned, run_bits=2)
    # runs 1, 5, 0 of zeros: entries (1), filler (3), (1), (0)
    assert (size.entries, size.fillers) == (4, 1)
    assert size.dense_bits == 10 * 3 + 32 and size.bitmap_bits == 10 + 3 * 3 + 32
    assert size.run_length_bits == 4 * (2 + 3) + 32
    # codes 3 3 1 and the filler: lengths 1 2 2; runs 1 1 3 0 alike; tables of 3 symbols each
    assert size.huffman_bits == 6 + 6 + 3 * (3 + 8) + 3 * (2 + 8) + 32
    assert size.entropy_bits == 2 * (4 * 1.5)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.floats(0, 1), st.integers(1, 6))
def test_run_lengths_say_where_every_weight_is(size, share, run_bits):
    weights = np.random.default_rng(size).normal(size=(size, 1))
    mask = magnitude_mask(weights, share)
    entries, zeros = 0, 0
    for stays in mask[:, 0]:  # a decoder's view: an entry for every weight and for every 2^r-th zero of a run
        zeros = 0 if stays else zeros + 1
        entries += stays
        if zeros == 1 << run_bits:
            entries, zeros = entries + 1, 0
    last = np.flatnonzero(mask[:, 0])
    trailing = size - 1 - last[-1] if last.size else size
    found = compressed_size(quantise_pruned(weights, mask, FixedPoint(bits=4)), run_bits)
    assert found.entries == entries - trailing // (1 << run_bits)


def test_a_format_without_a_zero_pays_for_fillers():
    row = np.zeros((40, 1))
    row[[0, 39]] = 1
    binary = compressed_size(quantise_pruned(row, row != 0, BinaryWeights()), run_bits=4)
    assert binary.fillers == 2 and binary.run_length_bits == 4 * (4 + 2) + 32
    ternary = compressed_size(quantise_pruned(row, row != 0, TernaryWeights()), run_bits=4)
    assert ternary.run_length_bits == 4 * (4 + 2) + 32
    assert compressed_size(quantise_pruned(row, row != 0, BinaryWeights()), run_bits=6).run_length_bits == 2 * 7 + 32


def test_deep_compression_of_gaussian_weights_saves_what_the_paper_saves():
    weights = np.random.default_rng(0).normal(size=(400, 100))
    pruned = quantise_pruned(weights, magnitude_mask(weights, 0.9), Codebook(16), per_channel=False)
    size = compressed_size(pruned, 5)
    assert size.entropy_bits < size.huffman_bits < size.run_length_bits < size.bitmap_bits < size.dense_bits
    assert 32 * weights.size / size.huffman_bits > 35  # 35 to 49 times in the paper


def test_pruned_and_quantised_layers_run_in_a_network():
    rng = np.random.default_rng(0)
    graph = Graph(
        (
            Node(name="a", op="linear", inputs=("input",), weight=rng.normal(size=(6, 5)), bias=np.ones(5)),
            Node(name="r", op="relu", inputs=("a",)),
            Node(name="b", op="linear", inputs=("r",), weight=rng.normal(size=(5, 2))),
        ),
        (6,),
    )
    masks = {name: magnitude_mask(graph.node(name).weight, 0.5) for name in "ab"}
    found = {name: quantise_pruned(graph.node(name).weight, masks[name], FixedPoint(4)).weights for name in "ab"}
    x = rng.normal(size=(9, 6))
    network = quantise_graph(graph, x, Plan(weights=FixedPoint(4)), weights=found)
    assert np.allclose(network.run(x), run_fake_quantised(network, x), atol=1e-9)
    assert not network.layers["r"].weights.values[~masks["a"]].any()


@pytest.mark.parametrize(
    "weights, mask, message",
    [
        (np.ones((2, 2)), np.ones((2, 3), bool), "weights, mask have shapes"),
        (np.ones((2, 2)), np.ones((2, 2)), "weights, mask have shapes"),
        (np.full((2, 2), np.nan), np.ones((2, 2), bool), "weights has nan"),
    ],
)
def test_bad_input_is_refused(weights, mask, message):
    with pytest.raises(ValueError, match=message):
        quantise_pruned(weights, mask, FixedPoint())
    with pytest.raises(ValueError, match="counts has shape"):
        huffman_lengths(np.array([-1, 2]))
