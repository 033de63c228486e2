"""Readout: collects results into the stream ``y``, a column of the result at a time.

With result buffer, a PE shows its result in the cycle in which it is complete; row r is r cycles behind row 0, so the
rows above the last wait in a triangle of registers until their column is whole. No PE then waits for its result to
leave. Without it, the accumulators themselves wait: all rows show column c when the bottom row has completed it.
"""

from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.skew import Skew
from ..logic.unit import Unit

__all__ = ["Readout", "result_layout"]


def result_layout(config: ArrayConfig) -> data.StructLayout:
    """Payload of the ``y`` stream: one column of the result, row 0 first, and whether it is the array's last."""
    return data.StructLayout({"values": data.ArrayLayout(signed(config.acc_width), config.rows), "last": 1})


class Readout(Unit):
    """The result stream.

    Ports
    -----
    done : in, rows * cols bits, row 0 lowest
        PEs whose result is complete in this cycle.
    show : out, rows * cols bits
        PEs that put their result on ``results``.
    results : in, rows * acc_width bits
        One result a row.
    y : out, stream of :func:`result_layout`
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        flags = config.rows * config.cols
        super().__init__(
            f"{config.name}_readout",
            {
                "en": In(1),
                "done": In(flags),
                "show": Out(flags),
                "results": In(config.rows * config.acc_width),
                "y": Out(stream.Signature(result_layout(config))),
            },
        )

    def build(self, m: Module) -> None:
        rows, cols, width = self.config.rows, self.config.cols, self.config.acc_width
        bottom = self.done[(rows - 1) * cols :]
        whole = self.results
        if self.config.result_buffer:
            m.d.comb += self.show.eq(self.done)
            upwards = Cat(self.results.word_select(row, width) for row in reversed(range(rows)))
            skew = self.place(m, "skew", Skew(f"{self.config.name}_readout_skew", count=rows, width=width), i=upwards)
            whole = Cat(skew.o.word_select(row, width) for row in reversed(range(rows)))
        else:
            m.d.comb += self.show.eq(bottom.replicate(rows))
        values = Signal(rows * width, reset_less=True)
        with m.If(bottom.any()):
            m.d.sync += values.eq(whole)
        m.d.sync += [self.y.valid.eq(bottom.any()), self.y.payload.last.eq(bottom[-1])]
        m.d.comb += self.y.payload.values.eq(values)
