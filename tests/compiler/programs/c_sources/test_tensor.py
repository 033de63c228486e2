"""Tensors from C lie as Layout has them, whatever the layout: whole, and value by value."""

import ctypes
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.programs.c_sources import write

from c_compiler import shared_library

SOURCE = Path(write.__file__).with_name("lowtide_tensor.c")


class Tensor(ctypes.Structure):
    """lowtide_tensor."""

    _fields_ = [
        (name, ctypes.c_uint32)
        for name in (
            *("address", "bytes", "rows", "columns", "channels", "atom_bytes", "values", "bits", "is_signed"),
            *("block_pitch", "row_pitch", "plane_pitch", "apart", "row_phase", "column_phase"),
        )
    ]

    @classmethod
    def of(cls, layout, address, atom_bytes):
        stated = {field.name: int(getattr(layout, field.name)) for field in fields(layout)}
        found = {name: stated[name] for name, _ in cls._fields_ if name in stated}
        return cls(
            address=address, bytes=layout.room * atom_bytes, atom_bytes=atom_bytes, is_signed=layout.signed, **found
        )


@pytest.fixture(scope="module")
def tensors(tmp_path_factory):
    """The library of lowtide_tensor.c."""
    return shared_library(tmp_path_factory.mktemp("tensors"), SOURCE)


@pytest.mark.parametrize("seed", range(60))
def test_tensors_lie_as_the_layout_has_them(tensors, seed):
    rng = np.random.default_rng(seed)
    atom_bytes = int(rng.choice([1, 2, 4, 8]))
    planes = bool(rng.integers(2))
    bits = int(rng.integers(1, 17)) if planes else int(rng.integers(1, min(16, 8 * atom_bytes) + 1))
    signed = bool(rng.integers(2)) and bits > 1
    rows, columns, channels = (int(each) for each in rng.integers(1, (7, 7, 20)))
    layout = Layout.of(
        *(rows, columns, channels),
        values=int(rng.integers(1, 8 * atom_bytes // (1 if planes else bits) + 1)),
        array_rows=int(rng.choice([2, 4, 8])),
        bits=bits,
        signed=signed,
        planes=planes,
        apart=int(rng.integers(1, 4)),
    )
    address = int(rng.integers(4)) * 64
    low, high = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)
    codes = rng.integers(low, high, (rows, columns, channels)).astype(np.int32)
    size = layout.room * atom_bytes
    memory = rng.integers(0, 256, address + size + 64, np.uint8)
    expected = memory.copy()
    expected[address:][:size] = 0
    layout.put(expected[address:][:size].reshape(-1, atom_bytes), codes)
    tensor = Tensor.of(layout, address, atom_bytes)
    tensors.lowtide_put_tensor(ctypes.byref(tensor), memory.ctypes, codes.ctypes)
    assert np.array_equal(memory, expected)
    found = np.zeros_like(codes)
    tensors.lowtide_get_tensor(ctypes.byref(tensor), memory.ctypes, found.ctypes)
    assert np.array_equal(found, codes)
    y, x, c = (int(rng.integers(each)) for each in codes.shape)
    tensors.lowtide_put(ctypes.byref(tensor), memory.ctypes, y, x, c, int(~codes[y, x, c]))
    codes[y, x, c] = ~codes[y, x, c] if signed else ~codes[y, x, c] & (1 << bits) - 1
    layout.put(expected[address:][:size].reshape(-1, atom_bytes), codes)
    assert np.array_equal(memory, expected)
