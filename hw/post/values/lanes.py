"""The lanes of an accelerator, placed: requantisers, or lanes that take in a second tensor as well.

What is the same for all of them, the digits of multipliers, shifts and limits, is chosen and delayed here once. It is
chosen a cycle before lanes need it, so that it comes out of registers.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed

from lowtide.common.records.execute import Operand

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..widths import ELEMENT_BITS, SUM_BITS, VALUE_BITS
from .lane import Lane
from .multiplication import Recoding, recoding_for
from .requantiser import Requantiser
from .rounding import Limits
from .turns import Turns

__all__ = ["has_operand", "later", "place_lanes", "recoding_of", "turns_of"]


def has_operand(config: AcceleratorConfig) -> bool:
    """Whether a second tensor can be read."""
    return bool({"operand", "product"} & set(config.post))


def recoding_of(config: AcceleratorConfig) -> Recoding:
    """The recoding of what lanes multiply by: a multiplier, or an element where that is built."""
    product = "product" in config.post
    return recoding_for(config, least_bits=ELEMENT_BITS if product else 0, negative=product)


def turns_of(config: AcceleratorConfig) -> Turns:
    """When lanes do what."""
    return Turns(recoding_of(config).stages)


def later(m: Module, value: Value, name: str, advance: Value) -> Signal:
    """A value, one cycle later."""
    register = Signal(value.shape(), name=name, reset_less=True)
    with m.If(advance):
        m.d.sync += register.eq(value)
    return register


def place_lanes(values: Unit, m: Module) -> tuple[list[Value], Value]:
    """The lanes' values, and the bits of their overflow a cycle behind the results."""
    config, recoding = values.config, recoding_of(values.config)
    second = _Second(values, m, recoding)
    digits = recoding.digits(values.multiplier)
    shift: Value = values.shift
    for number, each in enumerate(digits):
        for cycle in range(number):
            each = later(m, each, f"digits_{number}_{cycle}", values.advance)
        digits[number] = later(m, second.digits(number, each), f"digits_{number}", values.advance)
    for cycle in range(recoding.stages):
        shift = later(m, shift, f"shift_{cycle}", values.advance)
    shift = later(m, second.shift(shift), "shift_of_lanes", values.advance)
    measured = "measure" in config.post
    if has_operand(config):
        unit: Unit = Lane(
            f"{config.top}_lane",
            recoding=recoding,
            multiplier_bits=config.multiplier_bits,
            product="product" in config.post,
            shows_sum=measured,
        )
        controls = second.controls(m)
    else:
        unit, controls = Requantiser(f"{config.top}_requantiser", recoding=recoding, shows_sum=measured), {}
    bias, limits = second.bias(m), second.limits(m)
    placed = [
        values.place(
            m,
            f"lane_{lane}",
            unit,
            en=values.advance,
            result=values.results[lane],
            bias=bias,
            shift=shift,
            **limits._asdict(),
            **controls,
            **{f"digits_{number}": each for number, each in enumerate(digits)},
        )
        for lane in range(config.requantisers)
    ]
    if measured:
        m.d.comb += Cat(values.sums).eq(Cat(each.total for each in placed))
    return [each.value for each in placed], Cat(each.overflow for each in placed)


class _Second:
    """What lanes need for a second tensor; nothing where none can be read."""

    def __init__(self, values: Unit, m: Module, recoding: Recoding) -> None:
        self.config, self.fields, self.recoding, self.values = values.config, values.fields, recoding, values
        self.turns = Turns(recoding.stages)
        if not has_operand(self.config):
            return
        self.product, self.adds = Signal(name="scales"), Signal(name="adds")
        self.under_way = Signal(self.turns.latency)  # bit k: a result entered k + 1 cycles ago
        entered = values.enters & self.fields.operand.any()
        m.d.comb += [
            self.product.eq(self.fields.operand == Operand.PRODUCT),
            self.adds.eq(self.fields.operand == Operand.ADD),
        ]
        with m.If(values.advance):
            m.d.sync += self.under_way.eq(Cat(entered, self.under_way[:-1]))
        with m.If(values.start):
            m.d.sync += self.under_way.eq(0)
        own, other = (self.fields[f"{side}_multiplier"][: self.config.multiplier_bits] for side in ("own", "operand"))
        # the digits of an element are those of its negative, so a product is scaled by the negative multiplier
        self.own, self.other = recoding.digits(Mux(self.product, -own, own)), recoding.digits(other)

    def at(self, cycle: int) -> Value:
        """Whether a result of a record with a second tensor entered so many cycles ago."""
        return self.under_way[cycle - 1] if has_operand(self.config) else Const(0, 1)

    def next(self, cycle: int) -> Value:
        """Whether there will be one in the next cycle."""
        return self.at(cycle - 1)

    def digits(self, stage: int, first: Value) -> Value:
        """The digits of a stage in whichever turn is next; ``first`` are those of the first one."""
        if not has_operand(self.config):
            return first
        third = Mux(self.next(self.turns.third + stage), self.other[stage], first)
        return Mux(self.next(self.turns.second + stage), self.own[stage], third)

    def shift(self, first: Value) -> Value:
        """The next shift of either."""
        if not has_operand(self.config):
            return first
        return Mux(self.next(self.turns.third + self.turns.stages), self.fields.operand_shift, first)

    def bias(self, m: Module) -> Value:
        """What is added to results, and to elements."""
        values = self.values
        if not has_operand(self.config):
            return values.bias
        added = Signal(signed(SUM_BITS), name="added")
        centre = Mux(self.product, self.recoding.offset, 0) - self.fields.operand_zero
        of_element = Signal(centre.shape(), reset_less=True)
        m.d.sync += of_element.eq(centre)
        m.d.comb += added.eq(Mux(self.at(self.turns.meets), of_element, values.bias))
        return added

    def limits(self, m: Module) -> Limits:
        """The limits of either, and the zero point where it is the last one."""
        fields, last, zero = self.fields, Const(0, 1), self.fields.zero
        low, high = fields.low, fields.high
        if has_operand(self.config):
            last = self.next(self.turns.third + self.turns.stages + 1)
            low, high = Mux(last, fields.low2, low), Mux(last, fields.high2, high)
            zero = Mux(fields.operand.any() & ~last, 0, zero)
        lower, upper = (Signal(signed(VALUE_BITS), name=name) for name in ("lower", "upper"))
        m.d.comb += [upper.eq(high), lower.eq(Mux(low > high, high, low))]
        found = Limits.of(m, lower, upper, zero)
        return Limits(
            *(later(m, value, f"{name}_of_lanes", self.values.advance) for name, value in found._asdict().items())
        )

    def controls(self, m: Module) -> dict[str, Value]:
        """Of the turns."""
        turns, third = self.turns, self.turns.third
        found = {"meets": self.at(turns.meets), "second": self.at(turns.second)}
        following = {"adds": self.next(third) & self.adds}
        if turns.sum_is_free:
            following["holds"] = Cat(self.next(cycle) for cycle in range(turns.meets + 1, third)).any()
        else:
            found["keeps"] = self.at(turns.meets + 1)
        if "product" in self.config.post:
            following |= {f"scales_{k}": self.next(third + k) & self.product for k in range(turns.stages)}
        for name, value in following.items():
            found[name] = Signal(name=f"{name}_now")
            with m.If(self.values.advance):
                m.d.sync += found[name].eq(value)
            with m.If(self.values.start):
                m.d.sync += found[name].eq(0)
        return found
