"""Packer: puts the values of a row's channels one behind the other into its atoms.

Where a value goes is the same for all rows: only bits at its place are written. The first value of an atom clears the
rest, so that what no channel fills is 0. With bit planes, bit p of a value goes to atom p, each has one bit a value; so
a row has as many atoms as values can have bits, else one.
"""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.atoms import element_sizes
from ..columns.columns import phase_bits
from ..elements import offset_bits, plane_bits, planes
from ..fields import fields_layout
from ..widths import VALUE_BITS

__all__ = ["Packer"]


class Packer(Unit):
    """Collects atoms.

    Ports
    -----
    fields : in, of the record EXEC
        Steady.
    store : in, 1 bit
        Values come in this cycle.
    phase : in, log2(``rows_per_requantiser``) bits
        Which of the rows of each lane they belong to: lane l has rows ``l q`` to ``l q + q - 1``.
    opens : in, 1 bit
        They are the first of their atoms.
    offset : in
        Where they go: see :mod:`lowtide.hw.post.elements`.
    values : in, 16 bits for each lane
    plane : in
        Which atom is shown; only where there are planes.
    overflow : in, a bit for each lane
        The value is of a sum that left its bits.
    atoms : out, R atoms
        From the next cycle on.
    overflowed : out, R bits
        Rows whose atom has such a value.
    """

    NAMES = ("out_bits", "out_planes")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_packer",
            {
                "fields": In(fields_layout(self.NAMES)),
                "store": In(1),
                "phase": In(phase_bits(config)),
                "opens": In(1),
                "offset": In(offset_bits(config)),
                "values": In(VALUE_BITS * config.requantisers),
                "overflow": In(config.requantisers),
                "plane": In(plane_bits(config)),
                "atoms": Out(config.rows * config.atom_bits),
                "overflowed": Out(config.rows),
            },
        )

    def build(self, m: Module) -> None:
        config, shared = self.config, self.config.rows_per_requantiser
        uses = self._uses(m)
        runs = self._runs(m, uses)
        stores = [Signal(name=f"store_{phase}") for phase in range(shared)]
        m.d.comb += [each.eq(self.store & (self.phase == phase)) for phase, each in enumerate(stores)]
        shown = []
        for row in range(config.rows):
            value, store = self.values.word_select(row // shared, VALUE_BITS), stores[row % shared]
            kept = [self._atom(m, f"row_{row}", store, value, uses, runs)]
            for plane in range(1, planes(config)):
                parts = [(here, value[plane].replicate(len(bits))) for bits, here in runs]
                kept.append(self._register(m, f"row_{row}_plane_{plane}", store, parts))
            with m.If(store):
                before = self.overflowed[row] & ~self.opens
                m.d.sync += self.overflowed[row].eq(before | self.overflow[row // shared])
            shown.append(Cat(kept).word_select(self.plane, config.atom_bits) if len(kept) > 1 else kept[0])
        m.d.comb += self.atoms.eq(Cat(shown))

    def _uses(self, m: Module) -> dict[int, Value]:
        """For each size of a value whether it is the record's; 1 stands for values in planes."""
        fields = self.fields
        uses = {size: (fields.out_bits == size) & ~fields.out_planes for size in element_sizes(self.config)}
        if planes(self.config):
            uses[1] = fields.out_planes
        signals: dict[int, Value] = {size: Signal(name=f"bits_{size}") for size in uses}
        m.d.comb += [signals[size].eq(used) for size, used in uses.items()]
        return signals

    def _runs(self, m: Module, uses: dict[int, Value]) -> list[tuple[list[int], Value]]:
        """Runs of an atom's bits that are always written together, and whether the values of this cycle go there."""
        starts = sorted({start for size in uses for start in range(0, self.config.atom_bits, size)})
        runs: list[tuple[list[int], Value]] = []
        for start, end in zip(starts, [*starts[1:], self.config.atom_bits], strict=True):
            here = Signal(name=f"here_{start}")
            m.d.comb += here.eq(Cat(used & (self.offset == start - start % size) for size, used in uses.items()).any())
            runs.append((list(range(start, end)), here))
        return runs

    def _atom(
        self,
        m: Module,
        name: str,
        store: Value,
        value: Value,
        uses: dict[int, Value],
        runs: list[tuple[list[int], Value]],
    ) -> Value:
        """A row's atom, or the lowest of its planes: each bit is one of the value's, which one the size says."""
        spread: dict[tuple[int, ...], Signal] = {}
        parts = []
        for bits, here in runs:
            sources = []
            for bit in bits:
                places = tuple(bit % size for size in uses)
                if places not in spread:
                    spread[places] = Signal(name=f"{name}_spread_{len(spread)}")
                    chosen = [used & value[place] for used, place in zip(uses.values(), places, strict=True)]
                    m.d.comb += spread[places].eq(Cat(chosen).any())
                sources.append(spread[places])
            parts.append((here, Cat(sources)))
        return self._register(m, name, store, parts)

    def _register(self, m: Module, name: str, store: Value, parts: list[tuple[Value, Value]]) -> Value:
        """Parts of an atom, each written where ``here`` says so, all of them when an atom opens."""
        kept = []
        for number, (here, bits) in enumerate(parts):
            register = Signal(len(bits), name=f"{name}_part_{number}", reset_less=True)
            with m.If(store & (here | self.opens)):
                m.d.sync += register.eq(bits & here.replicate(len(bits)))
            kept.append(register)
        return Cat(kept)
