"""Column buffer: columns of results that wait for a requantiser which several rows share.

A result stream that stalls stops the whole array. Where a column takes several cycles to requantise, those that the
array gives one behind the other wait here, and the array goes on with the next job meanwhile::

    columns -> memory -> [memory's register: the column that is taken next]
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ...logic.unit import Unit
from ...memory.bank import Bank

__all__ = ["ColumnBuffer"]


class ColumnBuffer(Unit):
    """A queue of columns.

    Parameters
    ----------
    name : str
    width : int
        Bits of a column.
    depth : int
        Columns that wait besides the one that is offered, a power of two from 2.

    Ports
    -----
    start : in, 1 bit
        Nothing waits any more.
    columns : in, stream of ``width`` bits
    waiting : out, stream of ``width`` bits
        Two cycles later at the earliest.
    """

    def __init__(self, name: str, *, width: int, depth: int) -> None:
        self.width, self.depth = width, depth
        super().__init__(
            name,
            {
                "start": In(1),
                "columns": In(stream.Signature(width)),
                "waiting": Out(stream.Signature(width)),
            },
        )

    def build(self, m: Module) -> None:
        level = Signal(range(self.depth + 1))
        first, free = (Signal(range(self.depth), name=name) for name in ("first", "free"))
        enters, leaves, offered = Signal(), Signal(), Signal()
        bank = self.place(
            m,
            "waiting_columns",
            Bank(self.width, self.depth),
            read=leaves,
            read_address=first,
            write=enters,
            write_address=free,
            write_data=self.columns.payload,
        )
        m.d.comb += [
            self.columns.ready.eq(level != self.depth),
            enters.eq(self.columns.valid & self.columns.ready),
            leaves.eq((level != 0) & (~offered | self.waiting.ready)),
            self.waiting.valid.eq(offered),
            self.waiting.payload.eq(bank.read_data),
        ]
        m.d.sync += [
            level.eq(level + enters - leaves),
            first.eq(first + leaves),
            free.eq(free + enters),
            offered.eq(leaves | (offered & ~self.waiting.ready)),
        ]
        with m.If(self.start):
            m.d.sync += [level.eq(0), first.eq(0), free.eq(0), offered.eq(0)]
