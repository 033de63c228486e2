"""The fused PE: sixteen 2-bit multipliers that join to fit the operands, 8, 4 or 2 bits on either side.

Operands are split into 2-bit limbs, ``x w = sum_ij x_i w_j 2^(2(i+j))``, each product of limbs takes one of the
sixteen: ``16 / (limbs of x * limbs of w)`` values a beat, all added into one sum. 16-bit operands are two halves of
8 bits, one after the other: 2 cycles (16 by 8) or 4 (16 by 16). The product is exact; `lowtide.golden.limbs` states
the sum. Without 16-bit operands a beat adds one sum, so block floating point is possible.

Source: Sharma et al., Bit Fusion, ISCA 2018, arXiv 1712.01507.
"""

from ..duck_types import AnyArray, AnyMode
from ..storage_formats import FORMATS, PLAIN
from .fields import check_choice, check_defaults, check_packed_format
from .kind import Kind

__all__ = ["Fused"]

MULTIPLIERS = 16
WIDTHS = (2, 4, 8, 16)
FORMAT_WIDTHS = {
    stored.name: 2 if stored.is_narrow else 8 for stored in FORMATS if stored != PLAIN and (stored.least_bits or 0) <= 8
}


class Fused(Kind):
    """As many values as the sixteen multipliers have limb products for."""

    name = "fused"
    w_formats = (PLAIN.name, *FORMAT_WIDTHS)

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the array has the widths and the sixteen multipliers can be shared out among them."""
        check_defaults(mode, self.name, self.unused)
        for side in "xw":
            width = getattr(array, f"{side}_width")
            check_choice(f"mode.{side}_bits", getattr(mode, f"{side}_bits"), [bits for bits in WIDTHS if bits <= width])
        for side, other in ("xw", "wx"):
            bits, beside = getattr(mode, f"{side}_bits"), getattr(mode, f"{other}_bits")
            if beside == 16 and bits < 8:
                raise ValueError(f"mode.{side}_bits is {bits}, allowed with mode.{other}_bits 16 are 8, 16")
        check_packed_format(mode, self.name, FORMAT_WIDTHS)
        if mode.block_floating and 16 in (mode.x_bits, mode.w_bits):
            raise ValueError(
                f"mode.block_floating is {mode.block_floating!r}, allowed on a fused array with 16-bit operands is "
                f"False only"
            )

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        """As many values as the sixteen multipliers have limb products for."""
        return MULTIPLIERS // (_limbs(mode.x_bits) * _limbs(mode.w_bits))

    def rounds(self, mode: AnyMode, array: AnyArray) -> int:
        """One, twice as many for each operand of 16 bits."""
        return (1 + (mode.x_bits == 16)) * (1 + (mode.w_bits == 16))

    def stream_bits(self, array: AnyArray, side: str) -> int:
        return 2 * MULTIPLIERS

    def element_bits(self, mode: AnyMode, array: AnyArray, side: str) -> int:
        return mode.x_bits if side == "x" else mode.w_bits

    def data_sizes(self, array: AnyArray) -> tuple[int, ...]:
        return tuple(bits for bits in WIDTHS if bits <= array.x_width)


def _limbs(bits: int) -> int:
    return min(bits, 8) // 2
