"""The buffer that fills the rows of the array: pixels, one a cycle, become groups of at most R.

The next group is built while the current one is used::

    pixels -> building: row 0, row 1, ... R - 1 -> current: all rows at once

A group is whole when it has R pixels, or the last one, or when the next pixel begins another.
"""

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..logic.timing.late import LATE, Late
from ..logic.unit import Unit

__all__ = ["GroupBuffer"]

_TOGETHER = 96  # bits that one net moves at most


class GroupBuffer(Unit):
    """Groups of pixels.

    Parameters
    ----------
    name : str
    rows : int
        Pixels of a group, R.
    width : int
        Bits that are kept of each pixel.
    head : int
        Bits that are kept of a group's first pixel alone.
    late : bool
        Whether the group's ready comes late.

    Ports
    -----
    pixel : in, stream of ``row`` (width bits), ``head`` (head bits), ``begins`` and ``last``
        Never taken in the cycle in which it closes a group that it does not belong to.
    group : out, stream of ``rows`` (R times width bits), ``head``, ``present`` (R bits: rows that have a pixel, the
        lowest) and ``last``
        Stays until it is taken: take it when it is done with.
    taken : in, :data:`lowtide.hw.logic.timing.late.LATE`
        The group's ready, only where it comes late.
    whole : out, 1 bit
        For one cycle: a further group is whole. It is the current one as soon as all before it have been taken.
    """

    def __init__(self, name: str, *, rows: int, width: int, head: int, late: bool = False) -> None:
        self.rows, self.width, self.late = rows, width, late
        pixel = data.StructLayout({"row": width, "head": head, "begins": 1, "last": 1})
        group = data.StructLayout({"rows": data.ArrayLayout(width, rows), "head": head, "present": rows, "last": 1})
        super().__init__(
            name,
            {"pixel": In(stream.Signature(pixel)), "group": Out(stream.Signature(group)), "whole": Out(1)}
            | ({"taken": In(LATE)} if late else {}),
        )

    def build(self, m: Module) -> None:
        pixel = self.pixel.payload
        slots = [Signal(self.width, name=f"row_{row}", reset_less=True) for row in range(self.rows)]
        head = Signal(len(pixel.head), reset_less=True)
        present = Signal(self.rows)  # rows that are filled
        last = Signal(reset_less=True)
        told = Signal()
        whole = Signal()
        moves = Signal()
        enters = Signal()
        current = Signal(self.group.payload.shape(), reset_less=True)
        m.d.comb += [
            whole.eq(present[0] & (last | present[-1] | (self.pixel.valid & pixel.begins))),
            moves.eq(self.moving(m, whole, "group")),
            self.pixel.ready.eq(~whole),
            enters.eq(self.pixel.valid & ~whole),
            self.whole.eq(whole & ~told),
            self.group.payload.eq(current),
        ]
        m.d.sync += told.eq(whole & ~moves)
        with m.If(enters):
            m.d.sync += [present.eq(Cat(1, present[:-1])), last.eq(pixel.last)]
            with m.If(~present[0]):
                m.d.sync += head.eq(pixel.head)
            for row, slot in enumerate(slots):
                with m.If((present[row - 1] if row else 1) & ~present[row]):
                    m.d.sync += slot.eq(pixel.row)
        with m.If(moves):
            m.d.sync += [
                present.eq(0),
                current.head.eq(head),
                current.present.eq(present),
                current.last.eq(last),
                self.group.valid.eq(1),
            ]
        with m.Elif(self.group.ready):
            m.d.sync += self.group.valid.eq(0)
        each = max(1, _TOGETHER // self.width)  # rows that are moved by one net
        for first in range(0, self.rows, each):
            with m.If(self.moving(m, whole, f"rows_{first}")):
                m.d.sync += [current.rows[row].eq(slots[row]) for row in range(self.rows)[first : first + each]]

    def moving(self, m: Module, whole: Signal, name: str) -> Value:
        """Whether a group that is whole becomes the current one; a gate of its own, as the group's ready comes last."""
        taken = Late.of(self.taken) if self.late else Late(Const(0), Const(1), self.group.ready)
        return taken.or_where(~self.group.valid).where(whole).soon(self, m, name)
