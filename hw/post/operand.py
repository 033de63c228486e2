"""How the reader of a second tensor is placed: when its elements are wanted, and whether values wait for them."""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value

from ..logic.unit import Unit
from ..memory.ports import READ_LATENCY
from .atoms.operand_reader import OperandReader
from .fields import some_of
from .values.lanes import has_operand, turns_of

__all__ = ["place_operand_reader"]


def place_operand_reader(
    post: Unit,
    m: Module,
    advance: Value,
    slots: list[Signal],
    elements: dict[str, Value],
    waits: Signal,
    blocked: Value,
) -> Value:
    """Drives the operand's element of each lane, and whether values wait for it; whether an atom was beyond the
    memory."""
    config = post.config
    if not has_operand(config):
        m.d.comb += waits.eq(0)
        return Const(0)
    latency = turns_of(config).meets
    slot, used = slots[latency], post.meets_second
    last = [each.valid & each.closes & ~each.ends for each in slots[latency - READ_LATENCY - 1 : latency + 1]]
    near = Signal(name="operand_near")  # a register, as the memory's choice hangs on it: the slots as they are next
    m.d.sync += near.eq(Mux(advance, Cat(last[:-1]).any(), Cat(last[1:]).any()) & ~post.start)
    reader = post.place(
        m,
        "operand_reader",
        OperandReader(config),
        fields=some_of(m, post.fields, OperandReader.NAMES, "operand_fields"),
        start=post.start,
        groups_valid=post.operand_groups.valid,
        groups_data=post.operand_groups.payload,
        read_ready=post.operand_read.ready,
        answer=post.answer,
        phase=slot.phase,
        offset=slot.offset,
        near=near,
        used=~blocked & ~waits & (used & slot.valid & slot.closes),  # with ``advance``
        ends=slot.ends,
    )
    m.d.comb += [
        post.operand_groups.ready.eq(reader.groups_ready),
        post.operand_read.valid.eq(reader.read_valid),
        post.operand_read.payload.eq(reader.read_data),
        elements["elements"].eq(Value.cast(reader.elements)),
        elements["meets"].eq(used & slot.valid),
        waits.eq(used & slot.valid & ~reader.present),
    ]
    beyond: Value = reader.beyond
    return beyond
