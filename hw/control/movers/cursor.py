"""Where in a run a mover is: local unit, units left, and the part of a bus beat or of a unit that is next.

A beat of the bus holds several units, one, or a part of one, as :class:`lowtide.hw.control.movers.places.Place` says.
Atoms of a beat are moved at once, other units one by one. Atoms stay where they are in the beat: the first, at place
``offset`` of the run's first beat, has the local unit of the run, so place 0 has ``offset`` less. Nothing is shifted.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from lowtide.common.records.kinds import Memory

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.ports import consecutive, read_layout
from .places import Place, chosen
from .runs import LOCAL_BITS, run_layout

__all__ = ["Cursor"]


class Cursor(Unit):
    """Steps through runs; all outputs are those of the step that is next.

    Parameters
    ----------
    config : AcceleratorConfig
    name : str
        Of the mover.
    places : sequence of Place
        The memories that there are, the feature memory first. Atoms of the ``per_beat`` of that one are moved at once:
        those of a beat of the bus, or of several.

    Ports
    -----
    memory : in, 3 bits
    fill : in, 1 bit
        Beats are not read: they begin with the run.
    units : in, 24 bits
        Of a run.
    run : in, layout of :func:`lowtide.hw.control.movers.runs.run_layout`
        Stays the same until ``run_ends``.
    step : in, 1 bit
        The step is done.
    atoms : out, layout of :func:`lowtide.hw.memory.ports.read_layout`
        Of this step, where the memory is the feature memory: as many rows as atoms are moved at once.
    local : out, 24 bits
        The unit of this step, of another memory.
    part : out
        Which unit of the beat, or which beat of the unit.
    lowest, highest : out
        The first and the last place of the beat that counts (atoms).
    gives : out, 1 bit
        A unit, or the atoms of a beat, is whole with this step.
    beat_ends, run_ends : out, 1 bit
        With this step.
    """

    def __init__(self, config: AcceleratorConfig, name: str, places: Sequence[Place]) -> None:
        self.config, self.places = config, tuple(places)
        self.parts = max(max(place.per_beat, place.beats) for place in self.places)
        part_bits = max(1, (self.parts - 1).bit_length())
        super().__init__(
            f"{config.name}_{name}_cursor",
            {
                "memory": In(3),
                "fill": In(1),
                "units": In(LOCAL_BITS),
                "run": In(run_layout()),
                "step": In(1),
                "atoms": Out(read_layout(config, self.places[0].per_beat)),
                "local": Out(LOCAL_BITS),
                "part": Out(part_bits),
                "lowest": Out(part_bits),
                "highest": Out(part_bits),
                "gives": Out(1),
                "beat_ends": Out(1),
                "run_ends": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        bits, bus = len(self.part), self.config.bus_bytes
        begun, in_beat = Signal(), Signal()  # the run is, the beat is
        held_local, held_left = Signal(LOCAL_BITS, reset_less=True), Signal(LOCAL_BITS + 1, reset_less=True)
        held_part = Signal(bits, reset_less=True)
        offset = Signal(bits)  # of the run in its first beat
        base, left = Signal(LOCAL_BITS), Signal(LOCAL_BITS + 1)  # local unit of place 0 of the beat, units from there
        last_part, per_beat, feature = Signal(bits), Signal(bits + 1), Signal()
        last_parts = {
            p.memory: p.beats - 1 if p.beats > 1 or p.memory == Memory.FEATURE else p.per_beat - 1 for p in self.places
        }
        ends = Signal()  # this is the last beat of the run
        shifts = {p.memory: p.shift for p in self.places}
        shift = chosen(self.memory, shifts, bits_for(max(shifts.values())))
        m.d.comb += [
            feature.eq(self.memory == int(Memory.FEATURE)),
            offset.eq(Mux(self.fill, 0, self.run.address[: (bus - 1).bit_length()] >> shift)),
            per_beat.eq(chosen(self.memory, {p.memory: p.per_beat for p in self.places}, bits + 1)),
            last_part.eq(chosen(self.memory, last_parts, bits)),
            base.eq(Mux(begun, held_local, self.run.local - offset)),
            left.eq(Mux(begun, held_left, self.units + offset)),
            self.lowest.eq(Mux(begun, 0, offset)),
            ends.eq(left <= per_beat),
            self.highest.eq(Mux(ends, left - 1, per_beat - 1)),
        ]
        first_part, gathers, splits = Signal(bits), Signal(), Signal()
        m.d.comb += [
            gathers.eq(Cat(self.memory == int(p.memory) for p in self.places if p.beats > 1).any()),
            splits.eq(~gathers & ~feature),
            first_part.eq(Mux(splits, self.lowest, 0)),
            self.part.eq(Mux(in_beat, held_part, first_part)),
            self.local.eq(base + Mux(splits, self.part, 0)),
            self.gives.eq(~gathers | (self.part == last_part)),
        ]
        unit_ends, last_unit = Signal(), Signal()  # of the beats of a unit, the last; of the units of a beat, the last
        m.d.comb += [
            unit_ends.eq(self.part == last_part),
            last_unit.eq(unit_ends | (splits & ends & (self.part == self.highest))),
            self.beat_ends.eq(gathers | last_unit),
            self.run_ends.eq(ends & last_unit),
        ]
        with m.If(self.step):
            m.d.sync += [in_beat.eq(~last_unit), held_part.eq(self.part + 1)]
            with m.If(last_unit):
                m.d.sync += [begun.eq(~self.run_ends), held_local.eq(base + per_beat), held_left.eq(left - per_beat)]
        self.banks(m, base)

    def banks(self, m: Module, base: Value) -> None:
        """Word of each row's bank, and which rows count, when place i of the beat is row i."""
        config, per_beat = self.config, self.places[0].per_beat
        words, bank = consecutive(config, base[: config.feature_address_bits], per_beat)
        rows = []
        for row in range(per_beat):
            above = self.lowest <= row if row < per_beat - 1 else Const(1, 1)
            below = self.highest >= row if row else Const(1, 1)
            rows.append(above & below)
        m.d.comb += [self.atoms.words.eq(words), self.atoms.bank.eq(bank), self.atoms.rows.eq(Cat(rows))]
