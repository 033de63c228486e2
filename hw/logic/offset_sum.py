"""Sums of many signed values: a tree of adders in offset binary.

With its sign bit inverted a signed value of w bits is an unsigned one, ``v + 2^(w-1)``. Unsigned sums need no sign
extension, each adder's highest bit is its carry out. What is too much by then is made a power of two, so that taking it
away is to invert the highest bit once more: a constant is put in front of the narrowest value, where it is only wires.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Signal, Value

from .timing.stages import Cut

__all__ = ["signed_sum"]


def signed_sum(
    m: Module, values: Sequence[Value], carries: Sequence[Value], name: str, cut: Cut | None = None
) -> tuple[Value, Value]:
    """The sum of signed values and of all one-bit carries but one.

    A carry that enters an adder costs nothing: both of its operands get it as one more lowest bit.

    Parameters
    ----------
    m : Module
        Gets the logic.
    values : sequence of Value
        Taken as signed.
    carries : sequence of Value, 1 bit each
        As many as values.
    name : str
        Beginning of the names of the sums.
    cut : Cut or None
        Registers behind one level of the tree.

    Returns
    -------
    sum : Value
        Signed.
    carry : Value, 1 bit
        The carry that is left over: it is still to be added.
    """
    values, carries = sorted((Cat(value) for value in values), key=len), list(carries)
    if len(values) == 1:
        return _behind(cut, values[0].as_signed(), carries[0], name)
    while True:
        excess = sum(1 << len(value) - 1 for value in values)
        top = (excess - 1).bit_length()
        constant = (1 << top) - excess
        if constant % (1 << len(values[0])) == 0:
            break
        values[0] = Cat(values[0], values[0][-1])
    unsigned = [(flipped(value), (1 << len(value)) - 1) for value in values]  # with the largest value
    if constant:
        front = constant >> len(values[0])
        unsigned[0] = Cat(unsigned[0][0], Const(front, front.bit_length())), unsigned[0][1] + constant
    number, level, staged = 0, 0, cut is not None and cut.stages.count > 0
    while len(unsigned) > 1:
        if cut is not None and level == cut.level:
            unsigned = [(cut(value, f"{name}_{place}"), most) for place, (value, most) in enumerate(unsigned)]
            carries = [cut(carry, f"{name}_carry_{place}") for place, carry in enumerate(carries)]
            cut = None
        level += 1
        if staged and len(unsigned) == 2:
            return _last(m, unsigned, carries, top, f"{name}_sum_{number}", cut)
        pairs = []
        for (a, most_a), (b, most_b) in zip(unsigned[::2], unsigned[1::2], strict=False):
            most, carry = most_a + most_b + 1, carries.pop(0)
            total = Signal(most.bit_length() + 1, name=f"{name}_sum_{number}")
            m.d.comb += total.eq(Cat(carry, a) + Cat(carry, b))
            pairs.append((total[1:], most))
            number += 1
        unsigned = pairs + unsigned[len(unsigned) & ~1 :]
    return _behind(cut, flipped(unsigned[0][0][: top + 1]).as_signed(), carries[0], name)


def _last(
    m: Module, unsigned: Sequence[tuple[Value, int]], carries: Sequence[Value], top: int, name: str, cut: Cut | None
) -> tuple[Value, Value]:
    """The last adder of a sum with stages: the highest bit is inverted in the narrower one of its values, where it is a
    constant, since an inverter behind the adder would take a LUT of its own."""
    narrow, wide = sorted((value for value, _ in unsigned), key=len)
    carry, left = carries
    narrow = Cat(narrow, Const(1 << top - len(narrow), top + 1 - len(narrow)))
    total = Signal(top + 2, name=name)
    m.d.comb += total.eq(Cat(carry, narrow) + Cat(carry, wide))
    return _behind(cut, total[1:].as_signed(), left, name)


def _behind(cut: Cut | None, total: Value, carry: Value, name: str) -> tuple[Value, Value]:
    """The sum and its carry behind a cut that no level was left for."""
    return (total, carry) if cut is None else (cut(total, f"{name}_total"), cut(carry, f"{name}_carry"))


def flipped(bits: Value) -> Value:
    """The bits with the highest one inverted."""
    return (bits ^ Const(1 << len(bits) - 1, len(bits)))[: len(bits)]
