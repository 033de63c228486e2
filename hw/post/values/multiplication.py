"""Products over several cycles: a register behind every few Booth digits of the multiplier.

The multiplier is the same for all rows of a column, or for a whole record, so its digits are made once. Each stage adds
what its digits select to what the stages before have left::

    product <- product + 4^(digits before) (sum_j 4^j (digit_j x))

Between stages wait the multiplicand and the product so far, half of what stands behind a level of a tree of all digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from amaranth.hdl import Cat, Signal, Value, signed

from ...config.accelerator_config import AcceleratorConfig
from ...logic.booth import booth_digits, digit_sum
from ...logic.stages import Stages

__all__ = ["Recoding", "multiplied", "recoding_for"]


@dataclass(frozen=True)
class Recoding:
    """How a multiplier becomes Booth digits, and these stages.

    Parameters
    ----------
    bits : int
        Of the multiplier, signed.
    per_stage : int
        Digits of a stage, the last one may have fewer.
    """

    bits: int
    per_stage: int

    @property
    def stages(self) -> int:
        """Cycles of a product."""
        return len(self.widths)

    @property
    def widths(self) -> list[int]:
        """Bits that the digits of each stage take, three for each digit."""
        digits = (self.bits + 1) // 2
        return [3 * min(self.per_stage, digits - first) for first in range(0, digits, self.per_stage)]

    def digits(self, multiplier: Value) -> list[Value]:
        """The digits of a multiplier, those of a stage as one value."""
        found = [Cat(digit) for digit in booth_digits(multiplier)]
        return [Cat(found[first : first + self.per_stage]) for first in range(0, len(found), self.per_stage)]


def recoding_for(config: AcceleratorConfig, *, least_bits: int = 0) -> Recoding:
    """The recoding of an accelerator's multipliers, of at least so many bits: they are unsigned, hence one bit more. As
    many digits a stage as keep pace with a PE of as many register stages."""
    return Recoding(max(config.multiplier_bits + 1, least_bits), (9, 5, 3)[config.array.pipeline])


def multiplied(
    stage: Stages, x: Value, digits: Sequence[Value], width: int, name: str, addend: Value | None = None
) -> Value:
    """``x multiplier + addend``, signed, behind as many registers as there are stages.

    Parameters
    ----------
    stage : Stages
        The register behind each stage; without one the product is combinational.
    x : Value
        Signed.
    digits : sequence of Value
        Of each stage, as :meth:`Recoding.digits` makes them, each in the cycle of its stage.
    width : int
        Bits that the result needs.
    name : str
        Beginning of the names of the registers.
    addend : Value or None
        Signed.
    """
    m, place, total = stage.m, 0, addend
    for number, controls in enumerate(digits):
        triples = [(each[0], each[1], each[2]) for each in (controls[k : k + 3] for k in range(0, len(controls), 3))]
        partial, carry = digit_sum(m, [x], [triples], None, Stages(m, 0))
        if total is None:
            partial = partial + carry
        else:  # the carry enters the adder
            above = (Cat(carry, total[place:]).as_signed() + Cat(carry, partial).as_signed())[1:]
            partial = Cat(total[:place], above).as_signed()
        place += 2 * len(triples)
        most = min(width, max(len(x) + place, 0 if addend is None else len(addend)) + 1)
        total = Signal(signed(most), name=f"{name}_{number}")
        m.d.comb += total.eq(partial)
        total = stage.through(total, total.name)
        if number < len(digits) - 1:
            x = stage.through(x, f"{name}_multiplicand_{number}")
    assert total is not None, "there are digits"
    return total
