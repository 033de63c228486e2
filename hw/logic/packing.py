"""How several products share one multiplier: the fields of a word, and what a multiplier must hold.

The data of a lane are put into one word, f bits apart, its weights into another, R f bits apart. One product of the two
words holds the R C products of R data and C weights, each in a field of f bits, and lanes are summed as they are::

    sum_l (sum_i x_il 2^(f i)) (sum_j w_jl 2^(f R j)) = sum_n S_n 2^(f n),     S_(i + R j) = sum_l x_il w_jl

With ``v_n`` the f bits of field n and ``c_n`` what the fields below carry into it, ``S_n + c_n = v_n + 2^f c_(n+1)``.
So each sum is found from its field and two carries, and carries are known in one of two ways:

- A sum that fits its field: the carry is the field's sign.
- A sum of k more bits: ``c_(n+1) = v_(n+1) - S_(n+1)`` modulo 2^k, and so it is enough to know the sum above modulo
  2^k, a residue that follows from the lowest k bits of the operands. Fields are narrower than their sums then, and
  still exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

__all__ = ["BLOCKS", "MOST_RESIDUE", "Block", "Packing", "signed_bits"]

MOST_RESIDUE = 4  #: bits; beyond, residues take about as many gates as the products themselves
Range = tuple[int, int]  #: the least and the largest integer


@dataclass(frozen=True)
class Block:
    """The signed multiplier of an FPGA's block.

    Parameters
    ----------
    name : str
        In configurations.
    wide, narrow : int
        Bits of its two operands.
    """

    name: str
    wide: int
    narrow: int

    def holds(self, x_bits: int, w_bits: int) -> bool:
        """Whether it multiplies words of these widths."""
        return min(x_bits, w_bits) <= self.narrow and max(x_bits, w_bits) <= self.wide


#: Those that products can be packed into: a DSP48 of Xilinx 7 series, a MULT18X18D of Lattice ECP5.
BLOCKS = (Block("packed_25x18", 25, 18), Block("packed_18x18", 18, 18))


@dataclass(frozen=True)
class Packing:
    """The products of a tile in one multiplier a lane.

    Parameters
    ----------
    block : Block
        The multiplier.
    rows, cols : int
        R data and C weights of a lane.
    lanes : int
        That are summed in the fields.
    x, w : (int, int)
        The least and the largest datum and weight; 0 is between them.

    Raises
    ------
    ValueError
        The words do not fit the multiplier with fields from which the sums can be told.
    """

    block: Block
    rows: int
    cols: int
    lanes: int
    x: Range
    w: Range

    def __post_init__(self) -> None:
        for name, least in (("rows", 1), ("cols", 1), ("lanes", 1)):
            if (value := getattr(self, name)) < least:
                raise ValueError(f"{name} is {value}, allowed are integers from {least}")
        if not self.field:
            raise ValueError(
                f"{self.rows} x {self.cols} products of {signed_bits(self.x)} x {signed_bits(self.w)} signed bits, "
                f"summed over {self.lanes}, do not fit words of {self.block.wide} x {self.block.narrow} bits"
            )

    @property
    def fields(self) -> int:
        """How many there are: R C."""
        return self.rows * self.cols

    @cached_property
    def sums(self) -> Range:
        """The least and the largest sum of the lanes' products."""
        products = [x * w for x in self.x for w in self.w]
        return self.lanes * min(products), self.lanes * max(products)

    @cached_property
    def field(self) -> int:
        """f: as wide as the multiplier allows and the sums need; 0 where there is none."""
        whole = signed_bits(self._between(64))
        return next((field for field in range(whole, 0, -1) if self._fits(field)), 0)

    @property
    def residue(self) -> int:
        """k: bits that sums with carries have beyond the field."""
        return self._residue(self.field)

    @property
    def word(self) -> Range:
        """The least and the largest of all fields together."""
        return spread(self.sums, range(0, self.field * self.fields, self.field))

    def _fits(self, field: int) -> bool:
        """Whether the words fit the multiplier, and residues are few bits, of no more than a field."""
        x = signed_bits(spread(self.x, (field * row for row in range(self.rows))))
        w = signed_bits(spread(self.w, (field * self.rows * col for col in range(self.cols))))
        return self.block.holds(x, w) and self._residue(field) <= min(field, MOST_RESIDUE)

    def _residue(self, field: int) -> int:
        """Bits beyond a field."""
        return max(0, signed_bits(self._between(field)) - field)

    def _between(self, field: int) -> Range:
        """The least and the largest sum with what the field below carries into it, of all fields."""
        least, most = self.sums
        for _ in range(self.fields - 1):
            least, most = self.sums[0] + (least >> field), self.sums[1] + (most >> field)
        return least, most


def spread(values: Range, places: Iterable[int]) -> Range:
    """The range of a word that has a value of this range at each place."""
    places = list(places)
    return sum(values[0] << place for place in places), sum(values[1] << place for place in places)


def signed_bits(values: Range) -> int:
    """Bits of a signed number of this range."""
    least, most = values
    return max(max(least, ~least).bit_length(), max(most, ~most).bit_length()) + 1
