"""Values: everything that happens to a column's results between the array and the atoms, in all lanes.

A lane serves one row in each cycle. What is built stands one behind the other, each for as many cycles as it says::

    results, parameters -> requantiser -> operand -> + zero point -> table -> top terms -> codes

A part that a record does not use lets values pass.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from lowtide.common.records.execute import Operand

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..elements import element_sizes, extended, one_of, planes
from ..fields import fields_layout
from ..widths import ELEMENT_BITS, SHIFT_BITS, SUM_BITS, VALUE_BITS
from .multiplication import recoding_for
from .operand_lane import OperandLane, operand_latency
from .requantiser import Requantiser, requantiser_latency
from .table import TABLE_LATENCY, Table
from .top_terms import MOST_TERMS, TOP_TERMS_LATENCY, TopTerms

__all__ = ["Values", "has_operand", "values_latency"]


def has_operand(config: AcceleratorConfig) -> bool:
    """Whether a second tensor can be read."""
    return bool({"operand", "product"} & set(config.post))


def values_latency(config: AcceleratorConfig) -> int:
    """Cycles from a result to its code."""
    found = requantiser_latency(recoding_for(config))
    if has_operand(config):
        found += operand_latency(recoding_for(config), product="product" in config.post)
    return found + TABLE_LATENCY * ("table" in config.post) + TOP_TERMS_LATENCY * ("top_terms" in config.post)


class Values(Unit):
    """All lanes.

    Ports
    -----
    advance : in, 1 bit
        The requantisers go on by a cycle.
    advance_behind : in, 1 bit
        What follows them goes on by a cycle; 1 where ``advance`` is. Values that wait for their operand stay in the
        requantisers, and those that have it go on.
    fields : in, of the record EXEC
        Steady while values are under way.
    results : in, a signed value of 32 bits for each lane
    bias, multiplier, shift : in
        Parameters of their channel, in the same cycle.
    elements : in, a signed value of 17 bits for each lane
        Of the operand; the requantiser's latency later. Only where an operand can be read.
    write, address, entries : in
        As of :class:`lowtide.hw.post.values.table.Table`; only where there is one.
    sums : out, a signed value of 32 bits for each lane
        Results with their bias, a cycle later; only where sums are measured.
    codes : out, 16 bits for each lane
        :func:`values_latency` cycles later.
    overflow : out, a bit for each lane
        In the same cycle: the sum of result and bias left its bits.
    """

    NAMES = (
        *("out_bits", "out_signed", "operand", "operand_zero", "own_multiplier", "operand_multiplier"),
        *("operand_shift", "low2", "high2", "low", "high", "zero", "table", "top_terms"),
    )

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config, lanes = config, config.requantisers
        ports = {
            "advance": In(1),
            "advance_behind": In(1),
            "fields": In(fields_layout(self.NAMES)),
            "results": In(data.ArrayLayout(signed(SUM_BITS), lanes)),
            "bias": In(signed(SUM_BITS)),
            "multiplier": In(config.multiplier_bits),
            "shift": In(SHIFT_BITS),
        }
        if has_operand(config):
            ports["elements"] = In(data.ArrayLayout(signed(ELEMENT_BITS), lanes))
        if "table" in config.post:
            table = Table("").signature.members
            ports |= {name: table[name] for name in ("write", "address", "entries")}
        if "measure" in config.post:
            ports["sums"] = Out(data.ArrayLayout(signed(SUM_BITS), lanes))
        super().__init__(
            f"{config.top}_values", ports | {"codes": Out(data.ArrayLayout(VALUE_BITS, lanes)), "overflow": Out(lanes)}
        )

    def build(self, m: Module) -> None:
        config, built = self.config, self.config.post
        values, overflows = self._requantised(m)
        if has_operand(config):
            values = self._with_operand(m, values)
        codes = [Signal(VALUE_BITS, name=f"code_{lane}") for lane in range(len(values))]
        m.d.comb += [code.eq(value + self.fields.zero) for code, value in zip(codes, values, strict=True)]
        if "table" in built:
            codes = self._looked_up(m, codes)
        if "top_terms" in built:
            codes = self._revealed(m, codes)
        m.d.comb += Cat(self.codes).eq(Cat(codes))
        for cycle in range(1, values_latency(config)):
            before = cycle < requantiser_latency(recoding_for(config))
            overflows = self._later(m, overflows, f"overflow_{cycle}", self.advance if before else self.advance_behind)
        m.d.comb += self.overflow.eq(overflows)

    def _later(self, m: Module, value: Value, name: str, advance: Value) -> Signal:
        """A value, one cycle later."""
        register = Signal(len(value), name=name, reset_less=True)
        with m.If(advance):
            m.d.sync += register.eq(value)
        return register

    def _requantised(self, m: Module) -> tuple[list[Value], Value]:
        """Requantised values, and the bits of their overflow a cycle behind the results."""
        recoding, fields = recoding_for(self.config), self.fields
        digits = recoding.digits(Cat(self.multiplier, Const(0, 1)))
        shift = self.shift
        for number, each in enumerate(digits):
            for cycle in range(number + 1):
                each = self._later(m, each, f"digits_{number}_{cycle}", self.advance)
            digits[number] = each
        for cycle in range(1 + recoding.stages):
            shift = self._later(m, shift, f"shift_{cycle}", self.advance)
        lower = Signal(signed(VALUE_BITS))
        m.d.comb += lower.eq(Mux(fields.low > fields.high, fields.high, fields.low))
        unit = Requantiser(f"{self.config.top}_requantiser", recoding=recoding, shows_sum="measure" in self.config.post)
        placed = [
            self.place(
                m,
                f"requantiser_{lane}",
                unit,
                en=self.advance,
                result=self.results[lane],
                bias=self.bias,
                shift=shift,
                low=lower,
                high=fields.high,
                **{f"digits_{number}": each for number, each in enumerate(digits)},
            )
            for lane in range(self.config.requantisers)
        ]
        if "measure" in self.config.post:
            m.d.comb += Cat(self.sums).eq(Cat(each.total for each in placed))
        return [each.value for each in placed], Cat(each.overflow for each in placed)

    def _with_operand(self, m: Module, values: list[Value]) -> list[Value]:
        """Values with the operand's; without one they are multiplied by 1 and 0 is added."""
        config, fields, built = self.config, self.fields, self.config.post
        used, adds = Signal(name="operand_used"), Signal(name="operand_adds")
        own, other = (Signal(config.multiplier_bits + 1, name=name) for name in ("own", "other"))
        shift = Signal(SHIFT_BITS, name="second_shift")
        lower, upper = (Signal(signed(VALUE_BITS), name=name) for name in ("second_low", "second_high"))
        m.d.comb += [
            used.eq(fields.operand.any()),
            adds.eq(fields.operand == Operand.ADD),
            own.eq(Mux(used, fields.own_multiplier[: config.multiplier_bits], 1)),
            other.eq(Mux(adds, fields.operand_multiplier[: config.multiplier_bits], 0) if "operand" in built else 0),
            shift.eq(Mux(used, fields.operand_shift, 0)),
            upper.eq(Mux(used, fields.high2, (1 << VALUE_BITS - 1) - 1)),
            lower.eq(Mux(used, Mux(fields.low2 > fields.high2, fields.high2, fields.low2), -(1 << VALUE_BITS - 1))),
        ]
        product, recoding = "product" in built, recoding_for(config)
        unit = OperandLane(f"{config.top}_operand_lane", recoding=recoding, product=product)
        steady = {
            f"{side}_{k}": each
            for side, value in (("own", own), ("operand", other))
            for k, each in enumerate(recoding.digits(value))
        }
        steady |= {"multiply": fields.operand == Operand.PRODUCT} if product else {}
        return [
            self.place(
                m,
                f"with_operand_{lane}",
                unit,
                en=self.advance_behind,
                value=value,
                element=self.elements[lane],
                zero=fields.operand_zero,
                shift=shift,
                low=lower,
                high=upper,
                **steady,
            ).result
            for lane, value in enumerate(values)
        ]

    def _looked_up(self, m: Module, codes: list[Signal]) -> list[Signal]:
        """Codes behind the table."""
        unit = Table(f"{self.config.top}_table")
        return [
            self.place(
                m,
                f"table_{lane}",
                unit,
                advance=self.advance_behind,
                lookup=self.fields.table,
                code=code,
                write=self.write,
                address=self.address,
                entries=self.entries,
            ).result
            for lane, code in enumerate(codes)
        ]

    def _revealed(self, m: Module, codes: list[Signal]) -> list[Signal]:
        """Codes of which the largest terms are left, all of them where the record does not say how many."""
        fields = self.fields
        possible = range(1, VALUE_BITS + 1) if planes(self.config) else element_sizes(self.config)
        sizes = one_of(m, fields.out_bits, possible, "output")
        top = Cat(sizes.get(place + 1, Const(0, 1)) for place in range(VALUE_BITS))
        terms, highest = Signal(4), Signal(VALUE_BITS)
        m.d.comb += [
            terms.eq(Mux(fields.top_terms.any(), fields.top_terms, MOST_TERMS)),
            highest.eq(Mux(fields.out_signed, top[1:], top)),
        ]
        unit = TopTerms(f"{self.config.top}_top_terms")
        return [
            self.place(
                m,
                f"top_terms_{lane}",
                unit,
                en=self.advance_behind,
                code=extended(code, sizes, fields.out_signed)[:VALUE_BITS],
                code_signed=fields.out_signed,
                terms=terms,
                highest=highest,
            ).result
            for lane, code in enumerate(codes)
        ]
