"""Several products in one multiplier: the dot products of a tile of R rows and C columns, for blocks of an FPGA.

One product of two words a lane, the lanes summed as they are, and the fields taken apart
(:mod:`lowtide.hw.logic.packing` says how). A DSP48E1 (25 x 18 bits) holds two products of 8 x 8 bits, or four of 4 x 4;
a MULT18X18D of an ECP5 two of 8 x 4. Where lanes are added in a row, the adder of a DSP48E1 takes the sum as well.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from .arithmetic import balanced_sum, named, row_sum
from .packing import Packing, signed_bits
from .residue import residue_of_products
from .timing.stages import Stages
from .unit import Unit

__all__ = ["PackedProducts", "fields_apart"]


class PackedProducts(Unit):
    """Dot products of all rows of data with all columns of weights, one multiplier a lane.

    Parameters
    ----------
    name : str
        The module's name.
    packing : Packing
        What lies where.
    in_a_row : bool
        Whether the lanes are added in a row, as blocks do that hand sums on; else in pairs.
    stages : int
        Register stages: 0, 1 (behind the products) or 2 (behind their sum as well).

    Ports
    -----
    x : in, rows of lanes
        Signed, of the packing's range.
    w : in, columns of lanes
        Signed, of the packing's range.
    sums : out, rows of columns
        Signed, exact.
    """

    def __init__(self, name: str, packing: Packing, *, in_a_row: bool = False, stages: int = 0) -> None:
        self.packing, self.in_a_row, self.stages = packing, in_a_row, stages
        self.combinational = not stages
        shapes = {side: signed(signed_bits(getattr(packing, side))) for side in ("x", "w", "sums")}
        lanes = {side: data.ArrayLayout(shapes[side], packing.lanes) for side in "xw"}
        super().__init__(
            name,
            ({"en": In(1)} if stages else {})
            | {
                "x": In(data.ArrayLayout(lanes["x"], packing.rows)),
                "w": In(data.ArrayLayout(lanes["w"], packing.cols)),
                "sums": Out(data.ArrayLayout(data.ArrayLayout(shapes["sums"], packing.cols), packing.rows)),
            },
        )

    def build(self, m: Module) -> None:
        """A multiplication for each lane, their sum, and the fields taken apart."""
        packing, stages = self.packing, Stages(m, self.stages)
        total = stages.cut(2, self._total(m, self._products(m, stages)), "total")
        residues = [stages.through(self._residue(m, number), f"residue_{number}") for number in range(packing.fields)]
        for number, found in enumerate(fields_apart(m, packing, total, residues)):
            m.d.comb += self.sums[number % packing.rows][number // packing.rows].eq(found)

    def _products(self, m: Module, stages: Stages) -> list[Value]:
        """One a lane, behind the first cut."""
        packing, found = self.packing, []
        for lane in range(packing.lanes):
            x = self._packed([row[lane] for row in self.x], packing.field)
            w = self._packed([column[lane] for column in self.w], packing.field * packing.rows)
            product = Signal(signed(len(x) + len(w)), name=f"product_{lane}")
            m.d.comb += product.eq(x * w)
            found.append(stages.cut(1, product, f"product_{lane}").as_signed())
        return found

    def _packed(self, values: Sequence[Value], distance: int) -> Value:
        """Signed values in one word, so many bits apart."""
        return balanced_sum([value << distance * place for place, value in enumerate(values)])

    def _total(self, m: Module, products: Sequence[Value]) -> Value:
        """The sum of all lanes' products, all fields of it."""
        width = signed_bits(self.packing.word)
        total = row_sum(m, products, width, "products") if self.in_a_row else balanced_sum(products)
        word = Signal(signed(width), name="word")
        m.d.comb += word.eq(total)
        return word

    def _residue(self, m: Module, number: int) -> Value:
        """Those of the lowest bits of sum ``number`` that are needed; none of the first, which nothing is below."""
        row, column = self.x[number % self.packing.rows], self.w[number // self.packing.rows]
        pairs = [(row[lane], column[lane]) for lane in range(self.packing.lanes)]
        return residue_of_products(m, pairs, self.packing.residue if number else 0, f"residue_{number}")


def fields_apart(m: Module, packing: Packing, word: Value, residues: Sequence[Value]) -> list[Value]:
    """The sums that lie in a word.

    Parameters
    ----------
    m : Module
        Gets the logic.
    packing : Packing
    word : Value
        As wide as ``packing.word`` needs.
    residues : sequence of Value
        Of each sum the lowest ``packing.residue`` bits, none of the first.

    Returns
    -------
    list of Value
        Signed, the sum of the lowest field first.
    """
    found: list[Value] = []
    carry: Value = Const(0, 1)
    for number in range(packing.fields):
        low, next_low = packing.field * number, packing.field * (number + 1)
        if number == packing.fields - 1:
            whole = word[low:].as_signed()
        else:
            above = (word[next_low : next_low + packing.residue] - residues[number + 1])[: packing.residue]
            whole = Cat(word[low:next_low], named(m, above, f"carry_{number + 1}")).as_signed()
        found.append(whole - carry.as_signed() if number else whole)
        carry = whole[packing.field :] if packing.residue else whole[-1]
    return found
