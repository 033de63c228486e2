"""A sum of products modulo a power of two, of gates: a few bits of it, for which an adder would be too much."""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Value

from .arithmetic import named

__all__ = ["residue_of_products"]


def residue_of_products(m: Module, pairs: Sequence[tuple[Value, Value]], bits: int, name: str) -> Value:
    """``sum a * b`` modulo ``2 ** bits``.

    Parameters
    ----------
    m : Module
        Gets the logic.
    pairs : sequence of (a, b)
        Signed values of any widths.
    bits : int
        0 or more.
    name : str
        Of the result's bits.

    Returns
    -------
    Value
        Unsigned, of so many bits.
    """
    columns: list[list[Value]] = [[] for _ in range(bits)]
    for a, b in pairs:
        for place in range(bits):
            columns[place] += [_bit(a, low) & _bit(b, place - low) for low in range(place + 1)]
    found = []
    for place, column in enumerate(columns):
        while len(column) > 1:
            count = 3 if len(column) > 2 else 2
            first, *others = column[:count]
            total = first
            for other in others:
                total = total ^ other
            if place + 1 < bits:
                carry = first & others[0]
                if count == 3:
                    carry = carry | (first ^ others[0]) & others[1]
                columns[place + 1].append(carry)
            column = [*column[count:], total]
        found.append(named(m, column[0], f"{name}_{place}"))
    return Cat(found) if found else Const(0, 0)


def _bit(value: Value, place: int) -> Value:
    """A bit of a signed value, beyond its width the sign."""
    return value[min(place, len(value) - 1)]
