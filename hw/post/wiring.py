"""How the parts of post-processing are placed and connected: columns with parameters, values, packer and writer."""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data

from lowtide.common.records.kinds import Memory

from ..logic.unit import Unit
from .atoms.packer import Packer
from .atoms.writer import Writer
from .columns.columns import Columns, of_lanes
from .columns.parameters import Parameters
from .elements import plane_bits
from .fields import some_of
from .values.extremes import Extremes
from .values.lanes import has_operand
from .values.table import TABLE_ADDRESS_BITS
from .values.top_k import TopK
from .values.values import Values
from .widths import VALUE_BITS

__all__ = [
    "place_extremes",
    "place_inputs",
    "place_top_k",
    "place_values",
    "place_written",
    "rows_unknown",
]


def place_inputs(
    post: Unit, m: Module, phase: Value, taken: Value, elements: dict[str, Value]
) -> tuple[SimpleNamespace, SimpleNamespace]:
    """The column that is there, with ``elements`` instead where they meet values, and its parameters."""
    config = post.config
    beats = {"beats_valid": post.beats.valid, "beats_data": post.beats.payload} if "vector" in config.post else {}
    columns = post.place(
        m,
        "columns",
        Columns(config),
        fields=some_of(m, post.fields, Columns.NAMES, "columns_fields"),
        start=post.start,
        y_valid=post.y.valid,
        y_data=post.y.payload,
        phase=phase,
        taken=taken,
        **beats,
        **elements,
    )
    m.d.comb += post.y.ready.eq(columns.y_ready)
    if beats:
        m.d.comb += post.beats.ready.eq(columns.beats_ready)
    parameters = post.place(
        m,
        "parameters",
        Parameters(config),
        fields=some_of(m, post.fields, Parameters.NAMES, "parameters_fields"),
        start=post.start,
        write=post.load_valid & (post.load.memory == Memory.PARAMETER),
        address=post.load.address[: (config.parameters - 1).bit_length()],
        entry=post.load.data,
        items_ready=taken,
    )
    item = SimpleNamespace(valid=parameters.items_valid)
    for name in ("bias", "multiplier", "shift", "beyond", "channel"):
        setattr(item, name, getattr(parameters.items_data, name))
    return columns, item


def place_values(
    post: Unit,
    m: Module,
    advance: Value,
    takes: Value,
    results: data.View,
    item: SimpleNamespace,
) -> SimpleNamespace:
    """The lanes."""
    inputs: dict[str, Value] = {}
    if has_operand(post.config):
        inputs |= {"start": post.start, "enters": takes}
    if "table" in post.config.post:
        inputs |= {
            "write": post.load_valid & (post.load.memory == Memory.TABLE),
            "address": post.load.address[:TABLE_ADDRESS_BITS],
            "entries": post.load.data,
        }
    return post.place(
        m,
        "values",
        Values(post.config),
        advance=advance,
        fields=some_of(m, post.fields, Values.NAMES, "values_fields"),
        results=Value.cast(results),
        bias=item.bias,
        multiplier=item.multiplier,
        shift=item.shift,
        **inputs,
    )


def rows_unknown(post: Unit, channel: data.View) -> Value:
    """Whether a column cannot enter yet, as it is to be measured and nothing says which rows have a pixel."""
    if "measure" not in post.config.post:
        return Const(0)
    return post.fields.measure & channel.counts & ~post.measured_groups.valid


def place_extremes(post: Unit, m: Module, values: SimpleNamespace, phase: Value, takes: Value, ends: Value) -> None:
    """What compares the sums of columns, a cycle behind those that enter; ``ends`` with the last of a group."""
    config = post.config
    if "measure" not in config.post:
        return
    groups, enters, rows = post.measured_groups, Signal(), Signal(config.requantisers, reset_less=True)
    m.d.sync += [
        enters.eq(takes & post.fields.measure & ~post.start),
        rows.eq(Cat(of_lanes(config, groups.payload.present, phase))),
    ]
    extremes = post.place(m, "extremes", Extremes(config), start=post.start, enters=enters, rows=rows, sums=values.sums)
    m.d.comb += [
        groups.ready.eq(ends),
        post.smallest.eq(extremes.smallest),
        post.largest.eq(extremes.largest),
    ]


def place_top_k(
    post: Unit, m: Module, advance: Value, slot: Any, values: SimpleNamespace
) -> tuple[Any, SimpleNamespace]:
    """What the packer gets in a cycle, and its values: those of the slot, or in a record with ``top_k`` of the list."""
    config = post.config
    if not config.top_k:
        return slot, values
    used, goes = Signal(name="keeps_largest"), Signal(name="largest_go")
    codes, overflow = Value.cast(values.codes), Value.cast(values.overflow)
    m.d.comb += [used.eq(post.fields.top_k != 0), goes.eq(used & slot.valid & advance)]
    kept = post.place(
        m,
        "top_k",
        TopK(config),
        fields=some_of(m, post.fields, TopK.NAMES, "top_k_fields"),
        start=post.start,
        takes=goes & (slot.phase == 0),
        code=codes[:VALUE_BITS],
        overflow=overflow[0],
        ends=goes & slot.ends,
        ready=advance,
    )
    shown = SimpleNamespace(
        valid=Mux(used, kept.valid, slot.valid),
        phase=slot.phase & ~used.replicate(len(slot.phase)),
        offset=Mux(used, kept.offset, slot.offset),
        opens=Mux(used, kept.opens, slot.opens),
        closes=Mux(used, kept.closes, slot.closes),
        ends=Mux(used, kept.last, slot.ends),
    )
    first = Mux(used, kept.value, codes[:VALUE_BITS])
    return shown, SimpleNamespace(
        codes=Cat(first, codes[VALUE_BITS:]), overflow=Cat(Mux(used, kept.overflowed, overflow[0]), overflow[1:])
    )


def place_written(post: Unit, m: Module, advance: Value, slot: Any, values: SimpleNamespace) -> SimpleNamespace:
    """Packer and writer."""
    config = post.config
    store, plane = Signal(), Signal(plane_bits(config))
    m.d.comb += store.eq(slot.valid & advance)
    packer = post.place(
        m,
        "packer",
        Packer(config),
        fields=some_of(m, post.fields, Packer.NAMES, "packer_fields"),
        store=store,
        phase=slot.phase,
        opens=slot.opens,
        offset=slot.offset,
        values=Value.cast(values.codes),
        overflow=values.overflow,
        plane=plane,
    )
    writer = post.place(
        m,
        "writer",
        Writer(config),
        fields=some_of(m, post.fields, Writer.NAMES, "writer_fields"),
        start=post.start,
        groups_valid=post.out_groups.valid,
        groups_data=post.out_groups.payload,
        whole=store & slot.closes,
        ends=slot.ends,
        overflow=packer.overflowed,
        atoms=packer.atoms,
        write_ready=post.write.ready,
    )
    m.d.comb += [
        plane.eq(writer.plane),
        post.out_groups.ready.eq(writer.groups_ready),
        post.write.valid.eq(writer.write_valid),
        post.write.payload.eq(writer.write_data),
    ]
    return writer
