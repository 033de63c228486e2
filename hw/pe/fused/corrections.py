"""What the complemented products of the fused PE's bricks lack: a constant for each mode.

Products of bits that count negative are complemented, ``-p = ~p - 1`` (Baugh and Wooley, IEEE Trans. Comp. 1973).
"""

from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Module, Mux, Value

from ...logic.arithmetic import named
from ...logic.truth_table import Conditions
from .limb_routes import PAIRS, Pair, sizes

__all__ = ["Corrections", "corrections"]


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
