"""Sums of many signed values in a row: each adder adds one value to the sum so far, in offset binary.

Where a LUT has six inputs, a selection of five inputs fits into the LUT of its own adder: one LUT a bit for the
selection and the sum. In a tree only one of two selections has such an adder, and the other takes LUTs of its own. The
price is time: as many adders follow each other as there are values.

As in :mod:`lowtide.hw.logic.offset_sum` a signed value of w bits is the unsigned one ``v + 2^(w-1)``, constants in
front of the narrowest value make what is too much a power of two, and a carry enters an adder as one more lowest bit.
Above a value that is added there is only a carry to pass on, which has no LUT to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from amaranth.hdl import Cat, Const, Module, Signal, Value

from .offset_sum import flipped

__all__ = ["RunningSum", "running_sum"]


@dataclass(frozen=True)
class RunningSum:
    """A sum so far: ``bits - offset``, at most ``most``.

    Parameters
    ----------
    bits : Value
        Unsigned.
    offset : int
        0 at the beginning, then a power of two.
    most : int
        The largest sum.
    """

    bits: Value = field(default_factory=lambda: Const(0, 1))
    offset: int = 0
    most: int = 0

    def plus(
        self, m: Module, values: Sequence[Value], carries: Sequence[Value], name: str, *, reach: int = 0
    ) -> RunningSum:
        """The sum with values and carries added.

        Parameters
        ----------
        m : Module
            Gets an adder for each value.
        values : sequence of Value
            Taken as signed.
        carries : sequence of Value, 1 bit each
            As many as values.
        name : str
            Beginning of the names of the sums.
        reach : int
            The offset is at least 2 to that power: more values will be added above lower bits that are left behind.
        """
        values = sorted((Cat(value) for value in values), key=len)
        gains = [1 << len(value) - 1 for value in values]  # the largest value with its carry
        end, rest = self.most + sum(gains), self.offset + sum(gains[1:])
        while True:
            excess = rest + (1 << len(values[0]) - 1)
            top = max((excess - 1).bit_length(), end.bit_length(), reach)
            constant = (1 << top) - excess
            if constant % (1 << len(values[0])) == 0:
                break
            values[0] = Cat(values[0], values[0][-1])
        bits, offset, most = self.bits, self.offset, self.most
        for number, (value, carry, gain) in enumerate(zip(values, carries, gains, strict=True)):
            added = flipped(value)
            offset, most = offset + (1 << len(value) - 1), most + gain
            if constant and not number:
                front = constant >> len(value)
                added, offset = Cat(added, Const(front, front.bit_length())), offset + constant
            total = Signal((offset + most).bit_length() + 1, name=f"{name}_sum_{number}")
            m.d.comb += total.eq(Cat(carry, bits) + Cat(carry, added))
            bits = total[1:]
        return RunningSum(bits, offset, most)

    def above(self, places: int) -> RunningSum:
        """The sum without its lowest bits: its floor, ``places`` bits down. The offset has none of them."""
        return RunningSum(self.bits[places:], self.offset >> places, self.most >> places)

    def value(self) -> Value:
        """The sum as a signed value."""
        return flipped(self.bits[: self.offset.bit_length()]).as_signed()


def running_sum(m: Module, values: Sequence[Value], carries: Sequence[Value], name: str) -> Value:
    """The sum of signed values and as many one-bit carries, as a signed value: :meth:`RunningSum.plus` from nothing."""
    return RunningSum().plus(m, values, carries, name).value()
