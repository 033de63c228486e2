"""What is under way in post-processing, cycle by cycle, and when a record has ended."""

from amaranth.hdl import Module, Mux, Signal, Value
from amaranth.lib import data

from ..config.accelerator_config import AcceleratorConfig
from .values.lanes import has_operand, turns_of
from .values.values import values_latency

__all__ = ["done_of", "shown_of", "slots_of"]


def slots_of(
    config: AcceleratorConfig,
    m: Module,
    start: Value,
    advance: Value,
    takes: Value,
    phase: Value,
    last_phase: Value,
    channel: data.View,
) -> list[Signal]:
    """What values are in the lanes, by the cycles since they entered; ``closes`` and ``ends`` with the last phase."""
    layout = data.StructLayout(
        {"valid": 1, "phase": len(phase), "offset": len(channel.offset), "opens": 1, "closes": 1, "ends": 1}
    )
    turns = turns_of(config)
    first = Signal(layout, name="slot_0")
    m.d.comb += [
        first.valid.eq(takes),
        first.phase.eq(phase),
        first.offset.eq(channel.offset),
        first.opens.eq(channel.opens),
        first.closes.eq(channel.closes & last_phase),
        first.ends.eq(channel.ends & last_phase),
    ]
    return _behind(m, first, turns.latency if has_operand(config) else turns.meets, "slot", start, advance)


def shown_of(
    config: AcceleratorConfig, m: Module, start: Value, advance: Value, operand: Value, slots: list[Signal]
) -> Signal:
    """What values have their codes, which leave the lanes later in a record with a second tensor."""
    turns = turns_of(config)
    leaves = Signal.like(slots[0], name="leaves")
    m.d.comb += leaves.eq(Mux(operand, slots[-1], slots[turns.meets]))
    return _behind(m, leaves, values_latency(config) - turns.meets, "shown", start, advance)[-1]


def _behind(m: Module, first: Signal, count: int, name: str, start: Value, advance: Value) -> list[Signal]:
    """It, and so many cycles behind it."""
    slots = [first, *(Signal.like(first, name=f"{name}_{cycle}") for cycle in range(1, count + 1))]
    for before, slot in zip(slots, slots[1:], strict=False):
        with m.If(advance):
            m.d.sync += slot.eq(before)
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
