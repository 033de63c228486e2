"""Limbs of the fused PE: which two each of its sixteen bricks multiplies, in each pair of operand widths.

A value of 8, 4 or 2 bits is 4, 2 or 1 limbs of two bits, of which the top one carries the sign. A product of values is
the sum of all products of their limbs (Sharma et al., Bit Fusion, ISCA 2018)::

    x w = sum_ij x_i w_j 4^(i+j)          i + j is the place of a brick

Sixteen bricks do 1 product of 8 x 8 bits, 16 of 2 x 2, and what lies between. Four bricks each form a quad that adds
before it shifts. Quads stand at these places; in the widest modes some of their bricks stand apart from the others::

               quad 0               quad 1              quad 2   quad 3
     bricks    0 to 3               4 to 7              8 to 11  12 to 15
     8 x 8     1 (2 and 3 at 5)     2 (4 at 0)          3        4 (15 at 6)
     8 x 4     0 (2 and 3 at 4)     1                   2        3
     8 x 2     0                    1                   2        3
     4 x 4     0                    1                   1        2
     4 x 2     0                    0                   1        1
     2 x 2     0                    0                   0        0

Within a place the pairs of limbs are interchangeable. Which brick takes which was found by annealing: few different
conditions for its signs, which every PE pays for, and few different limbs, which the packer of a row or column does.
"""

from amaranth.hdl import Module, Value
from amaranth.lib import data

from ...logic.truth_table import Conditions

__all__ = [
    "BRICKS",
    "MODE_BITS",
    "PAIRS",
    "Pair",
    "is_top",
    "limb_modes",
    "limbs",
    "mode_bits",
    "place",
    "products",
    "routed",
    "sizes",
]

BRICKS = 16
WIDTHS = (8, 4, 2)
MODE_BITS = ("x_narrow", "x_narrowest", "w_narrow", "w_narrowest")  #: at most 4 bits, at most 2
Pair = tuple[int, int]  #: bits of a value of x, of w
PAIRS: tuple[Pair, ...] = tuple((x_bits, w_bits) for x_bits in WIDTHS for w_bits in WIDTHS)

#: For each pair of widths the limb of x and the limb of w that bricks 0 to 15 take, as hexadecimal digits. Limbs are
#: numbered through all values of a beat: limb l of value v is ``v * limbs + l``.
_ROUTES = {
    (8, 8): ("0123010230211233", "1032012003123213"),
    (8, 4): ("0473045125162736", "0231132003121203"),
    (8, 2): ("048cd5912ae67b3f", "0123312002311203"),
    (4, 8): ("0213023130212130", "0437154052617263"),
    (4, 4): ("0426643152077513", "0426752043167513"),
    (4, 2): ("028c6a4e953d7b1f", "0146352742163507"),
    (2, 8): ("0123013220311230", "048c15d9a2e67bf3"),
    (2, 4): ("3276054124061573", "64ec0a82591d3bf7"),
    (2, 2): ("018c6a4259ed7bf3", "018c6a4259ed7bf3"),
}


def limbs(bits: int) -> int:
    """Limbs of a value of so many bits; of 16 bits, the limbs of the half that a cycle takes."""
    return min(bits, 8) // 2


def products(x_bits: int, w_bits: int) -> int:
    """Products of values that sixteen bricks do at a time."""
    return BRICKS // (limbs(x_bits) * limbs(w_bits))


def routed(pair: Pair, side: str, brick: int) -> int:
    """The limb that a brick takes of a side, "x" or "w", in a pair of widths."""
    return int(_ROUTES[pair]["xw".index(side)][brick], 16)


def is_top(pair: Pair, side: str, brick: int) -> bool:
    """Whether that is the top limb of its value."""
    count = limbs(pair["xw".index(side)])
    return routed(pair, side, brick) % count == count - 1


def place(pair: Pair, brick: int) -> int:
    """The power of four that a brick's product counts."""
    return sum(routed(pair, side, brick) % limbs(bits) for side, bits in zip("xw", pair, strict=True))


def limb_modes(m: Module, control: data.View) -> Conditions[Pair]:
    """The pair of widths in hardware, as :class:`lowtide.hw.logic.truth_table.Conditions` on the bits
    :data:`MODE_BITS`."""
    return Conditions(m, [control[name] for name in MODE_BITS], {pair: code(pair) for pair in PAIRS})


def mode_bits(word: data.View) -> dict[str, Value]:
    """The bits :data:`MODE_BITS` of a mode word, a ``ModeWord`` view: name to value, 1 bit each.

    The word holds a width less one: 1111, 0111, 0011 or 0001.
    """
    return {
        f"{side}_{name}": ~word[f"{side}_bits"][bit] for side in "xw" for name, bit in (("narrow", 2), ("narrowest", 1))
    }


def code(pair: Pair) -> int:
    """The four bits of a pair of widths as a number."""
    x_bits, w_bits = pair
    return (x_bits <= 4) | (x_bits <= 2) << 1 | (w_bits <= 4) << 2 | (w_bits <= 2) << 3


def sizes(*wanted: Pair) -> list[Pair]:
    """The pairs of widths of these sizes, whichever side is the wider."""
    return [pair for pair in PAIRS if (max(pair), min(pair)) in wanted]
