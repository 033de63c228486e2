"""The PE of `bit_serial`: ``±2^plane sum_i digit_i x_i`` each cycle."""

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed
from amaranth.lib import data
from amaranth.utils import bits_for

from ...logic.arithmetic import complement_sum
from ...logic.offset_sum import signed_sum
from ...logic.running_sum import running_sum
from ...logic.timing.stages import Cut, Stages, levels
from ..base import ProcessingElement
from .digits import planes

__all__ = ["BitSerialPE"]


class BitSerialPE(ProcessingElement):
    """L gates, an adder tree, one shifter behind it, the accumulator. Data are unsigned here: signed ones come with
    half their range added, and the digits' sum says what that has added to the result."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        stages = self.stages(m)
        behind = 2 if self.config.digits == "binary" else 3  # levels of adders
        cut = Cut(stages, 2, max(1, levels(self.config.lanes) - behind))  # in the tree; the first one is behind it
        signed_data = "signed" in self.config.x_types
        halves = stages.cut(2, north.sum, "halves") if signed_data else Const(0, 1)
        extra = Cat(Const(0, self.config.x_width - 1), halves)  # what the halves of the range have added
        if self.config.digits == "binary":
            parts = [~(x & digit.one.replicate(len(x))) for x, digit in zip(west, north.digits, strict=True)]
            total = complement_sum(parts, cut)
            total = ~(total + extra if signed_data else total)
            negative = control.negative if "negative" in control.shape().members else Const(0)
            return self.weighted(m, stages.cut(1, total, "lanes"), control.plane, negative)
        parts = []
        for lane, (x, digit) in enumerate(zip(west, north.digits, strict=True)):
            part = Signal(signed(len(x) + 2), name=f"part_{lane}")
            once, twice = Cat(x, Const(0, 2)), Cat(Const(0, 1), x, Const(0, 1))
            m.d.comb += part.eq(
                ((once & digit.one.replicate(len(part))) | (twice & digit.two.replicate(len(part))))
                ^ digit.negative.replicate(len(part))
            )
            parts.append(part)
        negatives = [digit.negative for digit in north.digits]
        if self.config.sums == "chain":
            total = stages.cut(2, running_sum(m, parts, negatives, "lanes"), "lanes")
        else:
            total, carry = signed_sum(m, parts, negatives, "lanes", cut)
            if signed_data and stages.count:
                total = self.without_halves(stages, total, carry, north.sum)
                return self.weighted(m, total, Cat(Const(0, 1), control.plane), Const(0))
            total = total + carry
        if signed_data:
            total = total - extra.as_signed()
        return self.weighted(m, stages.cut(1, total, "lanes"), Cat(Const(0, 1), control.plane), Const(0))

    def without_halves(self, stages: Stages, total: Value, carry: Value, halves: Value) -> Value:
        """``total + carry - halves 2^(x_width - 1)`` behind all cuts, one adder: the total and its carry before the
        first cut, the halves, which come negative to the adder, before both."""
        minus = stages.through(-halves, "minus")
        total, carry = stages.cut(1, total, "lanes"), stages.cut(1, carry, "lanes_carry")
        extra = Cat(carry, Const(0, self.config.x_width - 1), minus).as_signed()
        return (Cat(carry, total).as_signed() + extra) >> 1

    def weighted(self, m: Module, total: Value, exponent: Value, negative: Value) -> Value:
        """``total * 2^exponent``, negative where that is set: the total behind all cuts, the others before them."""
        stages = self.stages(m)
        exponent, negative = stages.through(exponent, "exponent"), stages.through(negative, "negative")
        most = (planes(self.config) - 1) * (2 if self.config.digits == "booth" else 1)
        padded = Signal(signed(most + len(total)))  # shifted right from the largest exponent: the same shifter
        shifted = Signal.like(padded)
        m.d.comb += [
            padded.eq(Cat(negative.replicate(most), total ^ negative.replicate(len(total))).as_signed()),
            shifted.eq(padded >> (most - exponent)[: bits_for(most)]),
        ]
        return shifted + negative
