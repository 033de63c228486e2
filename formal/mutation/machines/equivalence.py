"""Whether a mutant of a machine can ever be seen: by its unit's outputs, or by those of the units that place it.

A bit that a unit gives and nobody looks at can differ for ever; so where a unit by itself differs, the units that place
it are compared, all of them, and so on upwards, as long as they are small enough. Memories become registers.
"""

import re
from collections import defaultdict
from functools import cached_property

from ..circuit import circuit_of
from ..mutants import SELECTOR, Mutant
from ..relation import Comparison
from .text import MutatedMachine, units_of

__all__ = ["Equivalence"]

MOST_ANDS = 80_000  #: of a unit that is compared
MOST_MEMORY = 4_096  #: bits of the memories in it


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
        self._comparisons: dict[str, Comparison | None] = {}

    def outcome(self, mutant: Mutant) -> str:
        """``equivalent``: its unit, or every unit that places it, is proved to have the same outputs for ever, whatever
        its inputs are. Else what came of the unit by itself: ``different`` in some state, ``undecided`` in time, or
        ``not compared``, as it is too large."""
        modules = units_of(self.machine.config, self.machine.original)
        return self._of(next(module for module, unit in modules.items() if unit == mutant.unit), mutant.number)

    def _of(self, module: str, number: int) -> str:
        comparison = self._comparison(module)
        if comparison is None:  # nor are those that place it
            return "not compared"
        found = comparison.outcome(number, timeout=self.timeout)
        if found == "equivalent":
            return found
        placers = self._placers[module]
        seen = placers and all(self._of(placer, number) == "equivalent" for placer in placers)
        return "equivalent" if seen else found

    def _comparison(self, module: str) -> Comparison | None:
        """A unit with its mutants; None where it is too large."""
        if module not in self._comparisons:
            self._comparisons[module] = self._made(module) if self._memory(module) <= MOST_MEMORY else None
        return self._comparisons[module]

    def _made(self, module: str) -> Comparison | None:
        circuit = circuit_of(self.machine.text, top=module)
        if len(circuit.ands) > MOST_ANDS:
            return None
        return Comparison(circuit, selector=SELECTOR, assumed=None, sample=lambda chance, patterns: {})

    def _memory(self, module: str) -> int:
        """Bits of the memories in a unit, those that it places included."""
        own = re.findall(r"^  reg \[(\d+):0\] \w+ \[(\d+):0\];", self._texts[module], flags=re.M)
        placed = sum(self._memory(each) for each in self._placed(module))
        return placed + sum((int(width) + 1) * (int(words) + 1) for width, words in own)

    def _placed(self, module: str) -> list[str]:
        """The units that a unit places, each as often as it does."""
        found = re.findall(r"^  (\w+) (?:\w+|\\\S+ ) ?\($", self._texts[module], flags=re.M)
        return [each for each in found if each in self._texts]

    @cached_property
    def _texts(self) -> dict[str, str]:
        """The Verilog of each module without mutants."""
        parts = re.split(r"^module (\w+)\(", self.machine.original, flags=re.M)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    @cached_property
    def _placers(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for module in self._texts:
            for each in dict.fromkeys(self._placed(module)):
                found[each].append(module)
        return found
