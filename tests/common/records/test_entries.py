"""Entries of the parameter and the tap memory: 8 bytes there and back, fields at their places."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.common.records.entries import ENTRY_BYTES, Parameter, Tap


@settings(max_examples=50, deadline=None)
@given(st.sampled_from((Parameter, Tap)), st.data())
def test_entries_come_back(kind, data):
    entry = kind(**{field.name: data.draw(st.integers(field.least, field.most)) for field in kind.layout()})
    packed = entry.pack()
    assert len(packed) == ENTRY_BYTES and kind.unpack(packed) == entry


def test_places_of_a_parameter():
    packed = Parameter(bias=-5, multiplier=0x123456, shift=33).pack()
    bias, rest = struct.unpack("<iI", packed)
    assert bias == -5 and rest & 0xFFFFFF == 0x123456 and rest >> 24 == 33


def test_places_of_a_tap():
    packed = Tap(offset=-3, dy=-1, dx=2).pack()
    assert int.from_bytes(packed[:3], "little", signed=True) == -3
    assert struct.unpack("<bb", packed[4:6]) == (-1, 2) and packed[3] == packed[6] == packed[7] == 0


def test_bits_that_no_field_has_are_ignored():
    assert Tap.unpack(bytes([1, 0, 0, 255, 2, 3, 255, 255])) == Tap(offset=1, dy=2, dx=3)


@pytest.mark.parametrize(
    "kind, name, value", [(Parameter, "shift", 64), (Parameter, "bias", 1 << 31), (Tap, "dy", 128)]
)
def test_values_out_of_range_are_refused(kind, name, value):
    with pytest.raises(ValueError, match=f"^{name} is {value}, allowed are"):
        kind(**{name: value})
    with pytest.raises(ValueError, match=f"{kind.__name__} has 7 bytes, allowed are 8"):
        kind.unpack(bytes(7))
