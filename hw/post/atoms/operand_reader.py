"""Operand reader: the operand's atoms of all rows, read when the values before them are nearly used up.

An atom of each row is held, and its values are taken channel by channel. The next atoms are asked for while the last
values of those held are still on their way here, so early that the answer comes when their place is free. Where values
had to wait meanwhile, the answer comes too early: it is dropped, and asked for again. So no second place is needed, and
values that come without a pause find their atoms without one, but for the first of a group.
"""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.atoms import element_sizes
from ...memory.ports import READ_LATENCY, address_bits, read_layout
from ..columns.columns import of_lanes, phase_bits
from ..elements import extended, offset_bits, one_of, selected
from ..fields import fields_layout
from ..widths import ELEMENT_BITS
from .access import access, carries, group_layout

__all__ = ["OperandReader"]


class OperandReader(Unit):
    """Reads and holds the operand's atoms.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins.
    groups : in, stream of :func:`lowtide.hw.post.atoms.access.group_layout`
        Atoms of the first block. Nothing is read while there is none.
    read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
    answer : in, R atoms
    present : out, 1 bit
        Atoms are held.
    phase : in, log2(``rows_per_requantiser``) bits
    offset : in
        Where the values begin that are wanted now, see :mod:`lowtide.hw.post.elements`.
    elements : out, a signed value of 17 bits for each lane
        Those of its row in this phase.
    near : in, 1 bit
        The last value of these atoms is taken in ``READ_LATENCY`` cycles or earlier, if no value has to wait, and the
        group goes on then.
    used : in, 1 bit
        It is taken in this cycle.
    ends : in, 1 bit
        It is the last of the group, where ``used``.
    beyond : out, 1 bit
        For a cycle: an atom that was taken in the cycle before is beyond the memory.
    """

    NAMES = ("operand_block_step", "operand_signed", "out_bits")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_operand_reader",
            {
                "fields": In(fields_layout(self.NAMES)),
                "start": In(1),
                "groups": In(stream.Signature(group_layout(config))),
                "read": Out(stream.Signature(read_layout(config))),
                "answer": In(config.rows * config.atom_bits),
                "present": Out(1),
                "phase": In(phase_bits(config)),
                "offset": In(offset_bits(config)),
                "elements": Out(data.ArrayLayout(signed(ELEMENT_BITS), config.requantisers)),
                "near": In(1),
                "used": In(1),
                "ends": In(1),
                "beyond": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        offset = Signal(address_bits(self.config), reset_less=True)  # of the atoms that are asked for next
        atoms = Signal(len(self.answer), reset_less=True)
        present, free, lands, taken = Signal(), Signal(), Signal(), Signal()
        coming = Signal(READ_LATENCY)  # answers on their way, the next one highest
        following = Signal.like(offset)
        carry = Signal(self.config.rows, reset_less=True)  # of the offset; none where that is 0
        wanted = access(m, self.config, self.groups.payload, offset, carry)
        further = carries(m, self, self.config, self.groups.payload.head, following)
        m.d.comb += [
            following.eq(offset + self.fields.operand_block_step),
            self.present.eq(present),
            free.eq(~present | (self.used & ~self.ends)),
            lands.eq(coming[-1] & free),
            self.read.valid.eq(self.groups.valid & ~coming.any() & (~present | self.near)),
            self.read.payload.words.eq(wanted.words),
            self.read.payload.rows.eq(self.groups.payload.present),  # what is beyond is told, and not used
            self.read.payload.bank.eq(wanted.bank),
            taken.eq(self.read.valid & self.read.ready),
            self.groups.ready.eq(self.used & self.ends),
        ]
        m.d.sync += [
            self.beyond.eq(lands & wanted.beyond.any()),
            coming.eq(Mux(self.start, 0, (coming << 1) | taken)),
            present.eq((lands | (present & ~self.used)) & ~self.start),
        ]
        with m.If(lands):
            m.d.sync += [atoms.eq(self.answer), offset.eq(following), carry.eq(further)]
        with m.If(self.start | (self.used & self.ends)):
            m.d.sync += [offset.eq(0), carry.eq(0), coming.eq(0)]
        self._select(m, atoms)

    def _select(self, m: Module, atoms: Value) -> None:
        """The elements of this phase's rows."""
        sizes = element_sizes(self.config)
        used = one_of(m, self.fields.out_bits, sizes, "element")
        for lane, atom in enumerate(of_lanes(self.config, atoms, self.phase)):
            code = Signal(max(sizes), name=f"code_{lane}")
            m.d.comb += [
                code.eq(selected(m, atom[:], self.offset, sizes, f"code_{lane}")),
                self.elements[lane].eq(extended(code, used, self.fields.operand_signed)),
            ]
