"""The subword PE: one N x N multiplier that is also two of N/2 x N/2 or four of N/4 x N/4, summed together.

Both operands of a mode have the same width, N, N/2 or N/4, with N = 8 or 16: 1, 2 or 4 values a beat, one cycle.
The product is exact, and the sum of a beat is aligned as one in block floating point.

Source: Moons et al., DVAFS, DATE 2017; Camus et al., JETCAS 2019 (sum-together).
"""

from ..duck_types import AnyArray, AnyMode
from ..storage_formats import FORMATS
from .fields import check_choice, check_defaults, check_packed_format
from .kind import Kind

__all__ = ["Subword"]

WIDTHS = (8, 16)


class Subword(Kind):
    """As many values as fit the width, one cycle."""

    name = "subword"

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the array has one width and both operands have that, half or a quarter of it."""
        check_defaults(mode, self.name, self.unused)
        check_choice("array.w_width", array.w_width, WIDTHS)
        check_choice("array.x_width", array.x_width, (array.w_width,))
        check_choice("mode.w_bits", mode.w_bits, [array.w_width // parts for parts in (1, 2, 4)])
        check_choice("mode.x_bits", mode.x_bits, (mode.w_bits,))
        widths = {stored.name: 2 if stored.is_narrow else array.w_width for stored in FORMATS}
        check_packed_format(mode, self.name, widths)

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return array.w_width // mode.w_bits

    def stream_bits(self, array: AnyArray, side: str) -> int:
        return array.x_width

    def element_bits(self, mode: AnyMode, array: AnyArray, side: str) -> int:
        return mode.x_bits

    def data_sizes(self, array: AnyArray) -> tuple[int, ...]:
        return tuple(array.x_width // parts for parts in (4, 2, 1))
