"""EXEC with random fields of all sorts against loops over pixels, tiles, taps and values, a value at a time."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import Memory
from lowtide.golden.machine import Interpreter, Machine
from lowtide.golden.machine.mode_word import word_of_mode
from lowtide.golden.mode import Array, Mode
from lowtide.golden.reveal import top_terms

SEED, LANES, COLS = 7, 4, 3
MACHINE = Machine(
    array=Array(kind="parallel", rows=4, cols=COLS, lanes=LANES, acc_width=40),
    feature_bytes=1 << 13,
    weight_bytes=1 << 12,
    parameters=64,
    taps=16,
    multiplier_bits=12,
)
ATOMS = MACHINE.feature_bytes // LANES


def random_record(rng):
    """A record without two writes of one atom, whose atoms all lie in memory."""
    vector, taps, blocks = rng.random() < 0.3, int(rng.integers(1, 5)), int(rng.integers(1, 4))
    blocks = 1 if vector else blocks
    signed, operand = bool(rng.integers(2)), Operand(rng.integers(3))
    rows, columns = (int(each) for each in rng.integers(1, 6, 2))
    top_k = int(rng.integers(1, 6)) if rng.random() < 0.3 else 0
    rows, columns = (1, 1) if top_k else (rows, columns)
    return Exec(
        mode=word_of_mode(Mode(x_signed=signed, w_signed=True)),
        source=Source(rng.integers(1, 3)) if vector else Source.ENGINE,
        chunks=taps * blocks,
        taps=taps,
        blocks=blocks,
        tail=rng.integers(LANES),
        in_signed=rng.integers(2),
        tap_base=rng.integers(4),
        block_step=rng.integers(-9, 10),
        tiles=rng.integers(1, 5),
        tile_columns=rng.integers(1, COLS + 1),
        tiles_per_step=rng.integers(1, 4),
        tile_step=rng.integers(-9, 10),
        weight_base=rng.integers(9),
        out_rows=rows,
        out_columns=columns,
        in_rows=rng.integers(1, 6),
        in_columns=rng.integers(1, 6),
        stride_y=rng.integers(4),
        stride_x=rng.integers(4),
        padding=rng.integers(1 << 16),
        in_base=rng.integers(200, 300),
        in_row_step=rng.integers(-9, 10),
        in_column_step=rng.integers(-9, 10),
        out_base=900,
        out_apart=rng.integers(1, 5),
        out_row_phase=100,
        out_row_step=32,
        out_column_phase=8,
        out_block_step=370,
        out_channels=rng.integers(1, 11),
        out_bits=8,
        out_values=LANES,
        operand=operand,
        operand_base=rng.integers(100),
        operand_row_step=rng.integers(20),
        operand_block_step=rng.integers(20),
        operand_zero=rng.integers(-99, 99),
        operand_signed=rng.integers(2),
        own_multiplier=rng.integers(1 << 12),
        operand_multiplier=rng.integers(1 << 12),
        operand_shift=rng.integers(24),
        low2=-90,
        high2=rng.integers(60, 120),
        parameter_base=rng.integers(9),
        parameter_step=rng.integers(2),
        low=rng.integers(-300, -100),
        high=rng.integers(100, 300),
        zero=rng.integers(-20, 20),
        table=rng.integers(2),
        top_terms=rng.choice([0, 0, 1, 2]),
        out_signed=rng.integers(2),
        top_k=top_k,
        measure=rng.integers(2),
    )


def slow(record, local, taps, parameters):
    """Atoms that EXEC writes, as a dict to lists of values, and all sums: the contract, a value at a time."""
    feature, weight = local[Memory.FEATURE], local[Memory.WEIGHT].astype(np.int8)
    table = local[Memory.TABLE].reshape(-1).view("<i2")
    written, sums = {}, []
    vector = record.source != Source.ENGINE
    signed = record.in_signed if vector else record.mode & 1
    channels = record.out_channels if vector else min(record.tiles * record.tile_columns, record.out_channels)

    def value(atom, place):
        byte = int(feature[atom % (2 * ATOMS), place])
        return byte - 256 if signed and byte > 127 else byte

    padding = record.padding & 255
    padding = padding - 256 if signed and padding > 127 else padding
    for oy, ox in np.ndindex(record.out_rows, record.out_columns):
        codes = []
        pixel = record.in_base + oy * record.in_row_step + ox * record.in_column_step
        for n in range(channels):
            tile, column = divmod(n, record.tile_columns)
            found = []
            for k in range(record.taps):
                tap = taps[record.tap_base + k]
                y, x = oy * record.stride_y + tap.dy, ox * record.stride_x + tap.dx
                valid = 0 <= y < record.in_rows and 0 <= x < record.in_columns
                if vector:
                    block, place = divmod(n, record.tail + 1)
                    atom = pixel + tap.offset + block * record.block_step
                    found.append(value(atom, place) if valid else padding)
                    continue
                for b in range(record.blocks):
                    atom = pixel + tap.offset + b * record.block_step + tile // record.tiles_per_step * record.tile_step
                    chunk = k * record.blocks + b
                    count = record.tail + 1 if chunk == record.chunks - 1 else LANES
                    beat = record.weight_base + tile * record.chunks + chunk
                    for place in range(count):
                        w = int(weight[beat, column * LANES + place])
                        found.append((value(atom, place) if valid else padding) * w)
            a = max(found) if record.source == Source.VECTOR_MAX else sum(found)
            sums.append(a + parameters[record.parameter_base + n * record.parameter_step].bias)
            codes.append(after(record, a, n, parameters, table, feature, (oy, ox)) & 255)
        for n, code in enumerate(largest(record, codes) if record.top_k else codes):
            block, place = divmod(n, record.out_values)
            atom = record.out_base + oy % record.out_apart * record.out_row_phase
            atom += oy // record.out_apart * record.out_row_step + ox % record.out_apart * record.out_column_phase
            atom += ox // record.out_apart + block * record.out_block_step
            written.setdefault(atom, [0] * LANES)[place] = code & 255
    return written, sums


def largest(record, codes):
    """The largest codes and their channels, one found after the other."""
    left = {n: code - 256 if record.out_signed and code > 127 else code for n, code in enumerate(codes)}
    found = []
    for _ in range(record.top_k):
        best = max(left, key=lambda n: (left[n], -n), default=None)
        found += [0, 0] if best is None else [left.pop(best), best]
    return found


def rounded(value, shift):
    return (2 * value + (1 << shift)) // (2 << shift)


def after(record, a, n, parameters, table, feature, pixel):
    """The code of a result."""
    entry = parameters[record.parameter_base + n * record.parameter_step]
    s = a + entry.bias
    r = min(max(rounded(s * (entry.multiplier & 4095), entry.shift), record.low), record.high)
    if record.operand:
        block, place = divmod(n, record.out_values)
        atom = record.operand_base + pixel[0] * record.operand_row_step + pixel[1] + block * record.operand_block_step
        b = int(feature[atom, place])
        b = (b - 256 if record.operand_signed and b > 127 else b) - record.operand_zero
        if record.operand == Operand.ADD:
            r = r * record.own_multiplier + b * record.operand_multiplier
        else:
            r = r * b * record.own_multiplier
        r = min(max(rounded(r, record.operand_shift), record.low2), record.high2)
    code = r + record.zero
    code = int(table[code & 255]) if record.table else code
    if record.top_terms:
        code &= 255
        code = code - 256 if record.out_signed and code > 127 else code
        low, high = (-128, 127) if record.out_signed else (0, 255)
        code = int(top_terms(np.array([code]), record.top_terms, bits=8, signed=bool(record.out_signed))[0])
        code = min(max(code, low), high)
    return code


@pytest.mark.parametrize("number", range(60))
def test_records_are_what_the_contract_says(number):
    rng = np.random.default_rng([SEED, number])
    print(f"seed {SEED}, {number}")
    machine = Interpreter(MACHINE, np.zeros(0, np.uint8))
    for units in machine.memories.local.values():
        units[:] = rng.integers(0, 256, units.shape)
    offsets = rng.integers(-99, 100, 16)
    taps = [Tap(offset=o, dy=rng.integers(-2, 3), dx=rng.integers(-2, 3)) for o in offsets]
    parameters = [
        Parameter(bias=rng.integers(-9999, 9999), multiplier=rng.integers(1 << 14), shift=rng.integers(8, 63))
        for _ in range(64)
    ]
    machine.local(Memory.TAP)[:] = [list(tap.pack()) for tap in taps]
    machine.local(Memory.PARAMETER)[:] = [list(entry.pack()) for entry in parameters]
    record = random_record(rng)
    local = {memory: units.copy() for memory, units in machine.memories.local.items()}
    written, sums = slow(record, local, taps, parameters)
    machine.run([record])
    for atom, values in written.items():
        local[Memory.FEATURE][atom] = values
    assert all(np.array_equal(machine.local(memory), local[memory]) for memory in local)
    assert machine.measured == ({0: (min(sums), max(sums))} if record.measure else {})
    machine.run([])
    assert machine.measured == {}


def test_shifts_reach_as_far_as_their_field():
    machine = Interpreter(MACHINE, np.zeros(0, np.uint8))
    machine.local(Memory.TAP)[0] = list(Tap().pack())
    for shift, bias, expected in ((63, -(1 << 31), 0), (0, 5, 5), (62, (1 << 31) - 1, 0), (1, -3, -1), (1, 3, 2)):
        machine.local(Memory.PARAMETER)[0] = list(Parameter(bias=bias, multiplier=1, shift=shift).pack())
        record = Exec(source=Source.VECTOR_SUM, out_base=9, out_values=4)
        machine.run([record])
        assert machine.local(Memory.FEATURE)[9].tolist() == [expected & 255, 0, 0, 0]
    top = replace(Exec(source=Source.VECTOR_SUM), operand_shift=63, operand=Operand.ADD, own_multiplier=1)
    machine.run([replace(top, low=-(1 << 15), out_base=9, out_values=4)])
    assert not machine.local(Memory.FEATURE)[9].any()
