"""Products over several cycles: a register behind every few Booth digits of the multiplier.

The multiplier is the same for all rows of a column, or for a whole record, so its digits are made once. Each stage adds
what its digits select to what the stages before have left::

    product <- product + 4^(digits before) (sum_j 4^j (digit_j x))

Between stages wait the multiplicand and the product so far, half of what stands behind a level of a tree of all digits.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Module, Signal, Value, signed

from ..logic.booth import booth_digits, digit_dot_product
from ..logic.stages import Stages

__all__ = ["DIGITS_PER_STAGE", "digit_bits", "digits_of", "multiplied", "stages_of"]

DIGITS_PER_STAGE = 5


def stages_of(multiplier_bits: int) -> int:
    """Cycles of a product with a signed multiplier of so many bits."""
    return len(digit_bits(multiplier_bits))


def digit_bits(multiplier_bits: int) -> list[int]:
    """Bits that the digits of each stage take, for a signed multiplier of so many bits."""
    digits = (multiplier_bits + 1) // 2
    return [3 * min(DIGITS_PER_STAGE, digits - first) for first in range(0, digits, DIGITS_PER_STAGE)]


def digits_of(multiplier: Value) -> list[Value]:
    """The digits of a signed multiplier, stage by stage: those of a stage as one value."""
    found = [Cat(digit) for digit in booth_digits(multiplier)]
    return [Cat(found[first : first + DIGITS_PER_STAGE]) for first in range(0, len(found), DIGITS_PER_STAGE)]


def multiplied(
    m: Module, x: Value, digits: Sequence[Value], width: int, name: str, addend: Value | None = None
) -> Value:
    """``x multiplier + addend``, signed, as many cycles later as there are stages.

    Parameters
    ----------
    m : Module
        Gets the logic and the registers.
    x : Value
        Signed.
    digits : sequence of Value
        Of each stage, as :func:`digits_of` makes them, each in the cycle of its stage.
    width : int
        Bits that the result needs.
    name : str
        Beginning of the names of the registers.
    addend : Value or None
        Signed.
    """
    stage, place, total = Stages(m, 1), 0, addend
    for number, controls in enumerate(digits):
        triples = [(each[0], each[1], each[2]) for each in (controls[k : k + 3] for k in range(0, len(controls), 3))]
        partial = digit_dot_product(m, [x], [triples], None, Stages(m, 0))
        if total is not None:
            partial = Cat(total[:place], total[place:].as_signed() + partial).as_signed()
        place += 2 * len(triples)
        most = min(width, max(len(x) + place, 0 if addend is None else len(addend)) + 1)
        total = Signal(signed(most), name=f"{name}_{number}")
        m.d.comb += total.eq(partial)
        total = stage.through(total, total.name)
        if number < len(digits) - 1:
            x = stage.through(x, f"{name}_multiplicand_{number}")
    assert total is not None, "there are digits"
    return total
