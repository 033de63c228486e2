"""Small pieces of combinational logic that several units share."""

from collections.abc import Iterable, Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed

from .timing.stages import Cut

__all__ = ["balanced_sum", "count_ones", "any_of", "complement_sum", "highest", "named", "row_sum"]


def balanced_sum(values: Iterable[Value], cut: Cut | None = None) -> Value:
    """The sum of one or more values as a balanced tree, wide enough to be exact. cut: registers behind one level."""
    values, level = list(values), 0
    while len(values) > 1:
        values, cut = _cut(values, cut, level)
        values = [a + b for a, b in zip(values[::2], values[1::2], strict=False)] + values[len(values) & ~1 :]
        level += 1
    return values[0] if cut is None else cut(values[0], "total")


def _cut(values: list[Value], cut: Cut | None, level: int) -> tuple[list[Value], Cut | None]:
    """Values before a level of a tree, and the cut that is still to come."""
    if cut is None or level != cut.level:
        return values, cut
    return [cut(value, f"sum_{place}") for place, value in enumerate(values)], None


def row_sum(m: Module, values: Sequence[Value], width: int, name: str) -> Value:
    """The sum of one or more signed values, added in a row, as a signed value of ``width`` bits, which hold it and each
    sum before it. ``name`` is that of the sums."""
    total = values[0].as_signed()
    for place, value in enumerate(values[1:], start=1):
        added = Signal(signed(width), name=f"{name}_{place}")
        m.d.comb += added.eq(total + value.as_signed())
        total = added
    return total


def complement_sum(values: Iterable[Value], cut: Cut | None = None) -> Value:
    """The complement of the sum of unsigned values of one width, from their complements, as a signed value.

    ``~(a + b) = ~a + ~b + 1``: a tree of adders with a carry in. Complements are what NAND gates give. cut: registers
    behind one level.
    """
    values, level = [Cat(value, Const(1, 1)).as_signed() for value in values], 0
    while len(values) > 1:
        values, cut = _cut(values, cut, level)
        pairs = [
            (Cat(Const(1, 1), a).as_signed() + Cat(Const(1, 1), b).as_signed())[1:].as_signed()
            for a, b in zip(values[::2], values[1::2], strict=False)
        ]
        values = pairs + values[len(values) & ~1 :]
        level += 1
    return values[0] if cut is None else cut(values[0], "total")


def count_ones(bits: Iterable[Value], cut: Cut | None = None) -> Value:
    """How many of the bits are set. cut: registers behind one level of adders."""
    return balanced_sum([Value.cast(bit) for bit in bits], cut)


def any_of(words: Iterable[Value]) -> Value:
    """Bitwise or of one or more words, as a balanced tree."""
    words = list(words)
    while len(words) > 1:
        words = [a | b for a, b in zip(words[::2], words[1::2], strict=False)] + words[len(words) & ~1 :]
    return Cat(words[0])


def highest(bits: Iterable[Value]) -> list[Value]:
    """The highest set bit alone: a list of one-bit values, lowest first."""
    found, above = [], Const(0, 1)
    for bit in reversed(list(bits)):
        found.append(bit & ~above)
        above = above | bit
    return found[::-1]


def named(m: Module, value: Value, name: str) -> Signal:
    """``value`` as a signal with a name."""
    signal = Signal(len(value), name=name)
    m.d.comb += signal.eq(value)
    return signal
