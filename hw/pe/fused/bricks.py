"""Sixteen 2-bit multipliers and the sum of their products: the datapath of the fused PE.

A brick multiplies two limbs, ``(±2 x1 + x0) (±2 w1 + w0)``, the minus where a limb carries its value's sign. Its four
products of bits stay positive: one that counts negative is complemented instead, ``-p = ~p - 1``, and what that takes
away is a constant for each mode, :func:`corrections` (Baugh and Wooley, IEEE Trans. Comp. 1973). So nothing needs a
sign extension. Bricks of a quad are added first and shifted once (Ryu et al., BitBlade, DAC 2019)::

    quad 0 ------------------------------------+
    quad 1 -- * 4, not in 2 x 2 and 4 x 2 -----+-- first pair ------------------------+
    quad 2 ------------------------------------+                                      +-- * 4 in 8 x 8 --
    quad 3 -- * 4, not in 2 x 2 and 4 x 2 -----+-- second pair -- * 1, 4 or 16 -------+

Quads and their places: :mod:`lowtide.hw.pe.fused.limb_routes`. Where bricks stand apart from their quad they leave it,
to places of the sums that are empty in that mode: bricks 2 and 3 above the first pair, brick 15 above quad 2, brick 4
below quad 1.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value

from ...logic.arithmetic import named
from ...logic.stages import Stages
from ...logic.truth_table import Conditions
from .limb_routes import BRICKS, PAIRS, Pair, is_top

__all__ = ["fused_dot_product"]

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


def sizes(*wanted: Pair) -> list[Pair]:
    """The pairs of widths of these sizes, whichever side is the wider."""
    return [pair for pair in PAIRS if (max(pair), min(pair)) in wanted]


def fused_dot_product(
    m: Module,
    x_limbs: Value,
    w_limbs: Value,
    modes: Conditions[Pair],
    x_signed: Value,
    w_signed: Value,
    *,
    stages: Stages,
) -> Value:
    """The sum of all products of a mode, exact.

    Parameters
    ----------
    m : Module
        Gets the logic.
    x_limbs, w_limbs : Value, 32 bits
        The limbs of bricks 0 to 15.
    modes : Conditions
        Of :func:`lowtide.hw.pe.fused.limb_routes.limb_modes`.
    x_signed, w_signed : Value, 1 bit
        Number types of the operands, constants where there is one.
    stages : Stages
        The first cut is behind the sums of the quads, the second one left to the caller.

    Returns
    -------
    Value
        Signed, 17 bits.
    """
    bricks = sixteen_bricks(m, x_limbs, w_limbs, modes, x_signed, w_signed)
    extra = corrections(m, modes, x_signed, w_signed)
    whole, apart = modes.among(sizes((8, 8)), "is_8_by_8"), modes.among(sizes((8, 8), (8, 4)), "is_8_by_4_or_more")
    together = modes.among(sizes((2, 2), (4, 2)), "together")

    lowest, highest = (bricks[number].only(m, whole, name) for number, name in ((4, "lowest"), (15, "highest")))
    half, half_carry = count(m, lowest.x_twos, lowest.w_twos, ZERO, "lowest_half")
    middle, middle_carry = count(m, highest.x_twos, highest.w_twos, ZERO, "highest_middle")

    low_two = sum_of_two(m, bricks[:2], "quad_0_low")
    high_two = sum_of_two(m, bricks[2:4], "quad_0_high", extra.high_two)
    high_two_added = named(m, Mux(apart, 0, high_two), "quad_0_high_added")
    high_two_apart = named(m, Mux(apart, high_two, 0), "quad_0_high_apart")
    quad_0 = named(
        m, (named(m, high_two_added + Cat(Const(0, 3), extra.quad_0), "quad_0_corrected") + low_two)[:7], "quad_0"
    )
    quad_1 = sum_of_four(m, [bricks[4].only(m, ~whole, "brick_4_added"), *bricks[5:8]], "quad_1")
    quad_2 = sum_of_four(m, bricks[8:12], "quad_2")
    quad_3 = sum_of_four(m, [*bricks[12:15], bricks[15].only(m, ~whole, "brick_15_added")], "quad_3")

    def behind(value: Value, name: str) -> Value:
        return value if isinstance(value, Const) else stages.cut(1, value, name)

    quad_0, quad_1, quad_2, quad_3 = (
        behind(quad, f"quad_{number}") for number, quad in enumerate((quad_0, quad_1, quad_2, quad_3))
    )
    lowest, highest = lowest.behind(behind, "lowest"), highest.behind(behind, "highest")
    half, half_carry = behind(half, "half"), behind(half_carry, "half_carry")
    middle, middle_carry = behind(middle, "middle"), behind(middle_carry, "middle_carry")
    high_two_apart, whole = behind(high_two_apart, "quad_0_high_apart"), behind(whole, "whole")
    together = behind(together, "together")
    extra_first, extra_second = behind(extra.first, "extra_first"), behind(extra.second, "extra_second")

    shifted_1 = named(m, Mux(together, quad_1, Cat(lowest.fours, ZERO, quad_1)), "quad_1_shifted")
    shifted_3 = named(m, Mux(together, quad_3, Cat(Const(0, 2), quad_3)), "quad_3_shifted")
    first = with_carry(m, quad_0, shifted_1, half_carry, 8, "first_pair")
    second = named(
        m, (Cat(quad_2, highest.ones, middle, highest.fours) + Cat(shifted_3, middle_carry))[:10], "second_pair"
    )
    by_1, by_4, by_16 = (
        behind(modes.among(sizes(*wanted), name), name)
        for name, wanted in (
            ("by_1", ((2, 2),)),
            ("by_4", ((4, 4), (4, 2))),
            ("by_16", ((8, 8), (8, 4), (8, 2))),
        )
    )
    second_shifted = named(
        m,
        (second[:8] & by_1.replicate(8))
        | Cat(Const(0, 2), second[:8] & by_4.replicate(8))
        | Cat(Const(0, 4), second & by_16.replicate(10)),
        "second_pair_shifted",
    )
    total = named(
        m,
        (Cat(first, high_two_apart | extra_first[:5], extra_first[5]) + (second_shifted | extra_second))[:14],
        "total",
    )
    sign = named(m, total[13] & behind(x_signed | w_signed, "any_signed"), "sign")
    return named(
        m, Mux(whole, Cat(lowest.ones, half, total, sign), Cat(total, sign, sign, sign)), "dot_product"
    ).as_signed()


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


@dataclass(frozen=True)
class Corrections:
    """What :func:`corrections` adds, by where it is added: with bricks 2 and 3 at place 4, to quad 0 from bit 3, to the
    first summand of the total from bit 8, to the second one."""

    high_two: Value
    quad_0: Value
    first: Value
    second: Value


def corrections(m: Module, modes: Conditions[Pair], x_signed: Value, w_signed: Value) -> Corrections:
    """What the complemented products of bits lack, in places of the sums that are empty or have a carry input free.

    For a value of x with n bits and one of w with k bits it is ``x_signed 2^(n-1) + w_signed 2^(k-1)``, less
    ``2^(n+k-1)`` if any is signed; for all products of a mode, in 8 x 8 a quarter of it, as the total is multiplied
    there::

                                      8 x 8   8 x 4   8 x 2   4 x 4   4 x 2   2 x 2
        narrower operand signed        2^5     2^4     2^3     2^5     2^4     2^5
        wider operand signed           2^5     2^8     2^9     2^5     2^6     2^5
        any signed, ones from          2^13    2^12    2^11    2^9     2^8     2^7
    """

    def when(condition: Value, *wanted: Pair) -> Value:
        names = "_or_".join(f"{wide}_by_{narrow}" for wide, narrow in wanted)
        return modes.among(sizes(*wanted), f"is_{names}") & condition

    x_narrower = modes.among([pair for pair in PAIRS if pair[0] < pair[1]], "x_narrower")
    narrow = named(m, Mux(x_narrower, x_signed, w_signed), "narrower_signed")
    wide = named(m, Mux(x_narrower, w_signed, x_signed), "wider_signed")
    one, both, any_signed = x_signed ^ w_signed, x_signed & w_signed, x_signed | w_signed
    equal = ((8, 8), (4, 4), (2, 2))
    from_9 = when(any_signed, (4, 4), (4, 2), (2, 2))
    from_11 = when(any_signed, (8, 2), (4, 4), (4, 2), (2, 2))
    return Corrections(
        named(m, when(wide, (8, 4)), "correction_8"),
        named(
            m,
            Cat(
                when(narrow, (8, 2)),
                when(narrow, (8, 4), (4, 2)),
                when(one, *equal),
                when(both, *equal) | when(wide, (4, 2)),
            ),
            "corrections_3_to_6",
        ),
        named(
            m,
            Cat(when(any_signed, (4, 2), (2, 2)), from_9 | when(wide, (8, 2)), from_9, from_11, from_11, any_signed),
            "corrections_8_to_13",
        ),
        named(
            m, Cat(Const(0, 7), when(any_signed, (2, 2)), Const(0, 4), when(any_signed, (8, 4))), "corrections_7_and_12"
        ),
    )
