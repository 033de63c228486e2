"""The bit planes of the data, pass by pass: their atoms, for kinds of PE that go through all chunks several times.

The order is that of the kind's :meth:`lowtide.hw.pe.kind.time.Time.passes`: pairs (i, j) of a plane of x and one of w,
sums i + j descending, i descending. What is counted here is the offset of plane i from the highest one, in atoms::

    3 planes of x, 2 of w:  (2,1)  (2,0) (1,1)  (1,0) (0,1)  (0,0)
    offset in plane steps:    0      0    -1     -1    -2     -2
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory.ports import address_bits, record_layout
from ..mode.word import ModeWord
from ..storage_formats import BINARY, FORMATS_OF_DATA

__all__ = ["PlaneWalker"]


class PlaneWalker(Unit):
    """Walks over the passes of a job.

    Ports
    -----
    mode : in, ModeWord
    plane_step : in, as in the record
        Stable, as the mode, from ``start`` on.
    start : in, 1 bit
        Prepare for a record: takes a cycle for each plane of x.
    ready : out, 1 bit
        That is done.
    top : out, address_bits
        From plane 0 to the highest plane, in atoms.
    restart : in, 1 bit
        Go back to the first pass.
    step : in, 1 bit
        Go on to the next one.
    last : out, 1 bit
        This pass is the last.
    next_offset : out, address_bits
        From the highest plane to that of the next pass.
    plane : out, 4 bits
        Of this pass.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config, self.address = config, address_bits(config)
        super().__init__(
            f"{config.top}_plane_walker",
            {
                "mode": In(ModeWord),
                "plane_step": In(record_layout("plane_step")["plane_step"].shape),
                "start": In(1),
                "ready": Out(1),
                "top": Out(self.address),
                "restart": In(1),
                "step": In(1),
                "last": Out(1),
                "next_offset": Out(self.address),
                "plane": Out(4),
            },
        )

    def build(self, m: Module) -> None:
        self.tops(m)
        first, plane = self.pair("first"), self.pair("plane")  # the first pair of this sum; this pair
        first_offset = Signal(self.address, reset_less=True)
        offset = Signal(self.address, reset_less=True)
        ends = Signal()  # the pair is the last of its sum
        lower = Signal()  # the next sum begins one plane of x lower
        step, binary = self.plane_step, self.mode.x_format == FORMATS_OF_DATA.index(BINARY)
        m.d.comb += [
            ends.eq((plane["x"] == 0) | (plane["w"] == self.highest["w"])),
            lower.eq(first["w"] == 0),
            self.last.eq((plane["x"] == 0) & (plane["w"] == 0)),
            self.plane.eq(plane["x"]),
            self.next_offset.eq(Mux(ends, first_offset, offset) - Mux(ends & ~lower, 0, step)),
        ]
        m.d.comb += [self.highest[side].eq(Mux(binary, 0, self.mode[f"{side}_bits"])) for side in "xw"]
        with m.If(self.restart):
            m.d.sync += [signal[side].eq(self.highest[side]) for signal in (first, plane) for side in "xw"]
            m.d.sync += [first_offset.eq(0), offset.eq(0)]
        with m.Elif(self.step):
            m.d.sync += offset.eq(self.next_offset)
            with m.If(ends):
                m.d.sync += first_offset.eq(self.next_offset)
                m.d.sync += [signal["x"].eq(first["x"] - lower) for signal in (first, plane)]
                m.d.sync += [signal["w"].eq(Mux(lower, 0, first["w"] - 1)) for signal in (first, plane)]
            with m.Else():
                m.d.sync += [plane["x"].eq(plane["x"] - 1), plane["w"].eq(plane["w"] + 1)]

    def tops(self, m: Module) -> None:
        """The highest planes, and how far that of x lies above plane 0: added up, a plane a cycle."""
        self.highest = {side: Signal(4, name=f"highest_{side}") for side in "xw"}
        left = Signal(4)
        top = Signal(self.address, reset_less=True)
        m.d.comb += [self.ready.eq(left == 0), self.top.eq(top)]
        with m.If(self.start):
            m.d.sync += [left.eq(self.highest["x"]), top.eq(0)]
        with m.Elif(left != 0):
            m.d.sync += [left.eq(left - 1), top.eq(top + self.plane_step)]

    def pair(self, name: str) -> dict[str, Signal]:
        """A plane of either side."""
        return {side: Signal(4, name=f"{name}_{side}", reset_less=True) for side in "xw"}
