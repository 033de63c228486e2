"""Records EXEC on the engine of such records against golden's machine: every kind and mode, layers, errors, stops."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.execute import Operand, Source
from lowtide.common.records.kinds import Memory
from lowtide.compiler.kernels.convolution import convolution, input_layout
from lowtide.compiler.kernels.requantise import Requantisation, Second
from lowtide.compiler.kernels.vector import copy, pool
from lowtide.compiler.layouts.layout import Layout
from lowtide.formal.fuzz.records.operands import drawn
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.machine.exec_control import PATIENCE
from lowtide.hw.pe import KINDS

from exec_model import ExecModel, golden_with

WIDE = dict(low=-(1 << 15), high=(1 << 15) - 1)


@cache
def model_of(kind):
    """The flexible machine of a kind with two columns and little memory; one has everything behind the array."""
    config = flexible_machine(kind)
    return ExecModel(
        replace(
            config,
            array=replace(config.array, cols=2),
            feature_bytes=1 << 12,
            weight_bytes=1 << 13,
            post=config.post if kind == "parallel" else (),
        )
    )


def check(model, kernel, *, prepare=()):
    """Run a kernel on both machines and compare the whole feature memory; returns the cycles."""
    machine = golden_with(model.config, kernel)
    for layout, codes in prepare:
        layout.put(machine.local(Memory.FEATURE), codes)
    model.load(machine)
    machine.execute(kernel.record)
    cycles, error = model.execute(kernel.record)
    assert error == 0
    found, expected = model.features(), machine.local(Memory.FEATURE)
    wrong = np.flatnonzero((found != expected).any(axis=1))
    assert not wrong.size, f"atoms {wrong[:8]} of those from {kernel.writes.base} on"
    return cycles


def layer(config, mode, rng, *, rows=5, columns=3, outputs=None, size=(3, 2), **options):
    """A convolution of random weights whose input is whatever lies in memory."""
    array, planes = config.array, config.array.kind == "bit_plane"
    binary = "binary" in (mode.x_format, mode.w_format)
    size = (1, 1) if planes else size
    values = min(array.values_per_beat(mode), array.cols) if mode.diagonal else array.values_per_beat(mode)
    channels = 2 * values if binary else values + 1
    outputs = channels if mode.diagonal else outputs or 6
    out_rows, out_columns = options.pop("out", (rows, columns))
    source = input_layout(config, mode, rows, columns, channels, reader_columns=out_columns, **options.pop("held", {}))
    bits = 8 * min(2, config.atom_bytes)
    target = Layout.of(
        out_rows, out_columns, outputs, values=1, array_rows=array.rows, base=source.end, bits=bits, signed=True,
        **options.pop("written", {}),
    )  # fmt: skip
    weights, _ = drawn(rng, mode, "w", (*size, channels // (channels if mode.diagonal else 1), outputs))
    if mode.group_exponent:
        weights = np.maximum(weights, -weights.max()) << rng.integers(0, 1 << array.exponent_bits, outputs)
    limits = WIDE if bits == 16 else dict(low=-128, high=127)
    fields = dict(padding=(0, 0) if planes else (1, 1), groups=channels if mode.diagonal else 1) | options
    bias = rng.integers(-99, 99, outputs)
    return convolution(
        config, mode, source, target, weights, bias=bias, requantise=Requantisation(shift=4, **limits), **fields
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_mode_of_every_kind(kind):
    """Layers of less where a beat takes long."""
    model = model_of(kind)
    for number, mode in enumerate(model.config.array.modes()):
        few = dict(rows=3, columns=2, outputs=3) if model.config.array.cycles_per_beat(mode) > 8 else {}
        check(model, layer(model.config, mode, np.random.default_rng(number), **few))


def test_strides_dilation_and_pixels_stored_apart():
    model, rng = model_of("parallel"), np.random.default_rng(3)
    mode = model.config.array.modes()[1]
    for apart, written in ((1, 1), (2, 1), (2, 2), (1, 3)):
        kernel = layer(
            model.config, mode, rng, rows=7, columns=9, size=(3, 3), outputs=5, stride=(2, 2), out=(4, 5),
            held=dict(apart=apart), written=dict(apart=written),
        )  # fmt: skip
        check(model, kernel)
    check(model, layer(model.config, mode, rng, size=(2, 2), dilation=(2, 1), rows=4, columns=4, out=(4, 5)))


def test_vector_sources_operands_and_tables():
    model, rng = model_of("parallel"), np.random.default_rng(4)
    config = model.config
    form = dict(values=8, array_rows=4, signed=True)
    source = Layout.of(6, 7, 11, **form)
    half = Layout.of(3, 3, 11, base=source.end, **form)
    for reduce in (Source.VECTOR_SUM, Source.VECTOR_MAX):
        check(model, pool(config, source, half, reduce=reduce, size=(3, 2), stride=(2, 2), padding=(1, 0)))
    other = Layout.of(6, 7, 11, base=source.end, **form)
    target = Layout.of(6, 7, 11, base=other.end, **form)
    limits = dict(low=-128, high=127)
    for what in (Operand.ADD, Operand.PRODUCT):
        second = Second(layout=other, what=what, own=3, other=5, zero=7, shift=3, **limits)
        check(model, copy(config, source, target, zero=3, requantise=Requantisation(second=second, **limits)))
    table = rng.integers(-128, 128, 256)
    check(model, copy(config, source, target, requantise=Requantisation(table=table, **limits)))


def test_the_largest_codes_of_a_vector():
    model, form = model_of("parallel"), dict(array_rows=4, signed=True)
    source = Layout.of(1, 1, 40, values=8, **form)
    target = Layout.of(1, 1, 2 * model.config.top_k, values=4, bits=16, base=source.end, **form)
    kernel = copy(model.config, source, source.at(target.end), requantise=Requantisation(low=-128, high=127))
    for largest in (1, model.config.top_k):
        fields = dict(top_k=largest, out_base=target.base, out_bits=16, out_values=4)
        check(model, replace(kernel, record=replace(kernel.record, **fields)))
    machine = golden_with(model.config, kernel)
    machine.execute(replace(kernel.record, **fields))
    pairs = target.get(machine.local(Memory.FEATURE)).reshape(-1, 2)
    codes = source.get(machine.local(Memory.FEATURE)).reshape(-1)
    assert (codes[pairs[:, 1]] == pairs[:, 0]).all() and list(pairs[:, 0]) == sorted(codes, reverse=True)[:largest]


def test_groups_of_one_pixel_and_one_atom():
    """More of them are between the reader of the operand and the writer than buffers hold."""
    model = model_of("parallel")
    source, other = (Layout.of(3, 9, 2, values=2, array_rows=4, signed=True, base=base) for base in (0, 60))
    target = Layout.of(3, 9, 2, values=2, array_rows=4, signed=True, base=200)
    limits = dict(low=-128, high=127)
    second = Second(layout=other, what=Operand.ADD, shift=1, **limits)
    kernel = copy(model.config, source, target, requantise=Requantisation(second=second, **limits))
    check(model, replace(kernel, record=replace(kernel.record, in_column_step=0)))


def test_records_follow_each_other():
    """Two records without a cycle between them; the first leaves nothing behind."""
    model, rng = model_of("fused"), np.random.default_rng(5)
    kernels = [layer(model.config, mode, rng) for mode in model.config.array.modes()[:2]]
    machine = golden_with(model.config, kernels[0])
    model.load(machine)
    for _ in range(2):
        for kernel in kernels:  # the second one with the first one's weights
            machine.execute(kernel.record)
            assert model.execute(kernel.record)[1] == 0
    assert np.array_equal(model.features(), machine.local(Memory.FEATURE))


def faults(config, kernel):
    """Records that stop: what is wrong, and the error."""
    record, atoms = kernel.record, config.feature_atoms
    yield replace(record, chunks=record.chunks + 1), Error.RANGE
    yield replace(record, top_k=config.top_k), Error.RANGE
    yield replace(record, measure=1), Error.RANGE
    yield replace(record, mode=record.mode | 1 << 47), Error.RANGE
    yield replace(record, tile_columns=config.cols + 1), Error.RANGE
    yield replace(record, source=Source.VECTOR_SUM, in_bits=8, tail=0, blocks=2, chunks=2 * record.taps), Error.RANGE
    yield replace(record, in_base=atoms + 5), Error.ADDRESS
    yield replace(record, out_base=atoms - 2), Error.ADDRESS
    yield replace(record, tap_base=config.taps - 1), Error.ADDRESS
    yield replace(record, weight_base=config.weight_words - 3), Error.ADDRESS
    yield replace(record, parameter_base=config.parameters - 1), Error.ADDRESS
    yield replace(record, tail=63), Error.ENGINE


def test_a_wrong_record_stops_with_its_error_and_the_next_is_right():
    model, rng = model_of("fused"), np.random.default_rng(6)
    kernel = layer(model.config, model.config.array.modes()[0], rng)
    for record, error in faults(model.config, kernel):
        golden = golden_with(model.config, kernel)
        with pytest.raises(ValueError, match=error.name):
            golden.execute(record)
        assert model.execute(record)[1] == error
    check(model, kernel)


def test_a_record_that_does_not_go_on_is_abandoned_and_the_next_is_right():
    """The other client of the feature memory that comes first reads all the time, so that no operand comes."""
    model, rng = model_of("fused"), np.random.default_rng(7)
    kernel = layer(model.config, model.config.array.modes()[0], rng)
    whole = check(model, kernel)
    assert model.execute(kernel.record, stop_at=3) == (whole, 0)  # it goes on, so it may end
    model.set("read_valid", 1)
    for stop_at in (1, 20, 500):
        cycles, error = model.execute(kernel.record, stop_at=stop_at)
        assert error == 0 and PATIENCE <= cycles - stop_at <= PATIENCE + 10
    model.set("read_valid", 0)
    assert check(model, kernel) == whole
