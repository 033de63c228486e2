"""Groups of output pixels for post-processing: where their atoms go, and where those of the operand are.

The same walk over pixels as that of the feeders, so that operands of the next groups are read while results of this one
are still to come. Writer and operand reader each have a walker of their own as well: of groups with few values there
are several between the two, more than buffers would hold, and neither may wait for the other. So has what measures
sums, before the first of them, to know which rows have a pixel.
"""

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..feeders.group_buffer import GroupBuffer
from ..feeders.pixel_walker import WALKED, PixelWalker, has_operand
from ..logic.unit import Unit
from ..memory.ports import record_layout
from ..post.atoms.access import group_layout

__all__ = ["ResultGroups"]


class ResultGroups(Unit):
    """Groups of one record EXEC.

    Ports
    -----
    start : in, 1 bit
        Begin; only when all groups of the record before have been taken.
    record : in, fields :data:`lowtide.hw.feeders.pixel_walker.WALKED` of the record
        Stable from ``start`` to the last group.
    out, operand : out, streams of :func:`lowtide.hw.post.atoms.access.group_layout`
        ``operand`` only where an operand is built, and only in records that have one.
    measure : in, 1 bit
        The record measures its sums; stable as ``record``.
    measured : out, stream as ``out``
        The same groups; both only where that is built, and these only in records that do.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        self.sides = ("out",) + ("operand",) * has_operand(config) + ("measured",) * ("measure" in config.post)
        super().__init__(
            f"{config.top}_result_groups",
            {"start": In(1), "record": In(record_layout(*WALKED))}
            | ({"measure": In(1)} if "measured" in self.sides else {})
            | {side: Out(stream.Signature(group_layout(config))) for side in self.sides},
        )

    def build(self, m: Module) -> None:
        config, bits = self.config, self.config.bank_bits
        for side in self.sides:
            wanted = {"out": Const(1), "operand": self.record.operand != 0}.get(side)
            wanted = self.measure if wanted is None else wanted
            port, ready = getattr(self, side), Signal(name=f"{side}_pixel_ready")
            walker = self.place(
                m,
                f"{side}_walker",
                PixelWalker(config, "operand" if side == "operand" else "out"),
                start=self.start & wanted,
                record=self.record,
                pixel_ready=ready,
            )
            pixel = walker.pixel_data
            address = pixel.address
            buffer = self.place(
                m,
                f"{side}_groups",
                GroupBuffer(
                    f"{config.top}_result_group_buffer", rows=config.rows, width=config.bank_address_bits + 1, head=bits
                ),
                pixel_valid=walker.pixel_valid,
                pixel_data=Cat(address[bits:], address[:bits], pixel.begins, pixel.last),
                group_ready=port.ready,
            )
            m.d.comb += [
                ready.eq(buffer.pixel_ready),
                port.valid.eq(buffer.group_valid),
                port.payload.eq(buffer.group_data),
            ]
