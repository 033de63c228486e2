"""Dot product by radix-4 Booth digits, summed digit by digit over all lanes before the digits are weighted.

A weight is ``sum_j d_j 4^j`` with digits -2..2; digit j of every lane selects 0, ±x or ±2x of its datum. Adding the
lanes of one digit first needs narrow adders and shifts each sum once::

    sum_i w_i x_i = sum_j 4^j (sum_i d_ij x_i)

``-v = ~v + 1``: the + 1 of each negative digit is the carry into one of the adders, all but one, which is added last.
Booth, 1951, in MacSorley's radix 4.

The sums come in three structures, the field ``sums`` of a configuration:

======  ==================================================================================================
tree    the lanes of a digit in pairs, then the digits in pairs: the fastest
chains  the lanes of a digit in a row, then the digits in pairs: a quarter fewer LUTs where these have six
        inputs, as many gates
chain   all lanes of all digits in one row, low bits that no digit reaches any more left behind: a third fewer
        LUTs, the fewest gates, and the slowest by far
======  ==================================================================================================
"""

from collections.abc import Iterator, Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed

from .arithmetic import named
from .offset_sum import signed_sum
from .running_sum import RunningSum, running_sum
from .timing.stages import Cut, Stages, levels

__all__ = ["booth_digits", "booth_dot_product", "digit_dot_product", "digit_sum"]


def booth_digits(weight: Value) -> Iterator[tuple[Value, Value, Value]]:
    """The digits of a signed value, least significant first: one-bit values ``one``, ``two`` and ``negative``."""
    bits = Cat(Const(0, 1), weight, weight[-1]) if len(weight) % 2 else Cat(Const(0, 1), weight)
    for j in range((len(bits) - 1) // 2):
        low, middle, high = bits[2 * j], bits[2 * j + 1], bits[2 * j + 2]
        yield low ^ middle, (high & ~low & ~middle) | (~high & low & middle), high


def booth_dot_product(
    m: Module, xs: Sequence[Value], weights: Sequence[Value], sums: str | None, stages: Stages
) -> Value:
    """``sum xs[i] * weights[i]`` of signed values, exact, as a signed value. ``sums`` as above, ``stages`` as of
    :func:`digit_dot_product`."""
    return digit_dot_product(m, xs, [list(booth_digits(weight)) for weight in weights], sums, stages)


def digit_dot_product(
    m: Module,
    xs: Sequence[Value],
    digits: Sequence[Sequence[tuple[Value, Value, Value]]],
    sums: str | None,
    stages: Stages,
) -> Value:
    """``sum_ij xs[i] * digits[i][j] * 4^j``, exact, as a signed value; the parameters are those of
    :func:`digit_sum`."""
    total, carry = digit_sum(m, xs, digits, sums, stages)
    return total if sums in ("chain", "chains") else total + carry


def digit_sum(
    m: Module,
    xs: Sequence[Value],
    digits: Sequence[Sequence[tuple[Value, Value, Value]]],
    sums: str | None,
    stages: Stages,
) -> tuple[Value, Value]:
    """The same as a signed value and a carry that is still to be added, 0 in a structure that has none left.

    Parameters
    ----------
    xs : sequence of signed values
        Of one width.
    digits : sequence of sequences of (one, two, negative)
        Those of each x, least significant first, one-bit values: -2 to 2. As many for each.
    sums : str or None
        Their structure: chains, chain, or else tree.
    stages : Stages
        One lies behind the sums of the digits; of two, one in them, before their last two levels, and one behind the
        first additions of digits.
    """
    rows = _selections(m, xs, digits)
    if sums == "chain":
        return stages.through(_chain(m, rows), "sum"), Const(0, 1)
    if sums == "chains":
        added = [
            (stages.cut(1, running_sum(m, parts, negatives, f"digit_{j}"), f"digit_{j}_total"), Const(0, 1))
            for j, (parts, negatives) in enumerate(rows)
        ]
    else:
        cut = Cut(stages, 1, max(1, levels(len(xs)) - 2) if stages.count > 1 else len(xs))
        added = [signed_sum(m, parts, negatives, f"digit_{j}", cut) for j, (parts, negatives) in enumerate(rows)]
    places = 2
    while len(added) > 1:
        pairs = [
            (_joined(m, low, high, carry, places, f"digits_{places}_{number}"), left)
            for number, ((low, left), (high, carry)) in enumerate(zip(added[::2], added[1::2], strict=False))
        ]
        added = pairs + added[len(added) & ~1 :]
        if places == 2:
            added = _behind_second(stages, added)
        places *= 2
    return added[0] if len(rows) > 1 else _behind_second(stages, added)[0]


def _behind_second(stages: Stages, sums: Sequence[tuple[Value, Value]]) -> list[tuple[Value, Value]]:
    """Sums with their carries behind the second cut."""
    return [
        (stages.cut(2, total, f"digits_{place}"), stages.cut(2, carry, f"digits_{place}_carry"))
        for place, (total, carry) in enumerate(sums)
    ]


def _selections(
    m: Module, xs: Sequence[Value], digits: Sequence[Sequence[tuple[Value, Value, Value]]]
) -> list[tuple[list[Value], list[Value]]]:
    """For each digit what the lanes select, complemented where it is negative, and which of them are."""
    rows: list[tuple[list[Value], list[Value]]] = [([], []) for _ in digits[0]]
    for lane, (x, of_lane) in enumerate(zip(xs, digits, strict=True)):
        width = len(x) + 1
        once, twice = Cat(x, x[-1]), Cat(Const(0, 1), x)
        for digit, (controls, (parts, negatives)) in enumerate(zip(of_lane, rows, strict=True)):
            one, two, negative = (
                named(m, value, f"{name}_{lane}_{digit}")
                for value, name in zip(controls, ("one", "two", "negative"), strict=True)
            )
            part = named(
                m,
                ((once & one.replicate(width)) | (twice & two.replicate(width))) ^ negative.replicate(width),
                f"part_{lane}_{digit}",
            )
            parts.append(part.as_signed())
            negatives.append(negative)
    return rows


def _chain(m: Module, rows: Sequence[tuple[Sequence[Value], Sequence[Value]]]) -> Value:
    """All selections in one row, digit by digit from the lowest."""
    total, low = RunningSum(), []
    for digit, (parts, negatives) in enumerate(rows):
        if digit:
            low.append(total.bits[:2])
            total = total.above(2)
        reach = len(parts[0]) + 1 if digit < len(rows) - 1 else 0
        total = total.plus(m, parts, negatives, f"digit_{digit}", reach=reach)
    return Cat(low, total.value()).as_signed()


def _joined(m: Module, low: Value, high: Value, carry: Value, places: int, name: str) -> Value:
    """``low + (high + carry) 2^places`` of signed values: the carry enters the adder, the lowest bits pass it by."""
    above = low[places:].as_signed()
    total = Signal(signed(max(len(above), len(high)) + 2), name=name)
    m.d.comb += total.eq(Cat(carry, above).as_signed() + Cat(carry, high).as_signed())
    return Cat(low[:places], total[1:]).as_signed()
