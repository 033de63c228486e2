"""Channels: what the columns of results are, in the order in which they come, counted without looking at them.

The engine's columns come tile by tile, ``cols`` of each, of which the first ``tile_columns`` count; a vector source
gives one column a channel. Channels are numbered through all columns that count and begin again with each group::

    for each group of pixels: for each tile: for each column: channel n, counts while n < out_channels

A value's place in its atom is an offset in bits, which goes up by the size of a value, or by 1 where each bit has an
atom of its own.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from lowtide.common.records.execute import Source

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..elements import offset_bits
from ..fields import fields_layout

__all__ = ["Channels", "channel_layout"]


def channel_layout(config: AcceleratorConfig) -> data.StructLayout:
    """What a column is: whether it counts, the offset of its values in their atoms, whether they are the first or the
    last of an atom (``opens``, ``closes``), the last that counts of the group (``ends``) and its last of all
    (``finishes``)."""
    return data.StructLayout(
        {"counts": 1, "offset": offset_bits(config), "opens": 1, "closes": 1, "ends": 1, "finishes": 1}
    )


class Channels(Unit):
    """Counts columns.

    Ports
    -----
    fields : in, of the record EXEC
        Steady while anything is counted.
    start : in, 1 bit
        Back to the first column of a group, whatever ``step`` is.
    step : in, 1 bit
        On to the next column.
    channel : out, :func:`channel_layout`
        The column.
    number : out, 14 bits
        Its channel, where it counts.
    """

    NAMES = ("source", "tiles", "tile_columns", "out_channels", "out_bits", "out_values", "out_planes")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        fields = fields_layout(self.NAMES)
        super().__init__(
            f"{config.top}_channels",
            {
                "fields": In(fields),
                "start": In(1),
                "step": In(1),
                "channel": Out(channel_layout(config)),
                "number": Out(fields["out_channels"].shape),
            },
        )

    def build(self, m: Module) -> None:
        fields, found = self.fields, self.channel
        column = Signal(bits_for(self.config.cols - 1), reset_less=True)
        tile = Signal(fields.tiles.shape(), reset_less=True)
        value = Signal(fields.out_values.shape(), reset_less=True)
        number = Signal(self.number.shape(), reset_less=True)
        offset = Signal(found.offset.shape(), reset_less=True)
        all_done = Signal(reset_less=True)  # every channel has come, columns of the last tiles may follow
        vector, last_channel, last_tile, tile_ends = (
            Signal(name=name) for name in ("vector", "last_channel", "last_tile", "tile_ends")
        )
        m.d.comb += [
            vector.eq(fields.source != Source.ENGINE),
            last_channel.eq(number + 1 == fields.out_channels),
            last_tile.eq(tile + 1 == fields.tiles),
            tile_ends.eq(column == self.config.cols - 1),
            found.finishes.eq(Mux(vector, last_channel, tile_ends & last_tile)),
            found.counts.eq(~all_done & (vector | (column < fields.tile_columns))),
            found.offset.eq(offset),
            found.opens.eq(value == 0),
            found.ends.eq(last_channel | (~vector & last_tile & (column + 1 == fields.tile_columns))),
            found.closes.eq((value + 1 == fields.out_values) | found.ends),
            self.number.eq(number),
        ]
        with m.If(self.step):
            m.d.sync += column.eq(Mux(tile_ends, 0, column + 1))  # of the engine
            with m.If(tile_ends & ~vector):
                m.d.sync += tile.eq(tile + 1)
            with m.If(found.counts):
                m.d.sync += [number.eq(number + 1), value.eq(value + 1), all_done.eq(found.ends)]
                m.d.sync += offset.eq(offset + Mux(fields.out_planes, 1, fields.out_bits))
                with m.If(found.closes):
                    m.d.sync += [value.eq(0), offset.eq(0)]
        with m.If(self.start | (self.step & found.finishes)):
            m.d.sync += [each.eq(0) for each in (column, tile, value, number, offset, all_done)]
