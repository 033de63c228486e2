"""Where in a run a mover is: local unit, units left, and the part of a bus beat or of a unit that is next.

A beat of the bus holds several units, one, or a part of one, as :class:`lowtide.hw.control.movers.places.Place` says.
Atoms of a beat are moved at once, other units one by one. Atoms stay where they are in the beat: the first, at place
``offset`` of the run's first beat, has the local unit of the run, so place 0 has ``offset`` less. Nothing is shifted.

Where the next step is, and whether a run ends with it, are registers: a run is taken when the last step of the one
before is done, a cycle before its own first step.
"""

from collections.abc import Sequence
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from lowtide.common.records.kinds import Memory

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from .places import Place, chosen, local_bits

__all__ = ["Cursor", "atoms_layout", "flying_layout", "units_of_a_beat"]


def units_of_a_beat(config: AcceleratorConfig, places: Sequence[Place]) -> slice:
    """The bits of a run's external address that say at which unit of a beat of the bus it begins: none where no memory
    has a unit that is smaller. The bits below are 0, those above are the beat."""
    beat = (config.bus_bytes - 1).bit_length()
    return slice(min(beat, *(place.shift for place in places)), beat)


def flying_layout(config: AcceleratorConfig, places: Sequence[Place]) -> data.StructLayout:
    """What is left of a run that the bus has been asked for: where in a beat it begins (:func:`units_of_a_beat`), its
    first local unit, whether it is the record's last."""
    bits = units_of_a_beat(config, places)
    return data.StructLayout({"place": bits.stop - bits.start, "local": local_bits(config), "last": 1})


def atoms_layout(config: AcceleratorConfig, rows: int) -> data.StructLayout:
    """Atoms with consecutive addresses, one a row: ``bank`` and ``word`` of the first, the ``following`` word, one bit
    for each of the ``rows`` that counts."""
    words = {name: config.bank_address_bits for name in ("word", "following")}
    return data.StructLayout({"bank": config.bank_bits, **words, "rows": rows})


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
    units : in, :func:`lowtide.hw.control.movers.places.local_bits` and 1 more
        Of a run.
    run, run_valid : in, :func:`flying_layout` and 1 bit
        The next run, and whether there is one.
    run_taken : in, 1 bit
        It is taken, if there is one: where there is no step, and with one that is done where ``run_ends``. The mover
        makes it of ``run_ends`` and what its steps wait for, which comes last of all, with few gates to go.
    valid : out, 1 bit
        There is a step.
    step : in, 1 bit
        The step is done.
    atoms : out, :func:`atoms_layout`
        Of this step, where the memory is the feature memory: those that are moved at once.
    local : out, :func:`lowtide.hw.control.movers.places.local_bits`
        The unit of this step, of another memory.
    part : out
        Which unit of the beat, or which beat of the unit.
    lowest, highest : out
        The first and the last place of the beat that counts (atoms).
    gives : out, 1 bit
        A unit, or the atoms of a beat, is whole with this step.
    beat_ends, run_ends : out, 1 bit
        With this step.
    last : out, 1 bit
        The run is the last of its record.
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
                "units": In(local_bits(config) + 1),
                "run": In(flying_layout(config, self.places)),
                "run_valid": In(1),
                "run_taken": In(1),
                "valid": Out(1),
                "step": In(1),
                "atoms": Out(atoms_layout(config, self.places[0].per_beat)),
                "local": Out(local_bits(config)),
                "part": Out(part_bits),
                "lowest": Out(part_bits),
                "highest": Out(part_bits),
                "gives": Out(1),
                "beat_ends": Out(1),
                "run_ends": Out(1),
                "last": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        bits, run = len(self.part), self.run
        base = Signal.like(self.local, name="base", reset_less=True)  # of place 0 of a beat
        following = Signal(self.config.bank_address_bits, reset_less=True)  # the word behind that of the base
        from_run, from_beat = Signal.like(base, name="from_run"), Signal.like(base, name="from_beat")
        left = Signal(len(self.units) + 1, reset_less=True)
        valid, ends = Signal(), Signal(reset_less=True)  # there is a step; its beat is the last of the run
        lowest, highest, part = (Signal(bits, name=name, reset_less=True) for name in ("first", "final", "next_part"))
        last = Signal(reset_less=True)
        feature, gathers, splits = Signal(), Signal(), Signal()
        last_part, per_beat = Signal(bits), Signal(bits + 1)
        last_parts = {
            p.memory: p.beats - 1 if p.beats > 1 or p.memory == Memory.FEATURE else p.per_beat - 1 for p in self.places
        }
        unit_ends, last_unit = Signal(), Signal()  # of the beats of a unit, the last; of the units of a beat, the last
        m.d.comb += [
            feature.eq(self.memory == int(Memory.FEATURE)),
            gathers.eq(Cat(self.memory == int(p.memory) for p in self.places if p.beats > 1).any()),
            splits.eq(~gathers & ~feature),
            per_beat.eq(chosen(self.memory, {p.memory: p.per_beat for p in self.places}, bits + 1)),
            last_part.eq(chosen(self.memory, last_parts, bits)),
            unit_ends.eq(part == last_part),
            last_unit.eq(unit_ends | (splits & ends & (part == highest))),
            self.valid.eq(valid),
            self.local.eq(base + Mux(splits, part, 0)),
            self.part.eq(part),
            self.lowest.eq(lowest),
            self.highest.eq(highest),
            self.gives.eq(~gathers | unit_ends),
            self.beat_ends.eq(gathers | last_unit),
            self.run_ends.eq(ends & last_unit),
            self.last.eq(last),
        ]
        offset, first_left = Signal(bits), Signal.like(left)  # of the next run: in its first beat
        m.d.comb += [offset.eq(self.offset()), first_left.eq(self.units + offset)]
        m.d.comb += [from_run.eq(run.local - offset), from_beat.eq(base + per_beat)]
        bank_bits = self.config.bank_bits
        with m.If(self.run_taken):
            m.d.sync += [
                valid.eq(self.run_valid),
                last.eq(run.last),
                base.eq(from_run),
                following.eq((from_run >> bank_bits) + 1),
                lowest.eq(offset),
                part.eq(Mux(splits, offset, 0)),
                *self.rest(first_left, per_beat, left=left, ends=ends, highest=highest),
            ]
        with m.Elif(self.step & last_unit):
            m.d.sync += [
                base.eq(from_beat),
                following.eq((from_beat >> bank_bits) + 1),
                lowest.eq(0),
                part.eq(0),
                *self.rest(left - per_beat, per_beat, left=left, ends=ends, highest=highest),
            ]
        with m.Elif(self.step):
            m.d.sync += part.eq(part + 1)
        self.banks(m, base, following, lowest, highest)

    def offset(self) -> Value:
        """The place of the next run's first unit in its first beat."""
        lowest = units_of_a_beat(self.config, self.places).start
        shifts = {p.memory: p.shift - lowest for p in self.places}
        shift = chosen(self.memory, shifts, bits_for(max(shifts.values())))
        return Mux(self.fill, 0, self.run.place >> shift)

    def rest(self, units: Value, per_beat: Value, *, left: Signal, ends: Signal, highest: Signal) -> list[Any]:
        """What a beat has of so many units from its place 0 on."""
        is_last = units <= per_beat
        return [left.eq(units), ends.eq(is_last), highest.eq(Mux(is_last, units, per_beat) - 1)]

    def banks(self, m: Module, base: Value, following: Value, lowest: Value, highest: Value) -> None:
        """Bank and word of the first atom, and which rows count, when place i of the beat is row i."""
        per_beat, rows = self.places[0].per_beat, []
        for row in range(per_beat):
            above = lowest <= row if row < per_beat - 1 else Const(1, 1)
            below = highest >= row if row else Const(1, 1)
            rows.append(above & below)
        m.d.comb += [
            Cat(self.atoms.bank, self.atoms.word).eq(base[: self.config.feature_address_bits]),
            self.atoms.following.eq(following),
            self.atoms.rows.eq(Cat(rows)),
        ]
