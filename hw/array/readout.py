"""Readout: collects results into the stream ``y``, a column of the result at a time.

With result buffer, a PE shows its result in the cycle in which it is complete; row r is r cycles behind row 0, so the
rows above the last wait in a triangle of registers until their column is whole. No PE then waits for its result to
leave. Without it, the accumulators themselves wait: all rows show column c when the bottom row has completed it.

Rows of a tile are complete in the same cycle. So are its columns, which leave one after the other: column c is shown a
cycle after column c - 1, those that have to wait are registered beside the tile (:mod:`lowtide.hw.array.array`).
"""

from amaranth.hdl import Cat, Module, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.timing.skew import Skew
from ..logic.unit import Unit
from .stops import by_line, by_stop

__all__ = ["Readout", "result_layout"]


def result_layout(config: ArrayConfig) -> data.StructLayout:
    """Payload of the ``y`` stream: one column of the result, row 0 first, and whether it is the array's last."""
    return data.StructLayout({"values": data.ArrayLayout(signed(config.acc_width), config.rows), "last": 1})


class Readout(Unit):
    """The result stream.

    Ports
    -----
    done : in, one bit a tile, row 0 lowest
        Tiles whose results are complete in this cycle.
    show : out, cols bits a row of tiles
        Columns that put their result on ``results``.
    results : in, rows * acc_width bits
        One result a row.
    y : out, stream of :func:`result_layout`
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        down, across = config.stops("x"), config.stops("w")
        super().__init__(
            f"{config.name}_readout",
            {
                "en": In(1),
                "done": In(down * across),
                "show": Out(down * config.cols),
                "results": In(config.rows * config.acc_width),
                "y": Out(stream.Signature(result_layout(config))),
            },
        )

    def build(self, m: Module) -> None:
        rows, width, stops = self.config.rows, self.config.acc_width, self.config.stops("x")
        bottom = self.columns(m, stops - 1)
        whole = self.results
        if self.config.result_buffer:
            m.d.comb += self.show.eq(Cat(*(self.columns(m, stop) for stop in range(stops - 1)), bottom))
            skew = Skew(f"{self.config.name}_readout_skew", count=stops, width=rows * width // stops)
            results = by_stop(self.results, rows, stops)
            upwards = Cat(results.word_select(stop, skew.width) for stop in reversed(range(stops)))
            waited = self.place(m, "skew", skew, i=upwards).o
            downwards = Cat(waited.word_select(stop, skew.width) for stop in reversed(range(stops)))
            whole = by_line(downwards, rows, stops)
        else:
            m.d.comb += self.show.eq(bottom.replicate(stops))
        values = Signal(rows * width, reset_less=True)
        with m.If(bottom.any()):
            m.d.sync += values.eq(whole)
        m.d.sync += [self.y.valid.eq(bottom.any()), self.y.payload.last.eq(bottom[-1])]
        m.d.comb += self.y.payload.values.eq(values)

    def columns(self, m: Module, stop: int) -> Value:
        """The column that leaves a row of tiles in this cycle, a bit each: the first one of each tile when the tile is
        complete, the others a cycle after the column before."""
        across = self.config.stops("w")
        done = self.done.word_select(stop, across)
        if not (others := self.config.cols - across):
            return done
        after = Signal(others, name=f"columns_after_{stop}")
        columns = Cat(done, after)
        m.d.sync += after.eq(columns[across - 1 :])
        return columns
