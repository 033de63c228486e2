"""The bit-serial PE: one weight plane a cycle, ``lanes`` values at a time.

``sum_i x_i w_i = sum_b ±2^b sum_i w_i[b] x_i``, the sign plane negative; or with array.digits "booth" one radix-4
Booth digit -2..2 a cycle, ``sum_d 4^d sum_i digit_d(w_i) x_i``. Narrower weights are faster: a beat takes as
many cycles as they have planes or digits. Either way the product is exact. Takes every storage format, as the
integers that it decodes to.

Source: Judd et al., Stripes, MICRO 2016; Booth digits: Albericio et al., Bit-Pragmatic, MICRO 2017.
"""

from ..checks import check_bits, check_integer
from ..duck_types import AnyArray, AnyMode
from ..terms import booth_count
from .fields import TERM_FIELDS, check_choice, check_defaults
from .kind import Kind

__all__ = ["BitSerial"]

DIGITS = ("binary", "booth")


class BitSerial(Kind):
    """One plane, or one Booth digit, of ``lanes`` weights a cycle."""

    name = "bit_serial"
    unused = (*TERM_FIELDS, "block_floating")

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless data have 2 bits or more, and fields without meaning are at their defaults."""
        check_integer("array.lanes", array.lanes, 1)
        check_bits("mode.x_bits", mode.x_bits, most=array.x_width)
        check_choice("array.digits", array.digits, DIGITS)
        check_defaults(mode, self.name, self.unused)

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return array.lanes

    def slots(self, mode: AnyMode, array: AnyArray) -> int:
        """The planes of a weight, w_bits, or its radix-4 Booth digits."""
        return booth_count(mode.w_bits, mode.w_signed) if array.digits == "booth" else mode.w_bits
