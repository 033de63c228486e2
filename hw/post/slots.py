"""What is under way in post-processing, cycle by cycle, and when a record has ended."""

from amaranth.hdl import Module, Signal, Value
from amaranth.lib import data

from ..config.accelerator_config import AcceleratorConfig
from .values.multiplication import recoding_for
from .values.requantiser import requantiser_latency
from .values.values import values_latency

__all__ = ["done_of", "slots_of"]


def slots_of(
    config: AcceleratorConfig,
    m: Module,
    start: Value,
    advance: Value,
    behind: Value,
    takes: Value,
    phase: Value,
    last_phase: Value,
    channel: data.View,
) -> list[Signal]:
    """What values are under way, by the cycles since they entered; ``closes`` and ``ends`` with the last phase.
    Those that leave the requantisers wait for the operand, those behind go on."""
    layout = data.StructLayout(
        {"valid": 1, "phase": len(phase), "offset": len(channel.offset), "opens": 1, "closes": 1, "ends": 1}
    )
    slots = [Signal(layout, name=f"slot_{cycle}") for cycle in range(values_latency(config) + 1)]
    m.d.comb += [
        slots[0].valid.eq(takes),
        slots[0].phase.eq(phase),
        slots[0].offset.eq(channel.offset),
        slots[0].opens.eq(channel.opens),
        slots[0].closes.eq(channel.closes & last_phase),
        slots[0].ends.eq(channel.ends & last_phase),
    ]
    waiting = requantiser_latency(recoding_for(config))
    for cycle, (before, slot) in enumerate(zip(slots, slots[1:], strict=False)):
        with m.If(advance if cycle < waiting else behind):
            m.d.sync += slot.eq(before)
            if cycle == waiting:
                m.d.sync += slot.valid.eq(before.valid & advance)
        with m.If(start):
            m.d.sync += slot.valid.eq(0)
    return slots


def done_of(m: Module, start: Value, taken: Value, finishes: Value, written: Value) -> Value:
    """The end of a record: all is written, and of the group's columns those that do not count have come as well."""
    pending, draining = Signal(), Signal()
    with m.If(taken):
        m.d.sync += draining.eq(~finishes)
    m.d.sync += pending.eq(written | (pending & draining))
    with m.If(start):
        m.d.sync += [pending.eq(0), draining.eq(0)]
    return pending & ~draining
