"""Rounded division by a power of two, and limits: how every product becomes a value again.

``floor((product + 2^(shift-1)) / 2^shift)``, and the product itself where the shift is 0. Half is not added before the
shift, where it would be a carry over all bits of the product: of twice the product the bit below the binary point is
half already, so::

    floor((product + half) / 2^shift) = floor((floor(2 product / 2^shift) + 1) / 2)        for every shift from 0 on

A product that does not fit the value saturates, as limits follow: only bits that can reach the value are shifted.
"""

from typing import NamedTuple

from amaranth.hdl import Cat, Const, Module, Mux, Shape, Signal, Value, signed

from ...logic.arithmetic import any_of
from ...logic.timing.stages import Stages
from ..widths import VALUE_BITS

__all__ = ["Limits", "Shifted", "limited", "shifted"]


class Shifted(NamedTuple):
    """Twice a product, shifted down.

    Parameters
    ----------
    low : Value
        Its lowest ``VALUE_BITS`` bits: half of it, rounded, is a value or one more than the largest.
    negative : Value
        Its sign.
    beyond : Value
        Whether it needs more bits than these and the sign.
    """

    low: Value
    negative: Value
    beyond: Value

    def behind(self, stage: Stages, name: str) -> "Shifted":
        """It, behind a register where there is one."""
        return Shifted(*(stage.through(value, f"{name}_{field}") for field, value in self._asdict().items()))


def shifted(m: Module, product: Value, shift: Value, name: str) -> Shifted:
    """Twice a signed product, shifted down by ``shift``: the large steps first, by two bits of the shift at a time, and
    after each of them only those bits go on that later ones can still bring into the value."""
    bits, sign = Cat(Const(0, 1), product[:-1]), product[-1]
    ones, zeros = [], []  # whether bits are left behind that are 1; that are 0
    for place in reversed(range(0, len(shift), 2)):
        step, steps = 1 << place, 1 << len(shift[place : place + 2])
        width = VALUE_BITS + step - 1
        by = [Signal(name=f"{name}_by_{step * count}_of_{step}") for count in range(steps)]
        m.d.comb += [line.eq(shift[place : place + 2] == count) for count, line in enumerate(by)]
        moved = Signal(width, name=f"{name}_by_{step}")
        extended = Cat(bits, sign.replicate(max(0, width + (steps - 1) * step - len(bits))))
        m.d.comb += moved.eq(
            any_of(extended[count * step :][:width] & line.replicate(width) for count, line in enumerate(by))
        )
        for count, line in enumerate(by):
            left = bits[count * step + width :]
            if len(left):
                ones.append(line & left.any())
                zeros.append(line & ~left.all())
        bits = moved
    return Shifted(bits, sign, Mux(sign, Cat(zeros).any(), Cat(ones).any()))


class Limits(NamedTuple):
    """Limits of values and what is added to these, ready for lanes to compare with: the same for all of them.

    Parameters
    ----------
    under : Value
        One less than the lower limit, signed, a bit more than a value has.
    high : Value
        The upper limit, signed.
    lowest, highest : Value
        What becomes of values below the lower limit and above the upper one.
    zero : Value
        What is added to others.
    """

    under: Value
    high: Value
    lowest: Value
    highest: Value
    zero: Value

    @classmethod
    def of(cls, m: Module, low: Value, high: Value, zero: Value, name: str = "limit") -> "Limits":
        """Those of two limits, signed, ``VALUE_BITS`` bits, ``low`` not above ``high``, and a zero point."""
        found = cls(*(Signal(shape, name=f"{name}_{field}") for field, shape in cls.shapes().items()))
        values = (low - 1, high, low + zero, high + zero, zero)
        m.d.comb += [signal.eq(value) for signal, value in zip(found, values, strict=True)]
        return found

    @staticmethod
    def shapes() -> dict[str, Shape]:
        """Shapes of the fields."""
        value = signed(VALUE_BITS)
        return {"under": signed(VALUE_BITS + 1), **dict.fromkeys(("high", "lowest", "highest", "zero"), value)}


def limited(m: Module, value: Shifted, limits: Limits, name: str) -> Value:
    """``min(max(rounded, low), high) + zero``, signed, ``VALUE_BITS`` bits, wrapped.

    Rounded is ``floor((twice + 1) / 2)``: above the limit where ``twice > 2 high``, below it where ``twice <= 2 (low -
    1)``. So one adder rounds and adds the zero point.
    """
    twice = Cat(value.low, value.negative).as_signed()
    above, below = Signal(name=f"{name}_above"), Signal(name=f"{name}_below")
    result, total = Signal(signed(VALUE_BITS), name=name), Signal(VALUE_BITS + 1, name=f"{name}_total")
    m.d.comb += [
        above.eq(Mux(value.beyond, ~value.negative, (Cat(Const(0, 1), limits.high).as_signed() - twice)[-1])),
        below.eq(Mux(value.beyond, value.negative, ~(Cat(Const(0, 1), limits.under).as_signed() - twice)[-1])),
        total.eq(twice + Cat(Const(1, 1), limits.zero)),
        result.eq(Mux(above, limits.highest, Mux(below, limits.lowest, total[1:]))),
    ]
    return result
