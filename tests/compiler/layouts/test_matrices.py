"""Matrices in tensors: found where they lie, read and written there."""

import numpy as np
import pytest

from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.matrices import Matrices


@pytest.mark.parametrize("seed", range(20))
def test_matrices_side_by_side_are_found_and_read(seed):
    rng = np.random.default_rng(seed)
    count, pixels, values = (int(each) for each in rng.integers(1, 6, 3))
    channels = values * int(rng.integers(1, 4))
    before, behind = (values * int(each) for each in rng.integers(0, 3, 2))
    wide = before + count * channels + behind
    codes = rng.integers(0, 256, (1, pixels, wide))
    places = np.arange(codes.size).reshape(codes.shape)[0, :, before : before + count * channels]
    places = places.reshape(pixels, count, channels).swapaxes(0, 1)
    matrices = Matrices.found(places, codes.shape)
    expected = codes.ravel()[places]
    layout = Layout.of(*codes.shape, values=values, array_rows=4)
    memory = np.zeros((layout.room, values), np.uint8)
    layout.put(memory, codes)
    if wide == channels:  # one matrix, which is a row too
        assert matrices == Matrices(count=1)
    else:
        assert matrices == Matrices(count=count, channels=channels, first=before)
        assert matrices.whole_atoms(values) and not matrices.whole_atoms(wide + 1)
    first = int(rng.integers(count))
    some = matrices.some(layout, first, count - first)
    assert (some.rows, some.channels) == matrices.extent(layout, count - first)
    for number in range(count - first):
        assert np.array_equal(matrices.of_some(some, number).get(memory)[0], expected[first + number])


def test_matrices_that_are_rows():
    form = 3, 4, 5
    matrices = Matrices.found(np.arange(60).reshape(form), form)
    assert matrices == Matrices(count=3) and matrices.whole_atoms(4)
    assert matrices.made_by(1, 2, 0, 5) == (1, 2)
    layout = Layout.of(*form, values=4, array_rows=4)
    assert matrices.some(layout, 1, 2) == layout.rows_from(1, 2)


def test_what_lies_otherwise_is_not_found():
    assert Matrices.found(np.arange(60).reshape(3, 4, 5).swapaxes(1, 2), (3, 4, 5)) is None
    assert Matrices.found(np.arange(60).reshape(3, 4, 5)[::-1], (3, 4, 5)) is None
    assert Matrices.found(np.arange(20).reshape(4, 5, 1), (1, 4, 5)) is None


def test_one_matrix_for_all_products():
    layout = Layout.of(1, 4, 4, values=4, array_rows=4)
    shared = Matrices(count=1, shared=True)
    assert shared.some(layout, 3, 2) == shared.of_some(layout, 1) == layout and shared.extent(layout, 2) == (1, 4)
