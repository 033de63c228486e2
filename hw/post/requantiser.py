"""Requantiser: one result of 32 bits becomes a value of 16, multiplied, rounded and limited.

::

    sum = result + bias        value = min(max(floor((sum multiplier + 2^(shift-1)) / 2^shift), low), high)

One result enters each cycle, one stage of registers each::

    0 sum | 1.. product, a stage for every five Booth digits | shift | limits |

What is the same for all rows, the digits and the shift, comes from outside in the cycle of its stage.
"""

from amaranth.hdl import Module, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from ..logic.stages import Stages
from ..logic.unit import Unit
from .multiplication import digit_bits, multiplied, stages_of
from .rounding import SHIFT_BITS, VALUE_BITS, limited, shifted

__all__ = ["SUM_BITS", "Requantiser", "requantiser_latency"]

SUM_BITS = 32  #: of a result with its bias


def requantiser_latency(multiplier_bits: int) -> int:
    """Cycles from a result to its value, for an unsigned multiplier of so many bits."""
    return 3 + stages_of(multiplier_bits + 1)


class Requantiser(Unit):
    """Requantises one result in each cycle.

    Parameters
    ----------
    name : str
    multiplier_bits : int
        Of the multiplier, unsigned.
    sum_bits : int
        Of a result and its bias.

    Ports
    -----
    result, bias : in, ``sum_bits`` bits, signed
        In cycle 0.
    digits_K : in, :func:`lowtide.hw.post.multiplication.digit_bits`
        Those of the multiplier for stage K, in cycle K + 1.
    shift : in, 6 bits
        In the cycle behind the last of these stages.
    low, high : in, 16 bits, signed
        Limits, in the cycle behind that; ``low`` is not above ``high``.
    overflow : out, 1 bit
        In cycle 1: the sum left its bits, and is wrapped.
    value : out, 16 bits, signed
        In the cycle behind the limits, ``latency``.
    """

    def __init__(self, name: str, *, multiplier_bits: int, sum_bits: int = SUM_BITS) -> None:
        self.multiplier_bits, self.sum_bits = multiplier_bits, sum_bits
        self.latency = requantiser_latency(multiplier_bits)
        stages = enumerate(digit_bits(multiplier_bits + 1))
        super().__init__(
            name,
            {"en": In(1), "result": In(signed(sum_bits)), "bias": In(signed(sum_bits))}
            | {f"digits_{stage}": In(bits) for stage, bits in stages}
            | {
                "shift": In(SHIFT_BITS),
                "low": In(signed(VALUE_BITS)),
                "high": In(signed(VALUE_BITS)),
                "overflow": Out(1),
                "value": Out(signed(VALUE_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        stage = Stages(m, 1)
        total = Signal(signed(self.sum_bits + 1))
        m.d.comb += total.eq(self.result + self.bias)
        summed = stage.through(total, "sum")
        m.d.comb += self.overflow.eq(summed[-1] ^ summed[-2])
        digits: list[Value] = [getattr(self, f"digits_{k}") for k in range(stages_of(self.multiplier_bits + 1))]
        product = multiplied(m, summed[:-1].as_signed(), digits, self.sum_bits + self.multiplier_bits, "product")
        down = shifted(m, product, self.shift, "shifted").later(m, "shifted")
        m.d.comb += self.value.eq(stage.through(limited(m, down, self.low, self.high, "limited"), "value"))
