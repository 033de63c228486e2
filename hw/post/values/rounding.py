"""Rounded division by a power of two, and limits: how every product becomes a value again.

``floor((product + 2^(shift-1)) / 2^shift)``, and the product itself where the shift is 0. Half is not added before the
shift, where it would be a carry over all bits of the product: of twice the product the bit below the binary point is
half already, so::

    floor((product + half) / 2^shift) = floor((floor(2 product / 2^shift) + 1) / 2)        for every shift from 0 on

A product that does not fit the value saturates, as limits follow: only bits that can reach the value are shifted.
"""

from typing import NamedTuple

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed

from ...logic.stages import Stages
from ..widths import VALUE_BITS

__all__ = ["Shifted", "limited", "shifted"]


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
    """Twice a signed product, shifted down by ``shift``: the large steps first, and after each of them only those bits
    go on that later ones can still bring into the value."""
    keep = VALUE_BITS
    bits, sign, beyond = Cat(Const(0, 1), product[:-1]), product[-1], []
    for place in reversed(range(len(shift))):
        step = 1 << place
        needed = keep + step - 1
        width = min(len(bits), needed)
        above = Cat(bits[step:], sign.replicate(min(step, len(bits))))
        moved = Signal(len(bits), name=f"{name}_by_{step}")
        m.d.comb += moved.eq(Mux(shift[place], above, bits))
        if len(moved) > width:
            left = Signal(name=f"{name}_left_{step}")
            m.d.comb += left.eq((moved[width:] ^ sign.replicate(len(moved) - width)).any())
            beyond.append(left)
        bits = moved[:width]
    low = Cat(bits, sign.replicate(keep - len(bits)))
    return Shifted(low, sign, Cat(beyond).any() if beyond else Const(0, 1))


def limited(m: Module, value: Shifted, low: Value, high: Value, name: str) -> Value:
    """``min(max(rounded, low), high)``, signed, ``VALUE_BITS`` bits; ``low`` is not above ``high``."""
    rounded = Signal(signed(VALUE_BITS + 1), name=f"{name}_rounded")
    above, below = Signal(name=f"{name}_above"), Signal(name=f"{name}_below")
    result = Signal(signed(VALUE_BITS), name=name)
    m.d.comb += [
        rounded.eq((Cat(value.low, value.negative).as_signed() + 1)[1:].as_signed()),
        above.eq(Mux(value.beyond, ~value.negative, rounded > high)),
        below.eq(Mux(value.beyond, value.negative, rounded < low)),
        result.eq(Mux(above, high, Mux(below, low, rounded))),
    ]
    return result
