"""The conventional fixed-point PE (pMAC): ``lanes`` full products a cycle, added into one accumulator.

``acc += sum_l x[l] w[l]``; one cycle per beat. A conventional multiplier of ``a`` by ``b`` bits adds ``a
b`` term pairs whatever the operands: 64 per multiplication at 8 bits. Takes every storage format, and block
floating point: the sum of a beat is aligned as one.

Source: the baseline of Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389.
"""

from ..checks import check_integer
from ..duck_types import AnyArray, AnyMode
from .kind import Kind

__all__ = ["Parallel"]


class Parallel(Kind):
    """One value per lane, one cycle."""

    name = "parallel"

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the array has lanes and widths, and other fields are at their defaults."""
        check_integer("array.lanes", array.lanes, 1)
        super().check(mode, array)

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return array.lanes
