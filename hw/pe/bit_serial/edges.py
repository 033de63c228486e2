"""The edges of `bit_serial`: signed data become unsigned, weights become digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import data

from ...logic.arithmetic import balanced_sum
from ...logic.booth import booth_digits
from ...logic.timing.stages import Cut, Stages
from ..edge_encoder import EdgeEncoder
from ..operands import operand
from .digits import digit_layout, digit_value

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["OffsetData", "WeightSerializer"]


class OffsetData(EdgeEncoder):
    """The west edge of one row: signed data become unsigned, half their range is added. Combinational but for the
    control bits, which go on to the next row."""

    def __init__(self, config: ArrayConfig) -> None:
        bits = config.lanes * config.x_width
        super().__init__(config, "west", "offset_data", values=bits, operand=bits)

    def build(self, m: Module) -> None:
        width = self.config.x_width
        is_signed = self.config.pe.mode_bit(self.config, self.control, "x_signed")
        halves = Cat(Cat(Const(0, width - 1), is_signed) for _ in range(self.config.lanes))
        self.hand_on(m)
        m.d.comb += self.operand.eq(self.values ^ halves)


class WeightSerializer(EdgeEncoder):
    """The north edge of one column: holds a chunk of weights and hands out their digits, the highest first."""

    moments, watched = ("beat",), ("beat",)

    def __init__(self, config: ArrayConfig) -> None:
        self.latency = config.pe.encoder_latency + config.pipeline
        super().__init__(
            config, "north", "serializer", values=config.lanes * config.w_width, operand=config.pe.north_shape(config)
        )

    def build(self, m: Module) -> None:
        config, width = self.config, self.config.w_width
        control, stages = self.hand_on(m), Stages(m, config.pipeline)
        weights = Signal(data.ArrayLayout(width, config.lanes), reset_less=True)
        with m.If(self.control.beat):
            m.d.sync += weights.eq(self.values)
        lost, summed = [], []  # the digits before the second cut, which goes through their sum
        for lane, weight in enumerate(weights):
            value = operand(weight, config.w_types, config.pe.mode_bit(config, control, "w_signed"))
            digits = [(bit,) for bit in weight] if config.digits == "binary" else list(booth_digits(value))
            parts: list[Value] = []
            for place, name in enumerate(digit_layout(config).members):
                planes = Cat(digit[place] for digit in digits)
                digit = stages.cut(1, planes.bit_select(control.plane, 1), f"digit_{lane}_{name}")
                parts.append(digit)
                m.d.comb += self.operand.digits[lane][name].eq(stages.cut(2, digit, f"digit_{lane}_{name}"))
            summed.append(data.View(digit_layout(config), Cat(parts)))
            lost.append(self.beyond(value, control))
        if "signed" in config.x_types:
            summed = summed if stages.count > 1 else list(self.operand.digits)
            total = balanced_sum([digit_value(digit) for digit in summed], Cut(stages, 2, 2))
            is_signed = stages.through(config.pe.mode_bit(config, control, "x_signed"), "x_signed")
            m.d.comb += self.operand.sum.eq(total & is_signed.replicate(len(total)))
        m.d.comb += self.lost.eq(stages.cut(1, Cat(lost).any() & control.beat, "lost", reset=True))

    def beyond(self, value: Value, control: data.View) -> Value:
        """Whether a weight has more bits than the mode states: a digit above the first plane is not zero."""
        if self.config.digits == "booth":
            digits = [one | two for one, two, _ in booth_digits(value)]
            return Cat(digit & (control.plane < place) for place, digit in enumerate(digits) if place).any()
        changes = [value[place] ^ value[place - 1] for place in range(1, self.config.w_width)]
        ones = list(value[1 : self.config.w_width])
        is_signed = self.config.pe.mode_bit(self.config, control, "w_signed")
        return Cat(
            ((change & is_signed) | (one & ~is_signed)) & (control.plane < place)
            for place, (change, one) in enumerate(zip(changes, ones, strict=True), start=1)
        ).any()
