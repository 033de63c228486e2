"""A softmax as records on golden's machine: the codes of the softmax by tables."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.kernels.softmax import MOST_VALUES, check_softmax, softmax, softmax_room
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.lists.program import Program
from lowtide.golden.functions import TableSoftmax
from lowtide.golden.machine import Interpreter
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import find_machine, flexible_machine

MODE = Mode(x_signed=False)


def machine(rows=4, cols=4, lanes=4, features=1 << 15, **fields):
    array = ArrayConfig(name="array", rows=rows, cols=cols, lanes=lanes)
    return AcceleratorConfig(
        **{"name": "around", "array": array, "feature_bytes": features, "taps": 1024, "post": POST} | fields
    )


def check(config, rng, *, rows, columns, channels, values, into, signed, one=255, scale=0.05, mode=MODE):
    """The records leave the codes of golden's function, and nothing beyond the room that they are given."""
    source = Layout.of(rows, columns, channels, values=values, array_rows=config.rows, signed=signed)
    target = Layout.of(rows, columns, channels, values=into, array_rows=config.rows, base=source.room)
    base, function = target.base + target.room, TableSoftmax(x_scale=scale, x_signed=signed, one=one)
    room, program = softmax_room(config, mode, source, target), Program(config)
    for kernel in softmax(config, mode, source, target, base, function):
        program.run(kernel)
    image = program.image()
    golden = Interpreter(config, np.frombuffer(image.data, np.uint8).copy())
    memory = golden.local(Memory.FEATURE)
    memory[:] = rng.integers(0, 256, memory.shape)
    low = -128 if signed else 0
    x = rng.integers(low, low + 256, (rows, columns, channels)) // int(rng.choice([1, 9]))
    source.put(memory, x)
    before = memory.copy()
    golden.run_at(image.execution)
    assert np.array_equal(target.get(memory), function(x))
    assert np.array_equal(memory[base + room :], before[base + room :])
    return len(program.records)


@pytest.mark.parametrize("seed", range(24))
def test_shapes_and_machines_at_random(seed):
    rng = np.random.default_rng(seed)
    lanes = int(rng.choice([2, 3, 4, 5, 8]))
    config = machine(rows=int(rng.choice([2, 4, 8])), cols=int(rng.integers(1, 7)), lanes=lanes)
    check(
        config,
        rng,
        rows=int(rng.integers(1, 4)),
        columns=int(rng.integers(1, 12)),
        channels=int(rng.integers(1, 40)),
        values=int(rng.integers(1, config.atom_bytes + 1)),
        into=int(rng.integers(1, config.atom_bytes + 1)),
        signed=bool(rng.integers(2)),
        one=int(rng.choice([255, 128, 7])),
        scale=float(rng.choice([0.01, 0.05, 0.4])),
    )


def test_as_many_values_as_there_can_be():
    check(machine(), np.random.default_rng(1), rows=1, columns=4, channels=MOST_VALUES, values=4, into=4, signed=True)


def test_some_columns_at_a_time_where_memory_is_small():
    """More records, in a quarter of the memory."""
    shape = dict(rows=1, columns=20, channels=12, values=4, into=4, signed=True)
    large, small = machine(), machine(features=1 << 12)
    records = [check(config, np.random.default_rng(2), **shape) for config in (large, small)]
    assert records[1] > 1.5 * records[0]


@pytest.mark.parametrize("kind", ["term", "term_pair", "bit_serial", "digit"])
def test_on_other_kinds(kind):
    config = replace(flexible_machine(kind), taps=256, feature_bytes=1 << 15)
    mode = next(
        mode.change(x_signed=False)
        for mode in config.array.modes()
        if mode.x_bits == mode.w_bits == 8 and mode.w_format == "plain" and mode.w_signed and not mode.select
        if not (mode.data_terms or mode.diagonal or mode.group_exponent)
    )
    rng = np.random.default_rng(3)
    check(config, rng, rows=1, columns=5, channels=11, values=4, into=4, signed=True, mode=mode)


@pytest.mark.parametrize(
    "config, mode, values, line",
    [
        (machine(post=("operand", "vector")), MODE, 4, "post of around is operand, vector, allowed .* with product"),
        (machine(), Mode(), 4, "mode is .*, allowed for sums of a softmax are beats of two unsigned bytes and more"),
        (machine(lanes=1), MODE, 4, "allowed for sums of a softmax are beats of two unsigned bytes and more"),
        (machine(), MODE, 129, "^a softmax of 129 values, allowed on the machine are up to 128$"),
        (machine(multiplier_bits=8), MODE, 4, "^multiplier_bits is 8, allowed for a softmax are 9 and more$"),
        (find_machine("bit_plane_flex"), Mode(x_signed=False, x_bits=4, w_bits=4), 4, "mode is .* unsigned bytes"),
        (find_machine("fused_flex"), MODE, 4, "mode is .* unsigned bytes"),
    ],
)
def test_machines_without_say_why(config, mode, values, line):
    with pytest.raises(ValueError, match=line):
        check_softmax(config, mode, values)


@pytest.mark.parametrize("change", [dict(bits=16, values=2), dict(signed=False), dict(planes=True)])
def test_layouts_that_are_not_of_the_codes(change):
    config = machine()
    source = Layout.of(1, 4, 8, **{"values": 4, "array_rows": 4, "signed": True} | change)
    target = Layout.of(1, 4, 8, values=4, array_rows=4, base=200)
    with pytest.raises(ValueError, match="^bits of the input are .*, allowed in a softmax are 8, whole"):
        softmax(config, MODE, source, target, 300, TableSoftmax(x_scale=0.1))
