"""Dot product by radix-4 Booth digits, summed digit by digit over all lanes before the digits are weighted.

A weight is ``sum_j d_j 4^j`` with digits -2..2; digit j of every lane selects 0, ±x or ±2x of its datum. Adding the
lanes of one digit first needs narrow adders and shifts each sum once::

    sum_i w_i x_i = sum_j 4^j (sum_i d_ij x_i)

``-v = ~v + 1``: the + 1 of each negative digit is the carry into one of the adders, all but one, which the accumulator
takes.
Booth, 1951, in MacSorley's radix 4.
"""

from collections.abc import Iterator, Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed

from .arithmetic import named
from .offset_sum import signed_sum

__all__ = ["booth_digits", "booth_dot_product", "digit_dot_product"]


def booth_digits(weight: Value) -> Iterator[tuple[Value, Value, Value]]:
    """The digits of a signed value, least significant first: one-bit values ``one``, ``two`` and ``negative``."""
    bits = Cat(Const(0, 1), weight, weight[-1]) if len(weight) % 2 else Cat(Const(0, 1), weight)
    for j in range((len(bits) - 1) // 2):
        low, middle, high = bits[2 * j], bits[2 * j + 1], bits[2 * j + 2]
        yield low ^ middle, (high & ~low & ~middle) | (~high & low & middle), high


def booth_dot_product(m: Module, xs: Sequence[Value], weights: Sequence[Value]) -> Value:
    """``sum xs[i] * weights[i]`` of signed values, exact, as a signed value."""
    total, carry = digit_dot_product(m, xs, [list(booth_digits(weight)) for weight in weights])
    return total + carry


def digit_dot_product(
    m: Module, xs: Sequence[Value], digits: Sequence[Sequence[tuple[Value, Value, Value]]]
) -> tuple[Value, Value]:
    """``sum_ij xs[i] * digits[i][j] * 4^j``, exact, as a signed value and a one-bit carry that is still to be added.

    Parameters
    ----------
    xs : sequence of signed values
        Of one width.
    digits : sequence of sequences of (one, two, negative)
        Those of each x, least significant first, one-bit values: -2 to 2.
    """
    rows: dict[int, list[Value]] = {}
    negatives: dict[int, list[Value]] = {}
    for lane, (x, of_lane) in enumerate(zip(xs, digits, strict=True)):
        width = len(x) + 1
        once, twice = Cat(x, x[-1]), Cat(Const(0, 1), x)
        for digit, controls in enumerate(of_lane):
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
    sums = [signed_sum(m, parts, negatives[digit], f"digit_{digit}") for digit, parts in rows.items()]
    places = 2
    while len(sums) > 1:
        pairs = [
            (_joined(m, low, high, carry, places, f"digits_{places}_{number}"), left)
            for number, ((low, left), (high, carry)) in enumerate(zip(sums[::2], sums[1::2], strict=False))
        ]
        sums = pairs + sums[len(sums) & ~1 :]
        places *= 2
    return sums[0]


def _joined(m: Module, low: Value, high: Value, carry: Value, places: int, name: str) -> Value:
    """``low + (high + carry) 2^places`` of signed values: the carry enters the adder, the lowest bits pass it by."""
    above = low[places:].as_signed()
    total = Signal(signed(max(len(above), len(high)) + 2), name=name)
    m.d.comb += total.eq(Cat(carry, above).as_signed() + Cat(carry, high).as_signed())
    return Cat(low[:places], total[1:]).as_signed()
