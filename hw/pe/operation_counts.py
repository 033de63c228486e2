"""Arithmetic operations that a PE does for a multiplication: what tables of energies by operation are applied to.

Counted are additions and multiplications, by the widths of the mode's operands, not by those of the hardware. An AND of
one bit with n bits is a multiplication of 1 x n. Not counted: shifters, multiplexers, registers, control.
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Operation", "additions", "dot_product", "multiplications", "population_count", "shared"]


@dataclass(frozen=True)
class Operation:
    """What a multiplication of a mode takes of one operation.

    Parameters
    ----------
    name : str
        "add" or "multiply".
    bits : tuple of int
        Width of an addition, the two widths of a multiplication.
    count : float
        How many.
    """

    name: str
    bits: tuple[int, ...]
    count: float


def additions(count: float, width: int) -> list[Operation]:
    """So many additions of a width, as a list."""
    return [Operation("add", (width,), count)] if count else []


def multiplications(count: float, x_bits: int, w_bits: int) -> list[Operation]:
    """So many multiplications, as a list."""
    return [Operation("multiply", (x_bits, w_bits), count)] if count else []


def dot_product(values: int, x_bits: int, w_bits: int, acc_width: int) -> list[Operation]:
    """The products of so many values, their sum, and its addition to an accumulator."""
    return [*multiplications(values, x_bits, w_bits), *additions(values - 1, x_bits + w_bits), *additions(1, acc_width)]


def population_count(bits: int) -> list[Operation]:
    """The additions of a balanced tree that counts the ones of so many bits: n/2 of one bit, n/4 of two, and so on."""
    found, width = [], 1
    while bits > 1:
        found += additions(bits // 2, width)
        bits, width = bits - bits // 2, width + 1
    return found


def shared(operations: Iterable[Operation], values: int, repeated: int = 1) -> list[Operation]:
    """What one of several values has of operations that they share.

    Parameters
    ----------
    operations : iterable of Operation
    values : int
        How many values share them.
    repeated : int
        How often the operations are done.
    """
    return [Operation(each.name, each.bits, each.count * repeated / values) for each in operations]
