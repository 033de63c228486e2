"""Products over several cycles: a register behind every few radix-4 digits of the multiplier.

The multiplier is the same for all rows of a column, or for a whole record, so its digits are made once. They are 1, 0,
-1 and -2: the base-4 digits of ``offset - multiplier``, each taken from 1, where every digit of the offset is 1::

    multiplier = sum_j (1 - code_j) 4^j        sum_j code_j 4^j = offset - multiplier

So one subtraction recodes, a code has two bits, and what it selects of the multiplicand is an inverting and-or of three
inputs. Each stage adds what its digits select to what the stages before have left, in rows of :data:`ROW` digits::

    product <- product + 4^(digits before) (sum_j 4^j (digit_j x))

Between stages wait the multiplicand and the product so far, half of what stands behind a level of a tree of all digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed

from ...config.accelerator_config import AcceleratorConfig
from ...logic.arithmetic import any_of, named
from ...logic.timing.stages import Stages

__all__ = ["Recoding", "multiplied", "recoding_for"]

ROW = 3  #: digits that are added one behind the other: few bits of signs to add, few adders behind each other


@dataclass(frozen=True)
class Recoding:
    """How a multiplier becomes digits, and these stages.

    Parameters
    ----------
    bits : int
        Of the multiplier, signed.
    per_stage : int
        Digits of a stage, the last one may have fewer.
    negative : bool
        Whether it may be negative; then it is at least ``-2 offset``, else 0.
    """

    bits: int
    per_stage: int
    negative: bool = False

    @property
    def count(self) -> int:
        """Digits."""
        return (self.bits + 1) // 2

    @property
    def offset(self) -> int:
        """What the multiplier is taken from."""
        return ((1 << 2 * self.count) - 1) // 3

    @property
    def two(self) -> bool:
        """Whether the highest digit may be 2, as multipliers are larger than the offset: its code has a sign then."""
        return (1 << self.bits - 1) - 1 > self.offset

    @property
    def code_bits(self) -> int:
        """Of all codes."""
        return 2 * self.count + self.two

    @property
    def stages(self) -> int:
        """Cycles of a product."""
        return len(self.widths)

    @property
    def widths(self) -> list[int]:
        """Bits of the codes of each stage."""
        places = [*range(0, 2 * self.count, 2 * self.per_stage), self.code_bits]
        return [end - place for place, end in zip(places, places[1:], strict=False)]

    def digits(self, multiplier: Value) -> list[Value]:
        """The codes of a multiplier, those of a stage as one value."""
        codes = self.offset - multiplier
        return self.split(Cat(codes, codes[-1].replicate(self.code_bits))[: self.code_bits])

    def split(self, codes: Value) -> list[Value]:
        """All codes, taken apart by stages."""
        found, place = [], 0
        for width in self.widths:
            found.append(codes[place : place + width])
            place += width
        return found


def recoding_for(config: AcceleratorConfig, *, least_bits: int = 0, negative: bool = False) -> Recoding:
    """The recoding of an accelerator's multipliers, of at least so many bits: they are unsigned, hence one bit more."""
    return Recoding(max(config.multiplier_bits + 1, least_bits), config.digits_per_cycle, negative)


def multiplied(
    stage: Stages,
    x: Value,
    digits: Sequence[Value],
    recoding: Recoding,
    width: int,
    name: str,
    addend: Value | None = None,
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
    recoding : Recoding
    width : int
        Bits that the result needs.
    name : str
        Beginning of the names of the registers.
    addend : Value or None
        Signed.
    """
    m, done = stage.m, 0
    total: Value = Const(0, 1).as_signed() if addend is None else addend
    reach = max(len(x), len(total))  # of the addend and the digits so far, without their places
    for number, codes in enumerate(digits):
        count = len(codes) // 2
        rows = [
            _selected(m, x, codes, digit, recoding, recoding.count - done, f"{name}_{done + digit}")
            for digit in range(count)
        ]
        for row in rows[:ROW]:
            total = _added(m, total, 2 * done, row, reach + 2 * (done + 1), f"{name}_sum_{done}")
            done += 1
        if others := rows[ROW:]:
            part = _above(m, others, len(x), f"{name}_part_{done}")
            reached = done + len(others)
            total = _added(m, total, 2 * done, part, reach + 2 * reached, f"{name}_sum_{done}")
            done = reached
        total = stage.through(total[:width].as_signed(), f"{name}_{number}")
        if number < len(digits) - 1:
            x = stage.through(x, f"{name}_multiplicand_{number}")
    return total


def _selected(
    m: Module, x: Value, codes: Value, digit: int, recoding: Recoding, left: int, name: str
) -> tuple[Value, Value]:
    """A digit times x, signed, and a carry that is to be added to it. ``left`` digits are there from the stage's first
    one on: the last of them is the highest of the multiplier."""
    low, high = codes[2 * digit], codes[2 * digit + 1]
    highest = digit == left - 1
    two = codes[-1] if highest and recoding.two else None
    once, twice, width = Cat(x, x[-1]), Cat(Const(0, 1), x), len(x) + 1
    chosen = [(~once, named(m, ~(low | high), f"{name}_is_1"))]
    if two is not None:
        chosen.append((~twice, two))
    carry: Value = Const(0, 1)
    if recoding.negative or not highest:
        chosen.append((once, named(m, ~low & high, f"{name}_is_minus_1")))
        carry = low | high
        if two is not None or not highest:
            is_minus_2 = low & high if two is None else low & high & ~two
            chosen.append((twice, named(m, is_minus_2, f"{name}_is_minus_2")))
            carry = carry if two is None else carry & ~two
        found = ~any_of(part & line.replicate(width) for part, line in chosen)
    else:
        found = any_of(~part & line.replicate(width) for part, line in chosen)
    return named(m, found, name).as_signed(), carry


def _above(m: Module, rows: Sequence[tuple[Value, Value]], bits: int, name: str) -> tuple[Value, Value]:
    """The sum of rows of digits, of so many bits each, and the carry of the first: the rows above the first few are
    added before these, so that few adders lie behind each other."""
    (part, carry), *others = rows[:ROW]
    for place, row in enumerate(others, start=1):
        part = _added(m, part, 2 * place, row, bits + 2 * (place + 1), f"{name}_{place}")
    if above := rows[ROW:]:
        higher = _above(m, above, bits, f"{name}_above")
        part = _added(m, part, 2 * ROW, higher, bits + 2 * len(rows), f"{name}_{ROW}")
    return part, carry


def _added(m: Module, total: Value, place: int, row: tuple[Value, Value], width: int, name: str) -> Value:
    """``total + 4^(place / 2) row``, of so many bits: the carry of the row enters the adder, the lowest bits pass it
    by."""
    value, carry = row
    above = total[place:].as_signed()
    added = Signal(signed(width - place), name=name)
    m.d.comb += added.eq((Cat(carry, above).as_signed() + Cat(carry, value).as_signed())[1:].as_signed())
    return Cat(total[:place], added).as_signed()
