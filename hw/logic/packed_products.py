"""Several products in one multiplier: the dot products of a tile of R rows and C columns, for blocks of an FPGA.

The data of a lane are put into one word, f bits apart, its weights into another, R f bits apart. One product of the two
words holds all R C products of the lane, each in a field of f bits, and the lanes are summed as they are::

    sum_l (sum_i x_il 2^(f i)) (sum_j w_jl 2^(f R j)) = sum_ij (sum_l x_il w_jl) 2^(f (i + R j))

exactly: f is wide enough for the sum of a field. A negative field has borrowed one from the field above, which is given
back when they are taken apart. A DSP48E1 (25 x 18 bits) holds two products of 8 x 8 bits (R = 1, C = 2), or four of
4 x 4 bits of which four lanes may be summed (R = C = 2); a MULT18X18D of an ECP5 holds two of 8 x 4 bits.
"""

from amaranth.hdl import Cat, Module, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from .arithmetic import balanced_sum
from .unit import Unit

__all__ = ["PackedProducts"]


class PackedProducts(Unit):
    """Dot products of all rows of data with all columns of weights, one multiplier a lane.

    Parameters
    ----------
    name : str
        The module's name.
    rows, cols : int
        R and C, at least 1.
    lanes : int
        Values of a row and of a column that are multiplied and summed, at least 1.
    x_bits, w_bits : int
        Widths of data and of weights, at least 2.

    Ports
    -----
    x : in, rows of lanes of ``x_bits`` bits
    x_signed : in, 1 bit
        Whether the data are signed.
    w : in, columns of lanes of ``w_bits`` bits
        Signed.
    sums : out, rows of columns of ``field`` bits
        Signed.
    """

    combinational = True

    def __init__(self, name: str, *, rows: int, cols: int, lanes: int, x_bits: int, w_bits: int) -> None:
        for field, value, least in (
            ("rows", rows, 1),
            ("cols", cols, 1),
            ("lanes", lanes, 1),
            ("x_bits", x_bits, 2),
            ("w_bits", w_bits, 2),
        ):
            if value < least:
                raise ValueError(f"{field} is {value}, allowed are integers from {least}")
        self.rows, self.cols, self.lanes, self.x_bits, self.w_bits = rows, cols, lanes, x_bits, w_bits
        super().__init__(
            name,
            {
                "x": In(data.ArrayLayout(data.ArrayLayout(x_bits, lanes), rows)),
                "x_signed": In(1),
                "w": In(data.ArrayLayout(data.ArrayLayout(w_bits, lanes), cols)),
                "sums": Out(data.ArrayLayout(data.ArrayLayout(signed(self.field), cols), rows)),
            },
        )

    @property
    def field(self) -> int:
        """Bits of a field: those of the smallest sum, unsigned data at their largest and weights at their smallest."""
        most = self.lanes * ((1 << self.x_bits) - 1) << self.w_bits - 1
        return (most - 1).bit_length() + 1

    def build(self, m: Module) -> None:
        """A multiplication for each lane, their sum, and the fields taken apart from the lowest."""
        products = []
        for lane in range(self.lanes):
            xs = [Cat(row[lane], row[lane][-1] & self.x_signed).as_signed() for row in self.x]
            ws = [column[lane].as_signed() for column in self.w]
            x, w = self.packed(xs, self.field), self.packed(ws, self.field * self.rows)
            product = Signal(signed(len(x) + len(w)), name=f"product_{lane}")
            m.d.comb += product.eq(x * w)
            products.append(product)
        rest = balanced_sum(products)
        for number in range(self.rows * self.cols):
            fields = Signal(signed(len(rest)), name=f"fields_{number}")
            m.d.comb += fields.eq(rest)
            m.d.comb += self.sums[number % self.rows][number // self.rows].eq(fields[: self.field].as_signed())
            rest = (fields >> self.field) + fields[self.field - 1]

    def packed(self, values: list[Value], distance: int) -> Value:
        """Signed values in one word, so many bits apart."""
        return balanced_sum([value << distance * place for place, value in enumerate(values)])
