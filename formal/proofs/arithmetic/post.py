"""Proofs of post-processing: requantisation is the rule that golden states, and the largest terms are the largest.

Registers are left out, nothing else: :func:`lowtide.hw.post.values.requantiser.requantised` is the code of the unit.
That products are right is shown for narrow sums, of every multiplier of two stages of digits; rounding and limits for
the full width.
"""

from amaranth.hdl import Const, Module, signed
from amaranth.lib.wiring import In, Out

from lowtide.hw.logic.timing.stages import Stages
from lowtide.hw.logic.unit import Unit
from lowtide.hw.post.values.multiplication import Recoding
from lowtide.hw.post.values.requantiser import requantised
from lowtide.hw.post.values.rounding import Limits, limited, shifted
from lowtide.hw.post.widths import SHIFT_BITS, SUM_BITS, VALUE_BITS

from ..proof import Numbers, Proof, every

__all__ = ["RequantisedUnit", "RoundedUnit", "post_proofs"]


class RoundedUnit(Unit):
    """A product, rounded and limited."""

    combinational = True

    def __init__(self, bits: int) -> None:
        value = signed(VALUE_BITS)
        super().__init__(
            f"rounded_{bits}",
            {
                "product": In(signed(bits)),
                "shift": In(SHIFT_BITS),
                "low": In(value),
                "high": In(value),
                "value": Out(value),
            },
        )

    def build(self, m: Module) -> None:
        """The steps behind a product."""
        limits = Limits.of(m, self.low, self.high, Const(0, VALUE_BITS))
        m.d.comb += self.value.eq(limited(m, shifted(m, self.product, self.shift, "shifted"), limits, "limited"))


class RequantisedUnit(Unit):
    """A requantiser without registers."""

    combinational = True

    def __init__(self, sum_bits: int, multiplier_bits: int, per_stage: int) -> None:
        self.sum_bits, self.multiplier_bits, self.per_stage = sum_bits, multiplier_bits, per_stage
        value = signed(VALUE_BITS)
        super().__init__(
            f"requantised_{sum_bits}x{multiplier_bits}",
            {
                "result": In(signed(sum_bits)),
                "bias": In(signed(sum_bits)),
                "multiplier": In(multiplier_bits),
                "shift": In(SHIFT_BITS),
                "low": In(value),
                "high": In(value),
                "overflow": Out(1),
                "value": Out(value),
            },
        )

    def build(self, m: Module) -> None:
        """The unit's arithmetic."""
        recoding = Recoding(self.multiplier_bits + 1, self.per_stage)
        overflow, _, value = requantised(
            Stages(m, 0),
            self.result + self.bias,
            recoding.digits(self.multiplier),
            recoding,
            self.shift,
            Limits.of(m, self.low, self.high, Const(0, VALUE_BITS)),
            product_bits=self.sum_bits + self.multiplier_bits,
        )
        m.d.comb += [self.overflow.eq(overflow), self.value.eq(value)]


def rule(bits: int, product: str) -> Numbers:
    """Numbers of a proof that state golden's rule of a product of so many bits in Verilog."""
    width = max(bits, 1 << SHIFT_BITS) + 2
    return {
        "the_product": (width, product),
        "half": (width, f"(shift == 0) ? {width}'sd0 : ({width}'sd1 <<< (shift - 6'd1))"),
        "rounded": (width, "(the_product + half) >>> shift"),
        "raised": (width, "(rounded < low_limit) ? low_limit : rounded"),
        "expected": (width, "(raised > high_limit) ? high_limit : raised"),
    }


def post_proofs() -> list[Proof]:
    """Rounding at full width, and whole requantisers of narrow sums."""
    return [rounding(SUM_BITS + 16), *(requantiser(2, bits, 3) for bits in (9, 10)), requantiser(4, 10, 5, fast=False)]


def rounding(bits: int) -> Proof:
    """Every product, shift and pair of limits."""
    inputs = {"product": bits, "shift": SHIFT_BITS, "low": VALUE_BITS, "high": VALUE_BITS}
    return Proof(
        name=f"rounding_{bits}",
        statement=f"requantisation, products of {bits} bits: rounded, then limited, as golden's rule says",
        make=lambda: RoundedUnit(bits),
        inputs=inputs,
        connections={name: name for name in inputs},
        numbers=signs() | rule(bits, "$signed(product)"),
        claims={"the value is that of the rule": "(low_limit > high_limit) || (value == expected)"},
        cases=every(shift=SHIFT_BITS),
    )


def requantiser(sum_bits: int, multiplier_bits: int, per_stage: int, *, fast: bool = True) -> Proof:
    """Every sum, multiplier, shift and pair of limits, with so many digits a stage."""
    inputs = {"result": sum_bits, "bias": sum_bits, "multiplier": multiplier_bits, "shift": SHIFT_BITS}
    inputs |= {"low": VALUE_BITS, "high": VALUE_BITS}
    numbers = {
        "whole_sum": (sum_bits + 1, "$signed(result) + $signed(bias)"),
        "kept_sum": (sum_bits, f"whole_sum[{sum_bits - 1}:0]"),
    }
    product = "kept_sum * $signed({1'b0, multiplier})"
    return Proof(
        name=f"requantiser_{sum_bits}x{multiplier_bits}",
        statement=f"requantiser, sums of {sum_bits} bits, multipliers of {multiplier_bits}: by golden's rule; overflow",
        make=lambda: RequantisedUnit(sum_bits, multiplier_bits, per_stage),
        inputs=inputs,
        connections={name: name for name in inputs},
        numbers=numbers | signs() | rule(sum_bits + multiplier_bits, product),
        claims={
            "the value is that of the rule": "(low_limit > high_limit) || (value == expected)",
            "overflow is where the sum does not fit": "overflow == (whole_sum != kept_sum)",
        },
        fast=fast,
    )


def signs() -> Numbers:
    """The limits as signed numbers."""
    return {"low_limit": (VALUE_BITS, "low"), "high_limit": (VALUE_BITS, "high")}
