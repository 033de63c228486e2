"""LOAD and STORE against copies byte by byte, and what they refuse before anything moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import Load, Memory, Store
from lowtide.golden.machine import Interpreter, Machine
from lowtide.golden.mode import Array

MACHINE = Machine(
    array=Array(kind="parallel", rows=4, cols=4, lanes=4, w_formats=("plain", "codebook16")),
    feature_bytes=1 << 10,
    weight_bytes=1 << 10,
    parameters=16,
    taps=16,
)
UNITS = {Memory.FEATURE: (256, 4), Memory.WEIGHT: (64, 16), Memory.PARAMETER: (16, 8), Memory.TAP: (16, 8)}
UNITS |= {Memory.TABLE: (64, 8), Memory.CODEBOOK: (128, 8)}


def interpreter(**windows):
    return Interpreter(MACHINE, np.random.default_rng(0).integers(0, 256, 4096, np.uint8), **windows)


def byte_by_byte(copy, external, local):
    """The copy as its definition says, a byte at a time."""
    unit = local.shape[1]
    for i3 in range(copy.count_3):
        for i2 in range(copy.count_2):
            for i1 in range(copy.count_1):
                place = copy.address + i1 * copy.pitch_1 + i2 * copy.pitch_2 + i3 * copy.pitch_3
                first = copy.local + i1 * copy.local_pitch_1 + i2 * copy.local_pitch_2 + i3 * copy.local_pitch_3
                for run in range(copy.units):
                    for byte in range(unit):
                        if isinstance(copy, Store):
                            external[place + run * unit + byte] = local[first + run, byte]
                        else:
                            new = copy.fill_value if copy.fill else external[place + run * unit + byte]
                            local[first + run, byte] = new


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_copies_are_what_their_definition_says(data):
    kind = data.draw(st.sampled_from((Load, Store)))
    memory = data.draw(st.sampled_from(tuple(UNITS))) if kind is Load else Memory.FEATURE
    size, unit = UNITS[memory]
    counts = [data.draw(st.integers(1, 3)) for _ in range(3)]
    units = data.draw(st.integers(1, 4))
    far, near = st.integers(-20, 20), st.integers(-size // 24, size // 24)
    pitches, locals_ = [data.draw(far) for _ in range(3)], [data.draw(near) for _ in range(3)]
    reach = [(count - 1) * pitch for count, pitch in zip(counts, pitches, strict=True)]
    address = unit * data.draw(st.integers(-sum(min(0, r) for r in reach), 4096 // unit - units - sum(map(abs, reach))))
    local_reach = [(count - 1) * pitch for count, pitch in zip(counts, locals_, strict=True)]
    low = -sum(min(0, r) for r in local_reach)
    high = size - units - sum(max(0, r) for r in local_reach)
    fill = data.draw(st.booleans()) and kind is Load
    copy = kind(
        memory=memory,
        address=address,
        local=data.draw(st.integers(low, max(low, high))),
        units=units,
        **{f"count_{d + 1}": counts[d] for d in range(3)},
        **{f"pitch_{d + 1}": pitches[d] * unit for d in range(3)},
        **{f"local_pitch_{d + 1}": locals_[d] for d in range(3)},
        fill=int(fill),
        fill_value=data.draw(st.integers(0, 255)) if fill else 0,
    )
    machine = interpreter()
    rng = np.random.default_rng(1)
    for units_of in machine.memories.local.values():
        units_of[:] = rng.integers(0, 256, units_of.shape)
    external = machine.memories.external.copy()
    local = {each: units_of.copy() for each, units_of in machine.memories.local.items()}
    byte_by_byte(copy, external, local[memory])
    machine.execute(copy)
    assert np.array_equal(machine.memories.external, external)
    assert all(np.array_equal(machine.local(each), local[each]) for each in local)


@pytest.mark.parametrize(
    "copy, error, line",
    [
        (Load(local=255, units=2), Error.ADDRESS, "units 255 to 256 of FEATURE memory, which has 256"),
        (Load(local=1, count_1=2, local_pitch_1=-2), Error.ADDRESS, "units -1 to 1"),
        (Store(local=256), Error.ADDRESS, "units 256 to 256"),
        (Load(memory=Memory.WEIGHT, local=64), Error.ADDRESS, "WEIGHT memory, which has 64"),
        (Load(memory=Memory.WEIGHT, address=8), Error.RANGE, "address is 8, allowed are multiples of 16"),
        (Load(memory=Memory.TABLE, pitch_2=4), Error.RANGE, "pitch_2 is 4, allowed are multiples of 8"),
        (Load(fill=1, pitch_3=-2), Error.RANGE, "pitch_3 is -2, allowed are multiples of 4"),
        (Load(address=4092, units=2), Error.BUS, "bytes 0xffc to 0x1003, memory is 0x0 to 0xfff"),
        (Load(address=252, units=2), Error.WINDOW, "bytes 0xfc to 0x103, the window is 0x100 to 0x7ff"),
        (Load(address=256, count_3=2, pitch_3=-4), Error.WINDOW, "bytes 0xfc to 0x103"),
        (Store(address=0x400, units=1), Error.WINDOW, "the window is 0x800 to 0xfff"),
    ],
)
def test_copies_that_are_refused_move_nothing(copy, error, line):
    windows = dict(read_window=(0x100, 0x800), write_window=(0x800, 0x1000)) if error == Error.WINDOW else {}
    machine = interpreter(**windows)
    before = machine.memories.external.copy()
    with pytest.raises(MachineError, match=line) as refusal:
        machine.run([Load(fill=1, units=1), copy])
    assert (refusal.value.error, refusal.value.record) == (error, 1)
    assert np.array_equal(machine.memories.external, before)
    assert not any(units.any() for units in machine.memories.local.values())


def test_memories_that_are_not_built_are_refused():
    small = Machine(array=Array(kind="parallel", rows=4, cols=4, lanes=4, w_formats=("plain",)), post=())
    for memory in (Memory.TABLE, Memory.CODEBOOK):
        with pytest.raises(MachineError, match=f"{memory.name}.*not built") as refusal:
            Interpreter(small, np.zeros(64, np.uint8)).run([Load(memory=memory)])
        assert refusal.value.error == Error.RANGE


def test_fills_do_not_look_at_the_window():
    machine = interpreter(read_window=(0, 0))
    machine.run([Load(fill=1, fill_value=7, address=0xFFFFFFFC, units=256)])
    assert (machine.local(Memory.FEATURE) == 7).all()


def test_external_memory_is_bytes():
    with pytest.raises(ValueError, match="external is int64"):
        Interpreter(MACHINE, np.zeros(4, np.int64))
