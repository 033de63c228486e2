"""The digit PE: radix-4 digits of weights, ``digits_per_cycle`` of each of ``lanes`` weights a cycle.

``sum_i x_i w_i = sum_i x_i sum_j d_ij 4^j`` with digits -2..2. Every chunk of ``lanes`` weights may have an exponent e,
so that its weights count ``2^e`` times; either way the sum is exact. An integer of b bits has ``ceil(b / 2)`` digits,
an unsigned one ``ceil((b + 1) / 2)``; the 21 integers of two free digits have two. Takes every storage format, as the
integers that it decodes to.

Source: Booth 1951 in MacSorley's radix 4; a shared exponent for a group: Rouhani et al., arXiv 2310.10537 (MX formats).
"""

from ..checks import check_integer
from ..duck_types import AnyArray, AnyMode
from ..storage_formats import TWO_DIGITS, find
from ..terms import booth_count
from .fields import TERM_FIELDS, check_choice
from .kind import Kind

__all__ = ["Digit"]

RATES = (1, 2, 4)


class Digit(Kind):
    """``lanes`` values a beat, so many digits of each weight a cycle."""

    name = "digit"
    unused = (*TERM_FIELDS, "block_floating")
    group_exponents = True

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the widths fit and the weights have no more digits than the array has cycles for."""
        check_integer("array.lanes", array.lanes, 1)
        check_choice("array.digits_per_cycle", array.digits_per_cycle, RATES)
        super().check(mode, array)
        if array.weight_cycles is not None and self.cycles_per_beat(mode, array) > array.weight_cycles:
            raise ValueError(
                f"mode.w_bits is {mode.w_bits}, of {self.slots(mode, array)} digits, allowed on this digit array are "
                f"{array.digits_per_cycle * array.weight_cycles} digits"
            )

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return array.lanes

    def slots(self, mode: AnyMode, array: AnyArray) -> int:
        """Digits of a weight."""
        return 2 if find(mode.w_format) == TWO_DIGITS else booth_count(mode.w_bits, mode.w_signed)

    def slots_per_cycle(self, array: AnyArray) -> int:
        return array.digits_per_cycle

    def effective_weights(self, mode: AnyMode, array: AnyArray) -> tuple[int, int]:
        least, largest = super().effective_weights(mode, array)
        far = (1 << array.exponent_bits) - 1 if mode.group_exponent else 0
        return least << far, largest << far
