"""The perceptron of the digits demo: its training and data, and its layers in integers."""

import math
from fractions import Fraction

import numpy as np
import pytest

from lowtide.workloads.digits.network import SIZES, accuracy, digits, load, save
from lowtide.workloads.digits.quantised import quantise_network
from lowtide.workloads.digits.weights import Precision
from lowtide.workloads.networks.train_digits_mlp import train


@pytest.fixture(scope="module")
def split():
    return digits()


@pytest.fixture(scope="module")
def network():
    return load()


@pytest.fixture(scope="module")
def integers(network, split):
    return quantise_network(network, split.train, Precision())


def test_training_reproduces_the_shipped_weights(network, split):
    trained = train(split)
    assert accuracy(trained.scores(split.test), split.test_labels) == accuracy(
        network.scores(split.test), split.test_labels
    )
    for found, shipped in zip(trained.weights + trained.biases, network.weights + network.biases, strict=True):
        assert np.array_equal(found, shipped)


def test_the_same_network_gives_the_same_bytes(network, tmp_path):
    for name in ("a.npz", "b.npz"):
        save(network, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.npz").stat().st_size < 100_000


def test_a_file_of_another_network_is_refused(network, tmp_path):
    save(type(network)(network.weights[:2], network.biases[:2]), tmp_path / "short.npz")
    with pytest.raises(ValueError, match="weight_2"):
        load(tmp_path / "short.npz")


def test_the_split_keeps_every_class_and_shares_no_image(split):
    assert len(split.train) + len(split.test) == 1797
    together = {row.tobytes() for row in split.train} & {row.tobytes() for row in split.test}
    assert not together
    assert (np.abs(np.bincount(split.train_labels) - np.bincount(split.test_labels)) <= 1).all()


def test_layers_are_8_bit_integers_with_32_bit_biases(integers, split):
    x = integers.data(split.test)
    assert x.min() == 0 and x.max() == 255
    assert [layer.weight.codes.shape for layer in integers.layers] == list(zip(SIZES, SIZES[1:], strict=False))
    for layer in integers.layers:
        assert np.abs(layer.weight.codes).max() == 127
        assert np.abs(layer.bias).max() < 1 << 31
    assert [layer.multiplier is None for layer in integers.layers] == [False, False, True]
    assert all(1 << 15 <= layer.multiplier < 1 << 16 and layer.shift > 0 for layer in integers.layers[:-1])


def test_data_between_layers_are_rounded_by_one_multiplier_and_one_shift(integers, split):
    """Halves go up, and whole numbers alone decide: rational arithmetic says the same."""
    seen = []
    integers.scores(split.test[:20], lambda x, weight: seen.append(x) or x.astype(np.int64) @ weight.codes)
    for layer, x, after in zip(integers.layers, seen, seen[1:], strict=False):
        sums = x.astype(np.int64) @ layer.weight.codes + layer.bias
        factor = Fraction(layer.multiplier, 1 << layer.shift)
        expected = [min(255, math.floor(max(0, int(value)) * factor + Fraction(1, 2))) for value in sums.ravel()]
        assert after.ravel().tolist() == expected


def test_integer_scores_follow_the_float_scores(network, integers, split):
    exact = network.scores(split.test)
    found = integers.scores(split.test, lambda x, weight: x.astype(np.int64) @ weight.codes)
    assert np.corrcoef(exact.ravel(), found.ravel())[0, 1] > 0.999


def test_binary_weights_classify_less_than_a_third_as_the_notes_say(network, split):
    binary = quantise_network(network, split.train, Precision(8, 2, "binary"))
    found = binary.scores(split.test, lambda x, weight: x.astype(np.int64) @ (2 * weight.codes - 1))
    assert accuracy(found, split.test_labels) < 1 / 3
