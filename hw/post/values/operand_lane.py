"""Operand lane: a second value is added to the one of the first tensor, or multiplied with it, with limits of its own.

::

    add:      value = clip(round_shift(value own_multiplier + (B - zero) operand_multiplier, shift), low, high)
    product:  value = clip(round_shift(value (B - zero) own_multiplier, shift), low, high)

Two multipliers, one behind the other; what the second one takes is what differs::

    0 B - zero | 1.. first: value times own_multiplier | second: B - zero times operand_multiplier, plus first; or first
    times B - zero | shift | limits |

Multipliers stay for a whole record, so their digits come from outside.
"""

from collections.abc import Sequence
from dataclasses import replace

from amaranth.hdl import Const, Module, Mux, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from ...logic.stages import Stages
from ...logic.unit import Unit
from ..widths import ELEMENT_BITS, SHIFT_BITS, VALUE_BITS
from .multiplication import Recoding, multiplied
from .rounding import limited, shifted

__all__ = ["OperandLane", "operand_latency"]


def operand_latency(recoding: Recoding, *, product: bool) -> int:
    """Cycles from a value and the element beside it to the result."""
    return 3 + recoding.stages + second_recoding(recoding, product=product).stages


def second_recoding(recoding: Recoding, *, product: bool) -> Recoding:
    """That of the second multiplier, which may be an element."""
    return replace(recoding, bits=max(recoding.bits, ELEMENT_BITS + 1 if product else 0))


class OperandLane(Unit):
    """Puts an operand to one value in each cycle.

    Parameters
    ----------
    name : str
    recoding : Recoding
        Of both multipliers, which are not negative.
    product : bool
        Whether products are built.

    Ports
    -----
    value : in, 16 bits, signed
    element : in, 17 bits, signed
        Of the operand.
    zero : in, 16 bits, signed
    multiply : in, 1 bit
        Product; only where it is built. This and all that follows is steady.
    own_K, operand_K : in, three bits for each digit
        Digits of the multipliers for stage K.
    shift : in, 6 bits
    low, high : in, 16 bits, signed
        Limits, ``low`` is not above ``high``.
    result : out, 16 bits, signed
        ``latency`` cycles later.
    """

    def __init__(self, name: str, *, recoding: Recoding, product: bool) -> None:
        self.recoding, self.product = recoding, product
        self.latency = operand_latency(recoding, product=product)
        digits = list(enumerate(recoding.widths))
        super().__init__(
            name,
            {
                "en": In(1),
                "value": In(signed(VALUE_BITS)),
                "element": In(signed(ELEMENT_BITS)),
                "zero": In(signed(VALUE_BITS)),
            }
            | ({"multiply": In(1)} if product else {})
            | {f"own_{stage}": In(bits) for stage, bits in digits}
            | {f"operand_{stage}": In(bits) for stage, bits in digits}
            | {
                "shift": In(SHIFT_BITS),
                "low": In(signed(VALUE_BITS)),
                "high": In(signed(VALUE_BITS)),
                "result": Out(signed(VALUE_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        bits, stage = self.recoding.bits, Stages(m, 1)
        recoding = second_recoding(self.recoding, product=self.product)
        value = stage.through(self.value, "value")
        centred = stage.through(self.element - self.zero, "centred")
        own, operand = (
            [getattr(self, f"{side}_{k}") for k in range(self.recoding.stages)] for side in ("own", "operand")
        )
        first = multiplied(stage, value, own, VALUE_BITS + bits, "first")
        centred = Stages(m, self.recoding.stages).through(centred, "beside_first")
        multiplicand, addend, digits = centred, first, operand
        if self.product:
            multiplicand, addend = Signal(first.shape()), Signal(first.shape())
            m.d.comb += [multiplicand.eq(Mux(self.multiply, first, centred)), addend.eq(Mux(self.multiply, 0, first))]
            digits = self._digits(m, operand, centred, recoding)
        width = max(len(multiplicand) + recoding.bits, len(addend)) + 1
        second = multiplied(stage, multiplicand, digits, width, "second", addend)
        down = shifted(m, second, self.shift, "shifted").behind(stage, "shifted")
        m.d.comb += self.result.eq(stage.through(limited(m, down, self.low, self.high, "limited"), "result"))

    def _digits(self, m: Module, steady: Sequence[Value], centred: Value, recoding: Recoding) -> list[Value]:
        """The digits of the second multiplier, each stage's in its cycle: steady ones, or those of the element."""
        of_element = [Stages(m, number).through(each, "digits") for number, each in enumerate(recoding.digits(centred))]
        chosen = []
        for number in range(recoding.stages):
            pair = [each[number] if number < len(each) else Const(0, 0) for each in (of_element, steady)]
            digits = Signal(max(map(len, pair)), name=f"second_digits_{number}")
            m.d.comb += digits.eq(Mux(self.multiply, *pair))
            chosen.append(digits)
        return chosen
