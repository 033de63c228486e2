"""Sixteen 2-bit multipliers and the sum of their products: the datapath of the fused PE.

Bricks (:mod:`lowtide.hw.pe.fused.bricks`) of a quad are added first and shifted once (Ryu et al., BitBlade, DAC 2019)::

    quad 0 ------------------------------------+
    quad 1 -- * 4, not in 2 x 2 and 4 x 2 -----+-- first pair ------------------------+
    quad 2 ------------------------------------+                                      +-- * 4 in 8 x 8 --
    quad 3 -- * 4, not in 2 x 2 and 4 x 2 -----+-- second pair -- * 1, 4 or 16 -------+

Quads and their places: :mod:`lowtide.hw.pe.fused.limb_routes`. Where bricks stand apart from their quad they leave it,
to places of the sums that are empty in that mode: bricks 2 and 3 above the first pair, brick 15 above quad 2, brick 4
below quad 1.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Value

from ...logic.arithmetic import named
from ...logic.timing.stages import Stages
from ...logic.truth_table import Conditions
from .bricks import ZERO, count, sixteen_bricks, sum_of_four, sum_of_two, with_carry
from .corrections import corrections
from .limb_routes import Pair, sizes

__all__ = ["fused_dot_product"]


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
