"""The relation between the states of a machine and of a mutant of it: what may differ, and where it may.

A register's bit is *guarded*: equal in both wherever one of its guards holds, each of which says what some bits of
registers are. At first each is equal always, by a guard that says nothing. One without a guard may differ always, as
may a column of a memory, a bit of all its words, that is *free*. What differs after a cycle, in random states or in one
that the solver finds, loses the guards that held there. What is left at the end is proved, by induction over some
cycles:

- from equal states, whatever the inputs, outputs are equal and states are related in the first cycles, all but one;
- in states that have been related for so many cycles, with equal outputs in all but the last of them, whatever the
  inputs, outputs are equal, and the next states are related.

So outputs are equal for ever. One that counts only where others are 1 may differ elsewhere.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..solver import satisfy
from .cycles import Cycle, Cycles

__all__ = ["Guard", "GuardedRelation"]

PATTERNS = 4096  #: states of one simulation
ONES = (1 << PATTERNS) - 1
MOST_GUARDS = 100  #: of a bit
MOST_GUARDED = 400  #: bits that are not equal always: beyond it is given up
RESET = "rst[0]"
Guard: TypeAlias = tuple[tuple[str, int], ...]  #: bits of registers of the original, and what each is
ALWAYS: Guard = ()


@dataclass(frozen=True)
class Claims:
    """What is claimed of a cycle: nothing of it is true where ``assumed`` is.

    Parameters
    ----------
    cycle : Cycle
        Of the original.
    assumed : int
        A literal.
    outputs, columns : dict of str to int
        Where an output, or what is written into a column, differs.
    registers : dict of str to int
        Where the next value of a register differs, guarded or not.
    wrong : list of int
        Literals of all that is wrong: outputs, columns, and registers where a guard holds.
    """

    cycle: Cycle
    assumed: int
    outputs: dict[str, int]
    columns: dict[str, int]
    registers: dict[str, int]
    wrong: list[int]


class GuardedRelation:
    """The relation for one mutant.

    Parameters
    ----------
    cycles : Cycles
    number : int
        Of the mutant.
    candidates
        The guards that a register's bit may have, best first.
    counted : mapping of str to sequence of str
        Outputs to those that have to be 1 where they count.
    """

    def __init__(
        self,
        cycles: Cycles,
        number: int,
        candidates: Callable[[str], Sequence[Guard]],
        counted: Mapping[str, Sequence[str]],
    ) -> None:
        self.cycles, self.number, self.candidates, self.counted = cycles, number, candidates, counted
        self.graph, self.chance = cycles.graph, random.Random(number)
        self.guards: dict[str, list[Guard]] = {}  #: of the bits that are not equal always
        self.free: set[str] = set()
        self.differing: set[str] = set()  #: outputs that were seen to differ
        self.claims = list(self._claims())

    def outcome(self, *, timeout: float) -> str:
        """``equivalent``, ``different`` (in some state, which need not be one that can be reached) or ``undecided``
        after so many seconds."""
        until, patterns = time.monotonic() + timeout, self._patterns({})
        while time.monotonic() < until:
            while not self.differing and self._weaken(patterns):
                if len(self.guards) > MOST_GUARDED or time.monotonic() > until:
                    break
            if self.differing:
                return "different"
            if len(self.guards) > MOST_GUARDED or time.monotonic() > until:
                break
            found = self._counterexample(until)
            if found is None:
                return "equivalent"
            if found == "undecided":
                break
            assert isinstance(found, dict)
            patterns = self._patterns(found)
            if not self._weaken(patterns):
                raise AssertionError("what the solver found is no counterexample")
        return "undecided"

    def _claims(self) -> Iterator[Claims]:
        """What is claimed of the relation as it is."""
        now, graph, count = self.cycles.now, self.graph, self.cycles.count
        if count > 1:
            yield from self._walk({}, range(count - 1))
        related = {
            name: graph.differ(now[name], graph.both(self._may_differ(name, now), self.cycles.fresh(name, 0)))
            for name in self.guards
        }
        yield from self._walk(related, range(count - 1, count))

    def _walk(self, registers: dict[str, int], proved: range) -> Iterator[Claims]:
        """Claims of some cycles, from these registers of the mutant on."""
        cycles, assumed = self.cycles, 1
        for number in range(proved.stop):
            original = cycles.original[number]
            mutated = cycles.mutated(self.number, number, registers, self.free)
            claims = self._of_cycle(original, mutated, assumed)
            if number in proved:
                yield claims
            assumed = self.graph.both(assumed, self.graph.any(claims.wrong) ^ 1)
            registers = {name: one for name, one in mutated.following.items() if one != original.following[name]}

    def _of_cycle(self, original: Cycle, mutated: Cycle, assumed: int) -> Claims:
        graph, outputs = self.graph, {}
        for name in self.cycles.outputs:
            outputs[name] = graph.differ(original.given[name], mutated.given[name])
            for other in self.counted.get(name, ()):
                outputs[name] = graph.both(outputs[name], original.given[other])
        columns = {
            name: literal
            for name, literal in self.cycles.written(original, mutated).items()
            if literal and name not in self.free
        }
        registers = {
            name: graph.differ(one, mutated.following[name])
            for name, one in original.following.items()
            if one != mutated.following[name] and self.guards.get(name, [ALWAYS])
        }
        guarded = [
            graph.both(literal, self._may_differ(name, original.following) ^ 1) for name, literal in registers.items()
        ]
        outputs = {name: literal for name, literal in outputs.items() if literal}
        wrong = [*outputs.values(), *columns.values(), *guarded]
        return Claims(original, assumed, outputs, columns, registers, [literal for literal in wrong if literal])

    def _may_differ(self, name: str, registers: Mapping[str, int]) -> int:
        """A literal: whether a bit may, where the original's registers are these."""
        graph = self.graph
        return graph.any(self._holds(guard, registers) for guard in self.guards.get(name, [ALWAYS])) ^ 1

    def _holds(self, guard: Guard, registers: Mapping[str, int]) -> int:
        found = 1
        for name, value in guard:
            found = self.graph.both(found, registers[name] ^ value ^ 1)
        return found

    def _weaken(self, patterns: dict[int, int]) -> bool:
        """What differs after some of the patterns loses its guards that hold there. Whether anything did."""
        changed = False
        for node in self.graph.names.keys() - patterns.keys():  # of what is free since they were drawn
            patterns[node] = self.chance.getrandbits(PATTERNS)
        for claims in self.claims:
            named = [*claims.outputs.items(), *claims.columns.items(), *claims.registers.items()]
            literals = [claims.assumed, *(literal for _, literal in named)]
            assumed, *values = self.graph.simulate(literals, patterns, ONES)
            wrong = {name: value & assumed for (name, _), value in zip(named, values, strict=True) if value & assumed}
            self.differing |= wrong.keys() & claims.outputs.keys()
            columns = wrong.keys() & claims.columns.keys()
            self.free |= columns
            registers = {name: value for name, value in wrong.items() if name in claims.registers}
            changed |= bool(columns | self.differing) | self._loses(registers, claims.cycle, patterns)
        if changed:
            self.claims = list(self._claims())
        return changed

    def _loses(self, wrong: Mapping[str, int], cycle: Cycle, patterns: dict[int, int]) -> bool:
        """The guards of some bits that hold where those differ, in these patterns, are gone. Whether one is."""
        if len(self.guards.keys() | wrong.keys()) > MOST_GUARDED:
            self.guards |= {name: [] for name in wrong}
            return True
        asked = {name: self.guards[name] if name in self.guards else self.candidates(name) for name in wrong}
        bits = list({bit: None for each in asked.values() for guard in each for bit, _ in guard})
        values = dict(
            zip(bits, self.graph.simulate([cycle.following[bit] for bit in bits], patterns, ONES), strict=True)
        )
        changed = False
        for name, where in wrong.items():
            kept = [guard for guard in asked[name] if not _where(guard, values) & where][:MOST_GUARDS]
            changed |= kept != self.guards.get(name)
            self.guards[name] = kept
        return changed

    def _counterexample(self, until: float) -> dict[int, int] | str | None:
        """Values of variables with which a claim is wrong; None where none ever is, ``undecided`` where that is not
        known at the time ``until``."""
        graph = self.graph
        wrong = [graph.both(claims.assumed, literal) for claims in self.claims for literal in claims.wrong]
        return satisfy(graph, graph.any(wrong), timeout=until - time.monotonic())

    def _patterns(self, around: Mapping[int, int]) -> dict[int, int]:
        """Values of all variables, a bit for each pattern: some are near to ``around``, the others random."""
        bits, quarter, found = self.chance.getrandbits, PATTERNS // 4, {}
        often = ((1 << quarter) - 1) << quarter  # patterns in which half of the variables differ
        rarely = often << quarter  # an eighth of them
        near = (1 << 3 * quarter) - 1
        for node, name in self.graph.names.items():
            value = bits(PATTERNS)
            if name == RESET:
                value &= bits(PATTERNS) & bits(PATTERNS)
            if around:
                flips = bits(PATTERNS) & often | bits(PATTERNS) & bits(PATTERNS) & bits(PATTERNS) & rarely
                value = value & ~near | (near if around.get(node, 0) else 0) ^ flips
            found[node] = value
        return found


def _where(guard: Guard, values: Mapping[str, int]) -> int:
    """The patterns in which a guard holds."""
    found = ONES
    for name, value in guard:
        found &= values[name] if value else values[name] ^ ONES
    return found
