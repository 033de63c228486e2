"""Vector source: results without the array, the sum or the largest of a channel's values over the taps of a window.

Atoms of all rows come for each channel and tap in turn, of padding where a tap is beyond the picture; the channel's
value is taken out of each. One tap enters each cycle, so a single tap (copies, sums of tensors, tables) gives a
column of results in each::

    atoms of tap 0, tap 1 .. last -> value of the channel in each row -> sum or largest -> column
"""

from amaranth.hdl import Cat, Module, Mux, Signal, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.execute import Source

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.atoms import element_sizes
from ..elements import extended, offset_bits, one_of, selected
from ..fields import fields_layout
from ..widths import VALUE_BITS

__all__ = ["REDUCED_BITS", "Vector", "VectorRow", "beat_layout"]

REDUCED_BITS = VALUE_BITS + 1 + 10  #: of a sum over 1024 taps, signed


def beat_layout(config: AcceleratorConfig) -> data.StructLayout:
    """The atoms of a tap, row 0 first, and whether the tap is the channel's last."""
    return data.StructLayout({"atoms": data.ArrayLayout(config.atom_bits, config.rows), "last": 1})


class VectorRow(Unit):
    """The value of one row.

    Ports
    -----
    atom : in, ``atom_bits`` bits
    offset : in
        Where the value begins in the atom.
    sizes : in, a bit for each element size
        Which one values have.
    is_signed : in, 1 bit
    first : in, 1 bit
        The value begins anew, it is the first tap's.
    largest : in, 1 bit
        The largest of the taps, else their sum.
    result : out, 27 bits, signed
        One cycle later, until the next one.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_vector_row",
            {
                "en": In(1),
                "atom": In(config.atom_bits),
                "offset": In(offset_bits(config)),
                "sizes": In(len(element_sizes(config))),
                "is_signed": In(1),
                "first": In(1),
                "largest": In(1),
                "result": Out(signed(REDUCED_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        sizes = element_sizes(self.config)
        code, value = Signal(max(sizes)), Signal(signed(VALUE_BITS + 1))
        reduced = Signal(signed(REDUCED_BITS), reset_less=True)
        combined = Signal(signed(REDUCED_BITS))  # the sum with the value, or how much more than it there is
        added = (value ^ self.largest.replicate(len(value)))[: len(value)].as_signed()
        m.d.comb += [
            code.eq(selected(m, self.atom, self.offset, sizes, "atom")),
            value.eq(extended(code, dict(zip(sizes, self.sizes, strict=True)), self.is_signed)),
            combined.eq((Cat(self.largest, reduced).as_signed() + Cat(self.largest, added).as_signed())[1:]),
            self.result.eq(reduced),
        ]
        with m.If(self.first | ~self.largest | combined[-1]):
            m.d.sync += reduced.eq(Mux(self.first | self.largest, value, combined))


class Vector(Unit):
    """Columns of reduced values.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins.
    beats : in, stream of :func:`beat_layout`
        For each group, for each channel, for each tap.
    columns : out, stream of R values of 27 bits, signed
        One for each channel of each group.
    """

    NAMES = ("source", "tail", "in_bits", "in_signed", "out_channels")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        column = data.ArrayLayout(signed(REDUCED_BITS), config.rows)
        super().__init__(
            f"{config.top}_vector",
            {
                "fields": In(fields_layout(self.NAMES)),
                "start": In(1),
                "beats": In(stream.Signature(beat_layout(config))),
                "columns": Out(stream.Signature(column)),
            },
        )

    def build(self, m: Module) -> None:
        fields, beat = self.fields, self.beats.payload
        number = Signal(fields.out_channels.shape(), reset_less=True)  # of the channel
        sizes = element_sizes(self.config)
        value = Signal(range(max(2, self.config.atom_bits // min(sizes))), reset_less=True)  # its number in the atom
        offset = Signal(offset_bits(self.config), reset_less=True)
        first, whole, taken, closes, ends = Signal(), Signal(), Signal(), Signal(), Signal()
        used = one_of(m, fields.in_bits, sizes, "input")
        m.d.comb += [
            self.columns.valid.eq(whole),
            self.beats.ready.eq(~whole | self.columns.ready),
            taken.eq(self.beats.valid & self.beats.ready),
            ends.eq(number + 1 == fields.out_channels),
            closes.eq((value == fields.tail[: len(value)]) | ends),
        ]
        row = VectorRow(self.config)
        rows = [
            self.place(
                m,
                f"row_{r}",
                row,
                en=taken,
                atom=beat.atoms[r],
                offset=offset,
                sizes=Cat(used.values()),
                is_signed=fields.in_signed,
                first=first,
                largest=fields.source == Source.VECTOR_MAX,
            ).result
            for r in range(self.config.rows)
        ]
        m.d.comb += self.columns.payload.eq(Cat(rows))
        m.d.sync += whole.eq((taken & beat.last) | (whole & ~self.columns.ready))
        with m.If(taken):
            m.d.sync += first.eq(beat.last)
            with m.If(beat.last):
                m.d.sync += [
                    number.eq(Mux(ends, 0, number + 1)),
                    value.eq(Mux(closes, 0, value + 1)),
                    offset.eq(Mux(closes, 0, offset + fields.in_bits)),
                ]
        with m.If(self.start):
            m.d.sync += [number.eq(0), value.eq(0), offset.eq(0), first.eq(1), whole.eq(0)]
