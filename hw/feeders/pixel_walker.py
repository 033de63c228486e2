"""The walker over output pixels: row by row of the picture, one a cycle, with the addresses of each.

Nested counters, no multiplier: every address is the one before plus a step, from one column to the next or from the
beginning of one row to that of the next. Where rows and columns of the output are stored apart (``out_apart`` s), a
phase counts modulo s::

    out = out_base + (oy div s) row_step + (oy mod s) row_phase + (ox mod s) column_phase + ox div s

The walker also says where a group of rows of the array begins: with the pixel that no longer has its bank to itself,
or that follows R others. One walker gives the addresses of one side, the input's with margins; of the other sides it
computes the banks alone, which is what groups depend on.
"""

from typing import Any, Literal

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory.ports import address_bits, record_layout

__all__ = ["WALKED", "PixelWalker", "Side", "has_operand", "margin_layout", "pixel_layout"]

Side = Literal["in", "out", "operand"]  #: whose addresses a walker gives

#: Fields of the record that the walker needs.
WALKED = (
    *("out_rows", "out_columns", "in_rows", "in_columns", "stride_y", "stride_x"),
    *("in_base", "in_row_step", "in_column_step"),
    *("out_base", "out_row_step", "out_row_phase", "out_column_phase", "out_apart"),
    *("operand", "operand_base", "operand_row_step"),
)
LEAST_TAP, MOST_TAP = -128, 127  #: of the rows or columns that a tap can be away


def has_operand(config: AcceleratorConfig) -> bool:
    """Whether results can meet a second tensor."""
    return "operand" in config.post or "product" in config.post


def margin_layout() -> data.StructLayout:
    """How far a tap may be away from a pixel's place in the input: ``first <= d <= last``, for rows and for columns.
    Both are cut to what taps can state; where no tap is inside they are the most and the least of that."""
    return data.StructLayout({f"{end}_d{axis}": signed(8) for axis in "yx" for end in ("first", "last")})


def pixel_layout(config: AcceleratorConfig, side: Side) -> data.StructLayout:
    """A pixel: atom address of its place in the tensor of a side, in the input's its margins, and whether it begins a
    group and is the last one."""
    margins = {"margins": margin_layout()} if side == "in" else {}
    return data.StructLayout({"address": address_bits(config), **margins, "begins": 1, "last": 1})


class PixelWalker(Unit):
    """Pixels of one record EXEC.

    Parameters
    ----------
    config : AcceleratorConfig
    side : str
        "in", "out", or "operand" where one is built.

    Ports
    -----
    start : in, 1 bit
        Begin with the first pixel; only while none is left.
    record : in, fields :data:`WALKED` of the record
        Stable from ``start`` to the last pixel.
    pixel : out, stream of :func:`pixel_layout`
    """

    def __init__(self, config: AcceleratorConfig, side: Side) -> None:
        self.config, self.side = config, side
        super().__init__(
            f"{config.top}_{side}_walker",
            {
                "start": In(1),
                "record": In(record_layout(*WALKED)),
                "pixel": Out(stream.Signature(pixel_layout(config, side))),
            },
        )

    def build(self, m: Module) -> None:
        record, pixel = self.record, self.pixel.payload
        rows = Signal(len(record.out_rows))  # that are left
        columns = Signal(len(record.out_columns), reset_less=True)  # of this row
        there = Signal()  # rows are left: a register, as much hangs on it
        moves = Signal()
        ends_row = Signal()
        m.d.comb += [
            self.pixel.valid.eq(there),
            moves.eq(self.pixel.valid & self.pixel.ready),
            ends_row.eq(columns == 1),
            pixel.last.eq(ends_row & (rows == 1)),
        ]
        with m.If(self.start):
            m.d.sync += [rows.eq(record.out_rows), there.eq(record.out_rows != 0), columns.eq(record.out_columns)]
        with m.Elif(moves):
            m.d.sync += columns.eq(Mux(ends_row, record.out_columns, columns - 1))
            with m.If(ends_row):
                m.d.sync += [rows.eq(rows - 1), there.eq(rows != 1)]
        self.moves, self.ends_row = moves, ends_row
        # of each side the address of the pixel, and that of the next one
        addresses: dict[Side, tuple[Value, Value]] = {}
        addresses["in"] = self.linear(m, "in", record.in_base, record.in_row_step, record.in_column_step)
        if has_operand(self.config):
            addresses["operand"] = self.linear(m, "operand", record.operand_base, record.operand_row_step, 1)
        addresses["out"] = self.apart(m)
        m.d.comb += pixel.address.eq(addresses[self.side][0])
        if self.side == "in":
            self.margins(m, "y", record.in_rows, record.stride_y, self.ends_row)
            self.margins(m, "x", record.in_columns, record.stride_x, 1)
        bits = self.config.bank_bits
        self.groups(m, {side: (here[:bits], then[:bits]) for side, (here, then) in addresses.items()})

    def linear(self, m: Module, side: Side, base: Value, row_step: Value, column_step: Any) -> tuple[Value, Value]:
        """An address of steps from row to row and from column to column, and the next one."""
        row, here = self.register(side, "row"), self.register(side, "address")
        following, then = (Signal(len(row), name=f"{side}_next_{which}") for which in ("row", "address"))
        m.d.comb += [following.eq(row + row_step), then.eq(Mux(self.ends_row, following, here + column_step))]
        with m.If(self.start):
            m.d.sync += [row.eq(base), here.eq(base)]
        with m.Elif(self.moves):
            m.d.sync += here.eq(then)
            with m.If(self.ends_row):
                m.d.sync += row.eq(following)
        return here, then

    def apart(self, m: Module) -> tuple[Value, Value]:
        """The address of the output, rows and columns apart, and the next one."""
        record, here = self.record, self.register("out", "address")
        together = self.register("out", "rows_together")  # first of the rows that are stored together
        row, even = self.register("out", "row"), self.register("out", "even")  # column 0; (ox mod s) = 0
        phase_y, phase_x = (Signal(2, name=f"phase_{axis}", reset_less=True) for axis in "yx")
        wraps_y, wraps_x = (Signal(name=f"wraps_{axis}") for axis in "yx")
        next_together, next_row, next_even, then = (
            Signal(len(here), name=f"next_out_{what}") for what in ("rows_together", "row", "even", "address")
        )
        m.d.comb += [
            wraps_y.eq(phase_y + 1 == record.out_apart),
            wraps_x.eq(phase_x + 1 == record.out_apart),
            next_together.eq(together + record.out_row_step),
            next_row.eq(Mux(wraps_y, next_together, row + record.out_row_phase)),
            next_even.eq(even + 1),
            then.eq(Mux(self.ends_row, next_row, Mux(wraps_x, next_even, here + record.out_column_phase))),
        ]
        with m.If(self.start):
            m.d.sync += [each.eq(record.out_base) for each in (here, together, row, even)]
            m.d.sync += [phase_y.eq(0), phase_x.eq(0)]
        with m.Elif(self.moves):
            m.d.sync += [here.eq(then), phase_x.eq(Mux(self.ends_row | wraps_x, 0, phase_x + 1))]
            with m.If(self.ends_row):
                m.d.sync += [row.eq(next_row), even.eq(next_row), phase_y.eq(Mux(wraps_y, 0, phase_y + 1))]
                with m.If(wraps_y):
                    m.d.sync += together.eq(next_together)
            with m.Elif(wraps_x):
                m.d.sync += even.eq(next_even)
        return here, then

    def margins(self, m: Module, axis: str, size: Value, stride: Value, steps: Any) -> None:
        """How far taps may be away along an axis; the pixel's place there steps where ``steps`` is 1."""
        bits = len(size) + len(stride)
        place = Signal(bits, name=f"place_{axis}", reset_less=True)
        rest = Signal(signed(bits + 1), name=f"rest_{axis}", reset_less=True)  # to the last one of the input
        first, last = (self.pixel.payload.margins[f"{end}_d{axis}"] for end in ("first", "last"))
        with m.If(self.start | (self.moves & self.ends_row & (axis == "x"))):
            m.d.sync += [place.eq(0), rest.eq(size - 1)]
        with m.Elif(self.moves & steps):
            m.d.sync += [place.eq(place + stride), rest.eq(rest - stride)]
        far, none = Signal(Shape.cast(first.shape()), name=f"first_{axis}"), Signal(name=f"none_{axis}")
        m.d.comb += [
            far.eq(-place),
            none.eq(rest < LEAST_TAP),
            first.eq(Mux(none, MOST_TAP, Mux(place > -LEAST_TAP, LEAST_TAP, far))),
            last.eq(Mux(none, LEAST_TAP, Mux(rest > MOST_TAP, MOST_TAP, rest))),
        ]

    def groups(self, m: Module, banks: dict[Side, tuple[Value, Value]]) -> None:
        """Where a group begins: pixel r of one has bank ``bank of pixel 0 + r``, in the output shuffled if need be.

        Whether the next pixel begins one is a register, as much hangs on it; so are what is steady from ``start`` on.
        """
        record, bits, rows = self.record, self.config.bank_bits, self.config.rows
        begins = Signal(reset_less=True)
        count = Signal(bits, reset_less=True)  # pixels of the group before this one, modulo R
        first = Signal(bits, name="first_out_bank", reset_less=True)
        shuffle, alone = (Signal(name=name, reset_less=True) for name in ("shuffle", "alone"))
        m.d.sync += shuffle.eq(record.out_apart == 2)
        next_count, next_first = (Signal(bits, name=f"next_{what}") for what in ("count", "first_out_bank"))
        place = Mux(shuffle, Cat(next_count[1:], next_count[0]), next_count)
        fits = []
        for side, (here, then) in banks.items():
            if side == "out":
                fits.append(then == (next_first + place)[:bits])
                m.d.comb += next_first.eq(Mux(begins, here, first))
            else:
                fits.append(then == (here + 1)[:bits])
            if side == "operand":
                m.d.sync += alone.eq(record.operand == 0)  # there is no second tensor
                fits[-1] |= alone
        m.d.comb += [self.pixel.payload.begins.eq(begins), next_count.eq(Mux(begins, 1, count + 1))]
        with m.If(self.start):
            m.d.sync += begins.eq(1)
        with m.Elif(self.moves):
            is_full = (count == rows - 1) & ~begins
            m.d.sync += [count.eq(next_count), first.eq(next_first), begins.eq(is_full | ~Cat(fits).all())]

    def register(self, side: Side, name: str) -> Signal:
        """A register of an address of a side, or of its bank alone."""
        width = address_bits(self.config) if side == self.side else self.config.bank_bits
        return Signal(width, name=f"{side}_{name}", reset_less=True)
