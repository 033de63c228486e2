"""Subword multiplier: one N x N multiplier that is also two of N/2 x N/2 or four of N/4 x N/4, added together.

The rows of an array multiplier, ``sum_ij x_i w_j 2^(i+j)``, with the blocks switched off in which different values
meet. The weights come in reverse order, so the blocks that stay on lie on one diagonal and count the same: for two
values ``2^(N/2)`` times their sum, for four ``2^(3N/4)``. One shifter behind the array takes that out::

          1 value       2 values        4 values, x right to left, w from above (w in reverse order)
                                        3 2 1 0
          # # # #       . . # #         . . . #  3
          # # # #       . . # #         . . # .  2
          # # # #       # # . .         . # . .  1
          # # # #       # # . .         # . . .  0

A product of bits with one sign bit is complemented, ``-p = ~p - 1``, and a constant for each mode makes up for what
that takes away (Baugh and Wooley, IEEE Trans. Comp. 1973). It costs next to nothing: blocks that are off are made to
add it.

Sum-together of Camus et al., JETCAS 2019, after Moons et al., DVAFS, DATE 2017. A PE has one accumulator, so results
apart from each other would have no place to go.
"""

from collections.abc import Callable, Mapping

from amaranth.hdl import Cat, Const, Module, Mux, Value

from ...logic.arithmetic import named
from ...logic.timing.stages import Stages
from ...logic.truth_table import Conditions

__all__ = ["PARTS", "subword_dot_product"]

PARTS = (1, 2, 4)  #: values in an operand, by mode
When = Callable[[int, int], int]  #: of x_signed and w_signed: whether a bit of a mode's sum is missing


def subword_dot_product(
    m: Module,
    x: Value,
    w: Value,
    halves: Value,
    quarters: Value,
    x_signed: Value,
    w_signed: Value,
    *,
    stages: Stages,
) -> Value:
    """The sum of the products of a mode, exact.

    Parameters
    ----------
    m : Module
        Gets the logic.
    x, w : Value, N bits
        Values of N, N/2 or N/4 bits, in ``w`` the first one highest.
    halves, quarters : Value, 1 bit
        An operand is two, four values.
    x_signed, w_signed : Value, 1 bit
        Number types of the operands, constants where there is one.
    stages : Stages
        The second cut is between the upper and the lower half of the rows, the first one left to the caller.

    Returns
    -------
    Value
        Signed, 2N + 1 bits.
    """
    width = len(x)
    signs = [(0, 1) if not isinstance(bit, Const) else (bit.value,) for bit in (x_signed, w_signed)]
    cases = {
        (parts, x, w): (parts == 2) | (parts == 4) << 1 | x << 2 | w << 3
        for parts in PARTS
        for x in signs[0]
        for w in signs[1]
    }
    modes = Conditions(m, [halves, quarters, x_signed, w_signed], cases)
    added = {parts: corrections(width, parts) for parts in PARTS[1:]}
    rows = []
    for j in range(width):
        products = []
        for i in range(width):
            on = modes.among([case for case in cases if is_on(width, case[0], i, j)], f"on_{i}_{j}")
            complemented = [case for case in cases if is_flipped(width, *case, i, j, added)]
            flipped = modes.among(complemented, f"flipped_{i}_{j}")
            products.append((x[i] & w[j] & on) ^ flipped)
        rows.append(named(m, Cat(products), f"row_{j}"))

    # one value leaves no block off: its correction takes a carry input and the place beside row 0 that are free
    at = {
        bit: modes.among([case for case in cases if case[0] == 1 and when(*case[1:])], f"correction_{bit}")
        for bit, when in missing_bits(width, 1).items()
    }
    lower: list[Value] = []
    total = Cat(rows[0], at[width])
    for j in range(1, width):
        if j == width // 2:
            total = stages.cut(2, total, "upper_rows")
            lower = [stages.cut(2, Cat(lower), "lower")]
            rows[j:] = [stages.cut(2, row, f"row_{number}") for number, row in enumerate(rows[j:], start=j)]
            at = {bit: stages.cut(2, value, f"correction_{bit}") for bit, value in at.items()}
        lower.append(total[0])
        if j in at:
            total = named(m, Cat(Const(1, 1), total[1:]) + Cat(at[j], rows[j]), f"sum_{j}")[1:]
        else:
            total = named(m, total[1:] + rows[j], f"sum_{j}")
    any_signed = stages.cut(2, x_signed | w_signed, "any_signed")
    halves, quarters = stages.cut(2, halves, "halves"), stages.cut(2, quarters, "quarters")
    product = named(m, Cat(lower, total[:width], total[width] ^ any_signed), "product")
    sign = named(m, product[-1] & any_signed, "sign")
    whole = Cat(product, sign).as_signed()
    shifted = Mux(halves, whole[width // 2 :].as_signed(), whole)
    return named(m, Mux(quarters, whole[3 * width // 4 :].as_signed(), shifted), "dot_product").as_signed()


def is_on(width: int, parts: int, i: int, j: int) -> bool:
    """Whether the bits i of x and j of w belong to values that are multiplied with each other."""
    return i * parts // width + j * parts // width == parts - 1


def is_flipped(
    width: int,
    parts: int,
    x_signed: int,
    w_signed: int,
    i: int,
    j: int,
    added: Mapping[int, Mapping[tuple[int, int], When]],
) -> bool:
    """Whether a product of bits is complemented, or, where it is off, is 1 as a part of the correction."""
    size = width // parts
    if is_on(width, parts, i, j):
        return (x_signed and i % size == size - 1) != (w_signed and j % size == size - 1)
    return (i, j) in added[parts] and bool(added[parts][i, j](x_signed, w_signed))


def missing_bits(width: int, parts: int) -> dict[int, When]:
    """The lower two bits that a mode of so many values lacks: number of the bit to when.

    Of one pair of values of n bits a product lacks ``(x_signed + w_signed) 2^(n-1)``, less ``2^(2n-1)`` if any is
    signed, which is ones from there up; the sum of all of them ``parts`` times as much, shifted as the sum is.
    """
    size = width // parts
    shift = width - size + parts.bit_length() - 1
    return {size - 1 + shift: lambda x, w: x != w, size + shift: lambda x, w: x and w}


def corrections(width: int, parts: int) -> dict[tuple[int, int], When]:
    """All bits that a mode of several values lacks, but for the highest: the place ``(i, j)`` of a product of bits that
    is off to when it is 1 instead."""
    size, wanted = width // parts, missing_bits(width, parts)
    ones = range(max(wanted) + size - 1, 2 * width - 1)
    places = {}
    for bit, when in (wanted | dict.fromkeys(ones, lambda x, w: x or w)).items():
        off = [(bit - j, j) for j in range(width) if 0 <= bit - j < width and not is_on(width, parts, bit - j, j)]
        places[off[-1] if bit in ones else off[len(off) // 2]] = when  # row N - 1 is complemented in most modes anyway
    return places
