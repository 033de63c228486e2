"""Whether a mutant of a machine can ever be seen: by its unit's outputs, or by those of the units that place it.

A unit is compared in three ways, each of which is enough:

- whatever its registers and inputs are (`relation.py`), with the units that it places as boxes (`boxes.py`), of which
  those are opened that are given what differs;
- so, but from the first cycle of a reset on (`from_reset.py`): it may differ only in states that are never reached;
- by itself, whatever its registers and inputs are, all that it places opened, memories as registers, where it is small.

A bit that a unit gives and nobody looks at can differ for ever; so where it differs, the units that place it are
compared, all of them, and so on up to the machine.

The whole machine is compared as well, which takes seconds, with memories and the array as boxes: what only counts at
times, such as a word of a stream while none is there, may differ at others (`guarded.py`).
"""

import time
from functools import cached_property

from ..circuit import Circuit, circuit_of
from ..mutants import SELECTOR, Mutant
from ..relation import Comparison
from .boxes import MEMORY, Units
from .counted import counted
from .cycles import Cycles
from .from_reset import equivalent_from_reset
from .guarded import GuardedRelation
from .near import Near
from .text import MutatedMachine, units_of

__all__ = ["Equivalence"]

MOST_ANDS = 80_000  #: of a unit that is compared
MOST_REGISTERS = 800  #: of one that is compared from a reset on
PROOFS = 6  #: as long as so many proofs may take all those of a mutant
MOST_MEMORY, MOST_TEXT = 4_096, 60_000  #: bits of the memories in one that is compared by itself, and characters
CYCLES = 2  #: of an induction over the whole machine
MOST_OPENED = 150_000  #: characters of what is looked into
OPENINGS = 6  #: times that some are, at most


class Equivalence:
    """Compares a machine's units with and without mutants.

    Parameters
    ----------
    machine : MutatedMachine
    timeout : int
        Seconds of a proof.
    """

    def __init__(self, machine: MutatedMachine, *, timeout: int) -> None:
        self.machine, self.timeout = machine, timeout
        self._alone: dict[str, Comparison | None] = {}
        self._boxed: dict[int, Comparison] = {}

    @cached_property
    def units(self) -> Units:
        """The machine's units."""
        return Units(self.machine.text)

    def outcome(self, mutant: Mutant) -> str:
        """``equivalent``: its unit, or every unit that places it, is proved to have the same outputs for ever, whatever
        its inputs are. Else what came of the unit by itself: ``different`` in some state, ``undecided`` in time, or
        ``not compared``, as it is too large."""
        modules = units_of(self.machine.config, self.machine.original)
        module = next(module for module, unit in modules.items() if unit == mutant.unit)
        alone = self._comparison(module)
        found = alone.outcome(mutant.number, timeout=self.timeout) if alone else "not compared"
        if found == "equivalent":
            return found
        until = time.monotonic() + PROOFS * self.timeout
        around = frozenset(self.units.around(module))
        return "equivalent" if self._is_unseen(module, mutant.number, around, until) else found

    def outcome_in_machine(self, mutant: Mutant) -> str:
        """``equivalent``: the machine is proved to have the same outputs for ever where they count, whatever its inputs
        are. Else ``different`` in some state, or ``undecided`` in time."""
        cycles, near = self.whole, self._near
        relation = GuardedRelation(cycles, mutant.number, near.guards, counted(cycles.outputs))
        return relation.outcome(timeout=PROOFS * self.timeout)

    @cached_property
    def whole(self) -> Cycles:
        """The machine, all of it but the array and memories, which are boxes."""
        top = self.machine.config.top
        circuit = self.units.circuit(top, frozenset(self._openable(self.units.inside(top))))
        return Cycles(circuit, selector=SELECTOR, count=CYCLES)

    @cached_property
    def _near(self) -> Near:
        return Near(self.whole)

    def _is_unseen(self, top: str, number: int, opened: frozenset[str], until: float) -> bool:
        """Whether the mutant is proved never to be seen behind the outputs of ``top``, or of all that place it. opened:
        what has to be looked into. until: the time at which no further proof is begun."""
        everything = (
            opened | self._openable(self.units.inside(top)) if self.units.characters(top) <= MOST_OPENED else opened
        )
        for _ in range(OPENINGS):
            looked = opened & self.units.inside(top, opened)
            if sum(len(self.units.texts[each]) for each in looked) > MOST_OPENED or time.monotonic() > until:
                return False
            circuit = self.units.circuit(top, opened)
            if len(circuit.ands) > MOST_ANDS:
                return False
            found, differing = self._comparison_of(circuit).compare(number, timeout=self.timeout)
            if found == "equivalent":
                return True
            more = self._opened(top, {name.rpartition(".")[0] for name in differing}) or everything
            if more <= opened:
                break
            opened |= more
        if self._from_reset(circuit, number):
            return True
        placers = self.units.placers[top]
        return bool(placers) and all(self._is_unseen(placer, number, opened, until) for placer in placers)

    def _opened(self, top: str, boxes: set[str]) -> set[str]:
        """The modules of boxes, by the names on the way to them: none of memories, nor of "", which is ``top``."""
        return self._openable({self.units.module_of(top, path) for path in boxes if path and not path.endswith(MEMORY)})

    def _openable(self, modules: set[str]) -> set[str]:
        """Those that are no part of the array, which is large."""
        array = f"{self.machine.config.array.name}_"
        return {each for each in modules if not f"{each}_".startswith(array)}

    def _from_reset(self, circuit: Circuit, number: int) -> bool:
        if len(circuit.registers) > MOST_REGISTERS:
            return False
        chosen = self._comparison_of(circuit).selector
        original, mutated = ({name: each >> bit & 1 for name, bit in chosen.items()} for each in (0, number))
        return equivalent_from_reset(circuit, original, mutated, timeout=self.timeout) == "equivalent"

    def _comparison_of(self, circuit: Circuit) -> Comparison:
        """A circuit with its mutants; made once."""
        if id(circuit) not in self._boxed:  # circuits are kept
            self._boxed[id(circuit)] = _comparison(circuit)
        return self._boxed[id(circuit)]

    def _comparison(self, module: str) -> Comparison | None:
        """A unit by itself with its mutants; None where it is too large."""
        if module not in self._alone:
            self._alone[module] = None
            if self.units.memory_bits(module) <= MOST_MEMORY and self.units.characters(module) <= MOST_TEXT:
                circuit = circuit_of(self.machine.text, top=module)
                self._alone[module] = _comparison(circuit) if len(circuit.ands) <= MOST_ANDS else None
        return self._alone[module]


def _comparison(circuit: Circuit) -> Comparison:
    return Comparison(circuit, selector=SELECTOR, assumed=None, sample=lambda chance, patterns: {})
