"""Dot product by radix-4 Booth digits, summed digit by digit over all lanes before the digits are weighted.

A weight is ``sum_j d_j 4^j`` with digits -2..2; digit j of every lane selects 0, ±x or ±2x of its datum. Adding the
lanes of one digit first needs narrow adders and shifts each sum once::

    sum_i w_i x_i = sum_j 4^j (sum_i d_ij x_i)

``-v = ~v + 1``: the + 1 of each negative digit is the carry into one of the adders.
Booth, 1951, in MacSorley's radix 4.
"""

from collections.abc import Iterator, Sequence

from amaranth.hdl import Cat, Const, Module, Value

from .arithmetic import balanced_sum, named
from .offset_sum import signed_sum

__all__ = ["booth_digits", "booth_dot_product"]


def booth_digits(weight: Value) -> Iterator[tuple[Value, Value, Value]]:
    """The digits of a signed value, least significant first: one-bit values ``one``, ``two`` and ``negative``."""
    bits = Cat(Const(0, 1), weight, weight[-1]) if len(weight) % 2 else Cat(Const(0, 1), weight)
    for j in range((len(bits) - 1) // 2):
        low, middle, high = bits[2 * j], bits[2 * j + 1], bits[2 * j + 2]
        yield low ^ middle, (high & ~low & ~middle) | (~high & low & middle), high


def booth_dot_product(m: Module, xs: Sequence[Value], weights: Sequence[Value]) -> Value:
    """``sum xs[i] * weights[i]`` of signed values, exact, as a signed value."""
    rows: dict[int, list[Value]] = {}
    negatives: dict[int, list[Value]] = {}
    for lane, (x, weight) in enumerate(zip(xs, weights, strict=True)):
        width = len(x) + 1
        once, twice = Cat(x, x[-1]), Cat(Const(0, 1), x)
        for digit, controls in enumerate(booth_digits(weight)):
            one, two, negative = (
                named(m, value, f"{name}_{lane}_{digit}")
                for value, name in zip(controls, ("one", "two", "negative"), strict=True)
            )
            part = named(
                m,
                ((once & one.replicate(width)) | (twice & two.replicate(width))) ^ negative.replicate(width),
                f"part_{lane}_{digit}",
            )
            rows.setdefault(digit, []).append(part.as_signed())
            negatives.setdefault(digit, []).append(negative)
    sums, carries = [], []
    for digit, parts in rows.items():
        total, carry = signed_sum(m, parts, negatives[digit], f"digit_{digit}")
        sums.append(Cat(Const(0, 2 * digit), total).as_signed())
        carries += [carry, Const(0, 1)]
    return balanced_sum(sums) + Cat(carries, Const(0, 1)).as_signed()
