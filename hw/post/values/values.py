"""Values: everything that happens to a column's results between the array and the atoms, in all lanes.

A lane serves one row in each cycle. What is built stands one behind the other, each for as many cycles as it says::

    results, parameters -> lanes, elements of a second tensor -> table -> top terms -> codes

Table and terms let values pass in a record that does not use them; a second tensor takes more cycles.
"""

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.atoms import element_sizes
from ..elements import extended, one_of, planes
from ..fields import fields_layout
from ..widths import SHIFT_BITS, SUM_BITS, VALUE_BITS
from .lanes import has_operand, later, place_lanes, turns_of
from .table import TABLE_LATENCY, Table
from .top_terms import MOST_TERMS, TopTerms

__all__ = ["Values", "values_latency"]


def values_latency(config: AcceleratorConfig, *, operand: bool = False) -> int:
    """Cycles from a result to its code, in a record with a second tensor or without."""
    turns = turns_of(config)
    found = turns.latency if operand else turns.meets
    return found + TABLE_LATENCY * ("table" in config.post) + _top_terms_latency(config) * ("top_terms" in config.post)


def _top_terms_latency(config: AcceleratorConfig) -> int:
    """Cycles from a code to its largest terms: lanes whose products take one cycle are no faster than all of it."""
    return min(config.array.pipeline, 1)


class Values(Unit):
    """All lanes.

    Ports
    -----
    advance : in, 1 bit
        Values go on by a cycle; else everything stays.
    start, enters : in, 1 bit
        A record begins; results enter, with ``advance``. Only where a second tensor can be read; in a record that has
        one not in the cycles that :attr:`lowtide.hw.post.values.turns.Turns.hindered` says.
    fields : in, of the record EXEC
        Steady while values are under way.
    results : in, a signed value of 32 bits for each lane
        And :attr:`lowtide.hw.post.values.turns.Turns.meets` cycles later the elements of a second tensor.
    bias, multiplier, shift : in
        Parameters of their channel, in the same cycle.
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
            "fields": In(fields_layout(self.NAMES)),
            "results": In(data.ArrayLayout(signed(SUM_BITS), lanes)),
            "bias": In(signed(SUM_BITS)),
            "multiplier": In(config.multiplier_bits),
            "shift": In(SHIFT_BITS),
        }
        if has_operand(config):
            ports |= {"start": In(1), "enters": In(1)}
        if "table" in config.post:
            table = Table("").signature.members
            ports |= {name: table[name] for name in ("write", "address", "entries")}
        if "measure" in config.post:
            ports["sums"] = Out(data.ArrayLayout(signed(SUM_BITS), lanes))
        super().__init__(
            f"{config.top}_values", ports | {"codes": Out(data.ArrayLayout(VALUE_BITS, lanes)), "overflow": Out(lanes)}
        )

    def build(self, m: Module) -> None:
        built = self.config.post
        codes, overflows = place_lanes(self, m)
        if "table" in built:
            codes = self._looked_up(m, codes)
        if "top_terms" in built:
            codes = self._revealed(m, codes)
        m.d.comb += Cat(self.codes).eq(Cat(codes))
        m.d.comb += self.overflow.eq(self._with_values(m, overflows))

    def _with_values(self, m: Module, overflows: Value) -> Value:
        """Bits of overflow, from the cycle behind the results to that of their codes."""
        config, turns = self.config, turns_of(self.config)
        alone = with_operand = overflows
        for cycle in range(1, turns.latency if has_operand(config) else turns.meets):
            with_operand = later(m, with_operand, f"overflow_{cycle}", self.advance)
            alone = with_operand if cycle < turns.meets else alone
        found = Mux(self.fields.operand.any(), with_operand, alone)
        for cycle in range(values_latency(config) - turns.meets):
            found = later(m, found, f"overflow_behind_{cycle}", self.advance)
        return found

    def _looked_up(self, m: Module, codes: list[Value]) -> list[Value]:
        """Codes behind the table."""
        unit = Table(f"{self.config.top}_table")
        return [
            self.place(
                m,
                f"table_{lane}",
                unit,
                advance=self.advance,
                lookup=self.fields.table,
                code=code,
                write=self.write,
                address=self.address,
                entries=self.entries,
            ).result
            for lane, code in enumerate(codes)
        ]

    def _revealed(self, m: Module, codes: list[Value]) -> list[Value]:
        """Codes of which the largest terms are left, all of them where the record does not say how many."""
        fields = self.fields
        possible = range(1, VALUE_BITS + 1) if planes(self.config) else element_sizes(self.config)
        sizes = one_of(m, fields.out_bits, possible, "output")
        whole = Cat(Cat(used for size, used in sizes.items() if size > place).any() for place in range(VALUE_BITS))
        more, largest = Signal(MOST_TERMS), Signal(VALUE_BITS)
        m.d.comb += [
            more.eq(Cat(~fields.top_terms.any() | (fields.top_terms > count) for count in range(MOST_TERMS))),
            largest.eq(Mux(fields.out_signed, whole[1:], whole)),
        ]
        unit = TopTerms(f"{self.config.top}_top_terms", _top_terms_latency(self.config))
        return [
            self.place(
                m,
                f"top_terms_{lane}",
                unit,
                **({"en": self.advance} if unit.latency else {}),
                code=extended(code, sizes, fields.out_signed)[:VALUE_BITS],
                code_signed=fields.out_signed,
                more=more,
                largest=largest,
            ).result
            for lane, code in enumerate(codes)
        ]
