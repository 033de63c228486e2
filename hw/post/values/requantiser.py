"""Requantiser: one result of 32 bits becomes a value of 16, multiplied, rounded and limited.

::

    sum = result + bias        value = min(max(floor((sum multiplier + 2^(shift-1)) / 2^shift), low), high) + zero

One result enters each cycle, one stage of registers each::

    0 sum | 1.. product, a stage for every few digits | shift | limits |

What is the same for all rows, the digits and the shift, comes from outside in the cycle of its stage.
"""

from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from ...logic.timing.stages import Stages
from ...logic.unit import Unit
from ..widths import SHIFT_BITS, SUM_BITS, VALUE_BITS
from .multiplication import Recoding, multiplied
from .rounding import Limits, limited, shifted

__all__ = ["Requantiser", "requantised", "requantiser_latency"]


def requantiser_latency(recoding: Recoding) -> int:
    """Cycles from a result to its value."""
    return 3 + recoding.stages


class Requantiser(Unit):
    """Requantises one result in each cycle.

    Parameters
    ----------
    name : str
    recoding : Recoding
        Of the multiplier, which is not negative.
    sum_bits : int
        Of a result and its bias.
    shows_sum : bool
        Whether it has the port ``total``.

    Ports
    -----
    result, bias : in, ``sum_bits`` bits, signed
        In cycle 0.
    digits_K : in, two bits for each digit
        Those of the multiplier for stage K, in cycle K + 1.
    shift : in, 6 bits
        In the cycle behind the last of these stages.
    under, high, lowest, highest, zero : in
        Those of :class:`lowtide.hw.post.values.rounding.Limits`, in the cycle behind that.
    overflow : out, 1 bit
        In cycle 1: the sum left its bits, and is wrapped.
    total : out, ``sum_bits`` bits, signed
        In cycle 1: that sum; only where it is wanted.
    value : out, 16 bits, signed
        In the cycle behind the limits, ``latency``.
    """

    def __init__(self, name: str, *, recoding: Recoding, sum_bits: int = SUM_BITS, shows_sum: bool = False) -> None:
        self.recoding, self.sum_bits, self.shows_sum = recoding, sum_bits, shows_sum
        self.latency = requantiser_latency(recoding)
        stages = enumerate(recoding.widths)
        super().__init__(
            name,
            {"en": In(1), "result": In(signed(sum_bits)), "bias": In(signed(sum_bits))}
            | {f"digits_{stage}": In(bits) for stage, bits in stages}
            | {
                "shift": In(SHIFT_BITS),
                **{name: In(shape) for name, shape in Limits.shapes().items()},
                "overflow": Out(1),
                **({"total": Out(signed(sum_bits))} if shows_sum else {}),
                "value": Out(signed(VALUE_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        digits: list[Value] = [getattr(self, f"digits_{k}") for k in range(self.recoding.stages)]
        overflow, total, value = requantised(
            Stages(m, 1),
            self.result + self.bias,
            digits,
            self.recoding,
            self.shift,
            Limits(*(getattr(self, name) for name in Limits._fields)),
            product_bits=self.sum_bits + self.recoding.bits - 1,
        )
        m.d.comb += [self.overflow.eq(overflow), self.value.eq(value)]
        if self.shows_sum:
            m.d.comb += self.total.eq(total)


def requantised(
    stage: Stages,
    total: Value,
    digits: Sequence[Value],
    recoding: Recoding,
    shift: Value,
    limits: Limits,
    *,
    product_bits: int,
) -> tuple[Value, Value, Value]:
    """The arithmetic of a requantiser, with a register of ``stage`` behind each of its steps.

    Parameters
    ----------
    stage : Stages
        One register, or none.
    total : Value
        The sum of result and bias, signed, one bit wider than sums are.
    digits, recoding, shift
        As the ports of :class:`Requantiser` and its parameter.
    limits : Limits
    product_bits : int
        Width of the product.

    Returns
    -------
    overflow, total, value : Value
        As these ports.
    """
    m = stage.m
    wide = Signal(total.shape(), name="total")
    m.d.comb += wide.eq(total)
    summed = stage.through(wide, "sum")
    kept = summed[:-1].as_signed()
    product = multiplied(stage, kept, digits, recoding, product_bits, "product")
    down = shifted(m, product, shift, "shifted").behind(stage, "shifted")
    return summed[-1] ^ summed[-2], kept, stage.through(limited(m, down, limits, "limited"), "value")
