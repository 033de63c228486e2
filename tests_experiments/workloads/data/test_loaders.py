"""The fetched sets have the published sizes, ranges and distributions, and splits that never change."""

import numpy as np

from lowtide.workloads.data.fashion import CLASSES, fashion
from lowtide.workloads.data.mnist import mnist


def test_mnist_has_the_first_ten_thousand_training_pictures():
    data = mnist()
    assert data.train.shape == (8000, 28, 28, 1) and data.test.shape == (2000, 28, 28, 1)
    assert data.train.dtype == np.uint8 and data.train.min() == 0 and data.train.max() == 255
    counts = np.bincount(np.concatenate([data.train_labels, data.test_labels]))
    assert counts.tolist() == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert np.abs(np.bincount(data.test_labels) - counts / 5).max() < 1
    assert abs(data.train.mean() / 255 - 0.1307) < 0.002  # the mean that is published for MNIST


def test_mnist_split_is_disjoint_and_always_the_same():
    data, again = mnist(), mnist()
    assert not {picture.tobytes() for picture in data.train} & {picture.tobytes() for picture in data.test}
    assert np.array_equal(data.train, again.train) and np.array_equal(data.test_labels, again.test_labels)
    assert data.test_labels[:12].tolist() == [9, 7, 9, 6, 9, 4, 1, 3, 6, 3, 2, 7]


def test_fashion_has_the_published_sizes():
    data = fashion()
    assert data.train.shape == (60000, 28, 28, 1) and data.test.shape == (10000, 28, 28, 1)
    assert np.bincount(data.train_labels).tolist() == [6000] * len(CLASSES)
    assert np.bincount(data.test_labels).tolist() == [1000] * len(CLASSES)
    assert abs(data.train.mean() / 255 - 0.2860) < 0.0005  # the mean that is published for Fashion-MNIST
