"""The north edge of `digit`: weights become radix-4 digits, d of each a cycle, the highest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data

from ...logic.booth import booth_digits
from ..edge_encoder import EdgeEncoder
from ..operands import operand
from .digits import Digit, largest_shift

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["DigitEncoder", "free_digits"]


class DigitEncoder(EdgeEncoder):
    """One column's: holds a chunk of weights and its exponent, hands out digits and how far their sum is shifted down
    from its highest place."""

    latency, moments, watched = 1, ("beat",), ("beat",)

    def __init__(self, config: ArrayConfig) -> None:
        super().__init__(
            config, "north", "digit_encoder", values=config.payload_bits("w"), operand=config.pe.north_shape(config)
        )

    def build(self, m: Module) -> None:
        config = self.config
        control = self.hand_on(m)
        weights = Signal(data.ArrayLayout(config.w_width, config.lanes), reset_less=True)
        exponent = Signal(config.exponent_bits, reset_less=True)
        with m.If(self.control.beat):
            m.d.sync += Cat(weights, exponent).eq(self.values)
        lost = []
        place = control.place if config.weight_cycles > 1 else Const(0, 1)
        for lane, weight in enumerate(weights):
            digits = self.digits(weight, control)
            taken, rest = digits[: self.taken], digits[self.taken :]
            for number, digit in enumerate(self.operand.digits[lane]):
                for part, name in enumerate(digit.shape().members):
                    bits = Cat(each[part] for each in taken[number :: config.digits_per_cycle])
                    m.d.comb += digit[name].eq(bits.bit_select(place, 1))
            lost += [one | two for one, two, _ in rest]
            lost += [
                (one | two) & (place < cycle)
                for number, (one, two, _) in enumerate(taken)
                if (cycle := number // config.digits_per_cycle)
            ]
        if most := largest_shift(config):
            shift = place << (2 * config.digits_per_cycle).bit_length() - 1
            if config.exponent_bits:
                shift = shift + (exponent & control.group_exponent.replicate(len(exponent)))
            m.d.comb += self.operand.down.eq(most - shift)
        m.d.comb += self.lost.eq(Cat(lost).any() & control.beat)

    @property
    def taken(self) -> int:
        """Digits of a weight that the cycles built in have room for."""
        return self.config.digits_per_cycle * self.config.weight_cycles

    def digits(self, weight: Value, control: data.View) -> list[Digit]:
        """The digits of a weight, the lowest first: Booth's, or the two free ones."""
        signed = control.w_signed if "unsigned" in self.config.w_types else Const(1)
        booth = list(booth_digits(operand(weight, self.config.w_types, signed)))
        if "free" not in control.shape().members:
            return booth
        found: list[Digit] = []
        for number, digit in enumerate(booth):
            free = free_digits(weight)[number] if number < 2 else (Const(0), Const(0), Const(0))
            one, two, negative = (Mux(control.free, mine, other) for mine, other in zip(free, digit, strict=True))
            found.append((one, two, negative))
        return found


def free_digits(weight: Value) -> tuple[Digit, Digit]:
    """The digits b and a of ``4a + b``, -10 to 10, in this order: b has the sign of the weight where it is ±2."""
    negative = weight[4]
    low = weight[0], weight[1] & ~weight[0], Mux(weight[0], weight[1], negative)
    rest = (weight[2:5] + (weight[1] & (weight[0] | negative)))[:3]
    return low, (rest[0], rest[1] & ~rest[0], rest[2])
