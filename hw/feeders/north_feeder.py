"""The north feeder: beats become weights for all columns, the stream ``w`` of the engine.

The nest says where the weights of each beat lie; they begin again with each group of pixels. A beat is taken only when
the buffer has room for its answer.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..array.edges import stream_bits
from ..config.accelerator_config import AcceleratorConfig
from ..logic.buffer import Fifo
from ..logic.unit import Unit
from ..memory import weight_memory

__all__ = ["NorthFeeder"]

BUFFER = 3  #: beats that may be on their way from the memory or wait for the engine


class NorthFeeder(Unit):
    """Weights for all columns.

    Ports
    -----
    beat : in, stream of :func:`lowtide.hw.memory.weight_memory.beat_layout`
    read : out, 1 bit
    where : out, :func:`lowtide.hw.memory.weight_memory.beat_layout`
    answer : in, a payload of ``w``
        The read port of the weight memory.
    w : out, stream of the engine's ``w``
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        layout, bits = weight_memory.beat_layout(config), stream_bits(config.array, "w")
        super().__init__(
            f"{config.top}_north_feeder",
            {
                "beat": In(stream.Signature(layout)),
                "read": Out(1),
                "where": Out(layout),
                "answer": In(bits),
                "w": Out(stream.Signature(bits)),
            },
        )

    def build(self, m: Module) -> None:
        room = Signal(range(BUFFER + 1), init=BUFFER)
        comes = Signal()
        m.d.comb += [
            self.beat.ready.eq(room != 0),
            self.read.eq(self.beat.valid & self.beat.ready),
            self.where.eq(self.beat.payload),
        ]
        m.d.sync += [comes.eq(self.read), room.eq(room - self.read + (self.w.valid & self.w.ready))]
        buffer = self.place(
            m,
            "buffer",
            Fifo(f"{self.config.top}_north_buffer", len(self.answer), BUFFER),
            i_valid=comes,
            i_data=self.answer,
            o_ready=self.w.ready,
        )
        m.d.comb += [self.w.valid.eq(buffer.o_valid), self.w.payload.eq(buffer.o_data)]
