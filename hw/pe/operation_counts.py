"""Arithmetic operations that a PE does for a multiplication: what tables of energies by operation are applied to.

Counted are additions and multiplications, by the widths of the mode's operands, not by those of the hardware. An AND of
one bit with n bits is a multiplication of 1 x n. Not counted: shifters, multiplexers, registers, control.
"""

from dataclasses import dataclass

__all__ = ["Operation", "additions", "dot_product", "multiplications", "population_count", "shared"]


@dataclass(frozen=True)
class Operation:
    """What a multiplication of a mode takes of one operation: ``name`` "add" or "multiply". bits: width of an addition,
    the two of a multiplication, a tuple; count: how many, a float."""

    name: str
    bits: tuple
    count: float


def additions(count, width):
    """So many additions of a width, as a list."""
    return [Operation("add", (width,), count)] if count else []


def multiplications(count, x_bits, w_bits):
    """So many multiplications, as a list."""
    return [Operation("multiply", (x_bits, w_bits), count)] if count else []


def dot_product(values, x_bits, w_bits, acc_width):
    """The products of so many values, their sum, and its addition to an accumulator."""
    return [*multiplications(values, x_bits, w_bits), *additions(values - 1, x_bits + w_bits), *additions(1, acc_width)]


def population_count(bits):
    """The additions of a balanced tree that counts the ones of so many bits: n/2 of one bit, n/4 of two, and so on."""
    found, width = [], 1
    while bits > 1:
        found += additions(bits // 2, width)
        bits, width = bits - bits // 2, width + 1
    return found


def shared(operations, values, repeated=1):
    """The part of one of ``values`` in operations that are done ``repeated`` times."""
    return [Operation(each.name, each.bits, each.count * repeated / values) for each in operations]
