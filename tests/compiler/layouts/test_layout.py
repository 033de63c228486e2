"""Layouts: every value has a place of its own, at the address that the contract says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.compiler.layouts.layout import Layout
from lowtide.hw.memory.ports import shuffled


@st.composite
def layouts(draw):
    planes = draw(st.booleans())
    return Layout.of(
        draw(st.integers(1, 6)),
        draw(st.integers(1, 6)),
        draw(st.integers(1, 9)),
        values=draw(st.integers(1, 4)),
        array_rows=draw(st.sampled_from((2, 4, 8))),
        reader_columns=draw(st.none() | st.integers(1, 9)),
        bits=draw(st.integers(1, 8)),
        signed=draw(st.booleans()),
        planes=planes,
        base=draw(st.integers(0, 9)),
        apart=draw(st.integers(1, 4)),
    )


@settings(max_examples=100, deadline=None)
@given(layouts(), st.randoms(use_true_random=False))
def test_values_have_places_of_their_own(form, random):
    places = {
        (form.address(y, x, c, plane), c % form.values)
        for y in range(form.rows)
        for x in range(form.columns)
        for c in range(form.channels)
        for plane in range(form.bits if form.planes else 1)
    }
    count = form.rows * form.columns * form.channels * (form.bits if form.planes else 1)
    atoms = [atom for atom, _ in places]
    assert len(places) == count and min(atoms) == form.base and max(atoms) == form.end - 1
    rng = np.random.default_rng(random.randrange(1 << 30))
    low = -(1 << form.bits - 1) if form.signed else 0
    codes = rng.integers(low, low + (1 << form.bits), (form.rows, form.columns, form.channels))
    memory = rng.integers(0, 256, (form.end + 3, 4), np.uint8)
    before = memory.copy()
    form.put(memory, codes)
    assert np.array_equal(form.get(memory), codes)
    others = np.setdiff1d(np.arange(len(memory)), atoms)
    assert np.array_equal(memory[others], before[others])


def test_values_lie_where_the_contract_says():
    form = Layout.of(6, 5, 7, values=4, array_rows=4, apart=2, base=3)
    memory = np.zeros((form.end, 4), np.uint8)
    codes = np.arange(6 * 5 * 7).reshape(6, 5, 7)
    form.put(memory, codes)
    for y, x, c in np.ndindex(6, 5, 7):
        atom = 3 + c // 4 * form.block_pitch + y % 2 * form.row_phase + y // 2 * form.row_pitch
        assert memory[atom + x % 2 * form.column_phase + x // 2, c % 4] == codes[y, x, c]


def test_layouts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="row_pitch is 4, allowed with 5 columns are 5 and more"):
        Layout(rows=1, columns=5, channels=1, values=1, row_pitch=4, block_pitch=4)
    with pytest.raises(ValueError, match="channels is 0, allowed are 1 and more"):
        Layout.of(1, 1, 0, values=1, array_rows=2)


@pytest.mark.parametrize("array_rows", [4, 8, 16, 32])
@pytest.mark.parametrize("columns", [4, 14, 28, 56])
def test_pixels_that_are_written_together_go_on_from_row_to_row_where_columns_are_apart(array_rows, columns):
    """Two rows of a picture, one behind the other: as many pixels as the array has rows are in different banks."""
    form = Layout.of(6, columns, 3, values=1, array_rows=array_rows, reader_columns=columns // 2, apart=2)
    for first in range(0, 2 * columns - array_rows + 1, 2):  # any even pixel can begin a group
        pixels = [divmod(place, columns) for place in range(first, first + array_rows)]
        offsets = np.array([form.offset(y, x) for y, x in pixels])
        banks = (offsets - offsets[0]) % array_rows
        assert banks.tolist() == [shuffled(row, array_rows) for row in range(array_rows)]
    assert form.room <= form.blocks * (4 * 3 * form.row_pitch + 3 * array_rows)  # little lies between the phases
