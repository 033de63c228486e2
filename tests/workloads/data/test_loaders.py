"""The labelled sets have the published sizes, ranges and distributions, and splits that never change."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.workloads.data.digits import digits
from lowtide.workloads.data.fashion import read_idx
from lowtide.workloads.data.labelled import stratified


def test_digits_are_split_as_in_the_demo():
    data = digits()
    assert data.train.shape == (898, 8, 8, 1) and data.test.shape == (899, 8, 8, 1)
    assert data.train.dtype == np.uint8 and data.train.min() == 0 and data.train.max() == 16
    counts = np.bincount(np.concatenate([data.train_labels, data.test_labels]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # of the data set's description


def idx(path, head, data):
    path.write_bytes(gzip.compress(head + data))
    return path


def test_idx_is_read_in_the_order_of_its_axes(tmp_path):
    array = read_idx(idx(tmp_path / "a.gz", struct.pack(">HBBII", 0, 8, 2, 2, 3), bytes(range(6))))
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]] and array.dtype == np.uint8


@pytest.mark.parametrize(
    ("head", "data", "message"),
    [
        (struct.pack(">HBBI", 0, 9, 1, 2), bytes(2), "begins with 00000901, allowed is"),
        (struct.pack(">HBBI", 1, 8, 1, 2), bytes(2), "begins with 00010801, allowed is"),
        (struct.pack(">HBBI", 0, 8, 1, 3), bytes(2), r"has 2 bytes of data, allowed are 3 for the shape \(3,\)"),
    ],
)
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
