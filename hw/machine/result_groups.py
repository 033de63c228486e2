"""Groups of output pixels for post-processing: where their atoms go, and where those of the operand are.

The same walk over pixels as that of the feeders, by a walker of its own, so that operands of the next groups are read
while results of this one are still to come. Writer and operand reader take groups each at their own time::

    walker -> fork -> groups of the output
                '---> groups of the operand, in records that have one
"""

from typing import Any

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory.group_buffer import GroupBuffer
from ..memory.pixel_walker import WALKED, PixelWalker, has_operand
from ..memory.ports import record_layout
from ..post.access import group_layout

__all__ = ["ResultGroups"]


class ResultGroups(Unit):
    """Groups of one record EXEC.

    Ports
    -----
    start : in, 1 bit
        Begin; only when all groups of the record before have been taken.
    record : in, fields :data:`lowtide.hw.memory.pixel_walker.WALKED` of the record
        Stable from ``start`` to the last group.
    out, operand : out, streams of :func:`lowtide.hw.post.access.group_layout`
        ``operand`` only where an operand is built, and only in records that have one.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        self.sides = ("out", "operand") if has_operand(config) else ("out",)
        super().__init__(
            f"{config.top}_result_groups",
            {"start": In(1), "record": In(record_layout(*WALKED))}
            | {side: Out(stream.Signature(group_layout(config))) for side in self.sides},
        )

    def build(self, m: Module) -> None:
        ready = Signal()
        walker = self.place(
            m, "pixel_walker", PixelWalker(self.config), start=self.start, record=self.record, pixel_ready=ready
        )
        served = []
        for side in self.sides:
            wanted = Const(1) if side == "out" else self.record.operand != 0
            served.append(self.side(m, side, walker, wanted, ready))
        m.d.comb += ready.eq(Cat(served).all())

    def side(self, m: Module, name: str, walker: Any, wanted: Value, ready: Signal) -> Value:
        """The groups of one side; returns whether it has taken the pixel, or takes it in this cycle."""
        config, pixel, bits = self.config, walker.pixel_data, self.config.bank_bits
        address, port = pixel[name], getattr(self, name)
        has = Signal(name=f"{name}_has_pixel")  # taken already, in an earlier cycle
        offers = Signal(name=f"{name}_offers")
        m.d.comb += offers.eq(walker.pixel_valid & wanted & ~has)
        word = config.bank_address_bits + 1
        buffer = self.place(
            m,
            f"{name}_groups",
            GroupBuffer(f"{config.top}_result_group_buffer", rows=config.rows, width=word, head=bits),
            pixel_valid=offers,
            pixel_data=Cat(address[bits:], address[:bits], pixel.begins, pixel.last),
            group_ready=port.ready,
        )
        takes = offers & buffer.pixel_ready
        m.d.sync += has.eq((has | takes) & ~ready)
        m.d.comb += [port.valid.eq(buffer.group_valid), port.payload.eq(buffer.group_data)]
        return has | takes | ~wanted
