"""Bricks of the fused PE: the 2-bit multipliers, and sums of two and four of them.

A brick multiplies two limbs, ``(±2 x1 + x0) (±2 w1 + w0)``, the minus where a limb carries its value's sign. Its four
products of bits stay positive: one that counts negative is complemented instead, ``-p = ~p - 1``, so that nothing needs
a sign extension. What that adds is taken away in :mod:`lowtide.hw.pe.fused.corrections`.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Module, Signal, Value

from ...logic.arithmetic import named
from ...logic.truth_table import Conditions
from .limb_routes import BRICKS, PAIRS, Pair, is_top

__all__ = ["ZERO", "Brick", "count", "sixteen_bricks", "sum_of_four", "sum_of_two", "with_carry"]

ZERO = Const(0, 1)


@dataclass(frozen=True)
class Brick:
    """The products of bits of one brick, complemented where they count negative: x0 w0, x1 w0, x0 w1, x1 w1."""

    ones: Value
    x_twos: Value
    w_twos: Value
    fours: Value

    def only(self, m: Module, condition: Value, name: str) -> "Brick":
        """The products where a condition holds, else zeros."""
        return Brick(*(named(m, bit & condition, f"{name}_{part}") for part, bit in vars(self).items()))

    def behind(self, cut: Callable[[Value, str], Value], name: str) -> "Brick":
        """The products behind a cut."""
        return Brick(*(cut(bit, f"{name}_{part}") for part, bit in vars(self).items()))


def sixteen_bricks(
    m: Module, x_limbs: Value, w_limbs: Value, modes: Conditions[Pair], x_signed: Value, w_signed: Value
) -> list[Brick]:
    """All bricks. Equal conditions of signs are made once."""
    made, bricks = {}, []

    def once(key: Hashable, value: Value, name: str) -> Signal:
        if key not in made:
            made[key] = named(m, value, name)
        return made[key]

    for brick in range(BRICKS):
        x_tops, w_tops = (frozenset(pair for pair in PAIRS if is_top(pair, side, brick)) for side in "xw")
        x_negative = once(("x", x_tops), x_signed & modes.among(x_tops, f"x_top_{brick}"), f"x_negative_{brick}")
        w_negative = once(("w", w_tops), w_signed & modes.among(w_tops, f"w_top_{brick}"), f"w_negative_{brick}")
        one_negative = once((x_tops, w_tops), x_negative ^ w_negative, f"one_negative_{brick}")
        x, w = (
            named(m, operand.word_select(brick, 2), f"{side}_limb_{brick}")
            for side, operand in (("x", x_limbs), ("w", w_limbs))
        )
        parts = {
            "ones": x[0] & w[0],
            "x_twos": (x[1] & w[0]) ^ x_negative,
            "w_twos": (x[0] & w[1]) ^ w_negative,
            "fours": (x[1] & w[1]) ^ one_negative,
        }
        bricks.append(Brick(**{name: named(m, part, f"brick_{brick}_{name}") for name, part in parts.items()}))
    return bricks


def sum_of_four(m: Module, bricks: Sequence[Brick], name: str) -> Value:
    """The sum of four bricks, at most 36: 6 bits. Bits that are left over go into carry inputs."""
    pairs = [Cat(brick.w_twos, brick.fours) for brick in bricks]
    twos = [brick.x_twos for brick in bricks]
    ones = [brick.ones for brick in bricks]
    left = with_carry(m, pairs[0], pairs[1], twos[0], 3, f"{name}_left")
    right = with_carry(m, pairs[2], pairs[3], twos[1], 3, f"{name}_right")
    upper = with_carry(m, left, right, twos[2], 4, f"{name}_upper")
    three, carry = count(m, ones[0], ones[1], ones[2], f"{name}_three_ones")
    lowest, other_carry = count(m, three, ones[3], ZERO, f"{name}_ones")
    carries = Cat(count(m, carry, other_carry, twos[3], f"{name}_carries"))
    return Cat(lowest, named(m, (upper + carries)[:5], f"{name}_twos"))


def sum_of_two(m: Module, bricks: Sequence[Brick], name: str, extra: Value = ZERO) -> Value:
    """The sum of two bricks and a bit, at most 19: 5 bits."""
    first, second = bricks
    upper = with_carry(
        m, Cat(first.w_twos, first.fours), Cat(second.w_twos, second.fours), first.x_twos, 3, f"{name}_upper"
    )
    lowest, carry = count(m, first.ones, second.ones, extra, f"{name}_ones")
    return Cat(lowest, with_carry(m, upper, carry, second.x_twos, 4, f"{name}_twos"))


def count(m: Module, first: Value, second: Value, third: Value, name: str) -> tuple[Value, Value]:
    """How many of three bits are set: the lower bit, the upper bit."""
    total = named(m, (first + second + third)[:2], name)
    return total[0], total[1]


def with_carry(m: Module, first: Value, second: Value, carry: Value, width: int, name: str) -> Value:
    """``first + second + carry`` of unsigned values, its lowest ``width`` bits, by one adder."""
    return named(m, (Cat(Const(1, 1), first) + Cat(carry, second))[: width + 1], name)[1:]
