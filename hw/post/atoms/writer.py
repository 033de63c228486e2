"""Writer: hands the atoms of all rows that the packer has collected to the feature memory.

Each block of channels is one write of R atoms, or one for each bit plane, at the words of the group's pixels and an
offset: the block's, and in it the plane's. While a write waits, the packer waits.
"""

from amaranth.hdl import Const, Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.ports import address_bits, write_layout
from ..elements import plane_bits, planes
from ..fields import fields_layout
from .access import access, carries, group_layout

__all__ = ["Writer"]


class Writer(Unit):
    """Writes atoms.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins.
    groups : in, stream of :func:`lowtide.hw.post.atoms.access.group_layout`
        Atoms of the first block. Taken with the last write of the group.
    whole : in, 1 bit
        The packer's atoms are whole from the next cycle on; not where ``stuck``.
    ends : in, 1 bit
        These are the last of the group, where ``whole``.
    overflow : in, R bits
        Rows in which a sum left its bits in these atoms.
    atoms : in, R atoms
        Steady while ``stuck``.
    plane : out
        Which of a row's atoms is written; only where there are planes.
    stuck : out, 1 bit
        Atoms wait, and their last write is not taken in this cycle.
    write : out, stream of :func:`lowtide.hw.memory.ports.write_layout`
    done : out, 1 bit
        For a cycle: the last atoms of the record have been written in the cycle before.
    overflowed, beyond : out, 1 bit
        For a cycle: a sum of a row that counts has left its bits; an atom lies beyond the memory and was not written.
    """

    NAMES = ("out_apart", "out_bits", "out_planes", "out_block_step", "out_plane_step")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_writer",
            {
                "fields": In(fields_layout(self.NAMES)),
                "start": In(1),
                "groups": In(stream.Signature(group_layout(config))),
                "whole": In(1),
                "ends": In(1),
                "overflow": In(config.rows),
                "atoms": In(config.rows * config.atom_bits),
                "plane": Out(plane_bits(config)),
                "stuck": Out(1),
                "write": Out(stream.Signature(write_layout(config))),
                "done": Out(1),
                "overflowed": Out(1),
                "beyond": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        fields, write = self.fields, self.write
        busy, last_of_group = Signal(), Signal(reset_less=True)
        block, offset = (Signal(address_bits(self.config), name=name, reset_less=True) for name in ("block", "offset"))
        taken, released, last_plane, group_ends = Signal(), Signal(), Signal(), Signal()
        group, shuffle = self.groups.payload, Signal()
        carry = carries(m, self, self.config, group.head, offset)
        wanted = access(m, self.config, group, offset, carry, shuffle)
        beyond = Signal(self.config.rows)  # rows whose atom was beyond the memory
        m.d.comb += [
            self.beyond.eq(beyond.any()),
            self.stuck.eq(busy & ~(self.groups.valid & write.ready & last_plane)),
            write.valid.eq(busy & self.groups.valid),
            write.payload.words.eq(wanted.words),
            write.payload.rows.eq(wanted.rows),
            write.payload.bank.eq(wanted.bank),
            shuffle.eq(fields.out_apart == 2),
            write.payload.shuffle.eq(shuffle),
            write.payload.data.eq(self.atoms),
            taken.eq(write.valid & write.ready),
            released.eq(taken & last_plane),
            group_ends.eq(released & last_of_group),
            self.groups.ready.eq(group_ends),
        ]
        m.d.sync += [
            busy.eq((self.whole | (busy & ~released)) & ~self.start),
            self.done.eq(group_ends & group.last),
            self.overflowed.eq(released & (self.overflow & group.present).any()),
            beyond.eq(wanted.beyond & taken.replicate(self.config.rows)),
        ]
        with m.If(self.whole):
            m.d.sync += last_of_group.eq(self.ends)
        if planes(self.config):
            plane = Signal.like(self.plane)
            m.d.comb += [self.plane.eq(plane), last_plane.eq(~fields.out_planes | (plane + 1 == fields.out_bits))]
            with m.If(taken):
                m.d.sync += [plane.eq(Mux(last_plane, 0, plane + 1)), offset.eq(offset + fields.out_plane_step)]
        else:
            m.d.comb += last_plane.eq(Const(1))
        following = Signal.like(block)
        m.d.comb += following.eq(block + fields.out_block_step)
        with m.If(released):
            m.d.sync += [block.eq(following), offset.eq(following)]
        with m.If(self.start | group_ends):
            m.d.sync += [block.eq(0), offset.eq(0)]
            if planes(self.config):
                m.d.sync += plane.eq(0)
