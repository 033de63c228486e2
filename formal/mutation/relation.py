"""The relation between the registers of an engine and of a mutant of it, weakened until it is one that stays.

A bit of a register is *equal* in both engines, always, or *free*: the mutant's has any value. At first all are equal.
Those that differ after a cycle, in random states or in one that the solver finds, become free. What is left at the end
is proved: from related states, whatever the inputs, both engines go to related states, and have equal outputs.
"""

import random
import time
from collections.abc import Callable

from .circuit import Circuit
from .graph import Graph
from .solver import satisfy

__all__ = ["Comparison"]

PATTERNS = 4096  #: states of one simulation
TRUE = 1  #: the literal
OUTPUT = "output "  #: before the names of outputs
QUICK = 2  #: seconds of the solver for a claim, before it takes all the time that is left


class Comparison:
    """An engine and its mutants.

    Parameters
    ----------
    circuit : Circuit
        Of the engine with all mutants.
    selector : str
        The name of the input that chooses one.
    assumed : str or None
        The output that is 1 in the states that are assumed, of the engine; None where nothing is.
    sample
        Random values of some inputs and registers, by name, a bit for each of so many patterns; what is assumed then
        often holds.
    """

    def __init__(
        self,
        circuit: Circuit,
        *,
        selector: str,
        assumed: str | None,
        sample: Callable[[random.Random, int], dict[str, int]],
    ) -> None:
        self.circuit, self.assumed, self.sample, self.graph = circuit, assumed, sample, Graph()
        chosen = [name for name in circuit.inputs if name.startswith(f"{selector}[")]
        self.selector = {name: int(name[len(selector) + 1 : -1]) for name in chosen}
        self.now = {name: self.graph.variable(name) for name in circuit.registers}
        self.inputs = {name: self.graph.variable(name) for name in circuit.inputs if name not in self.selector}
        self.own = {name: self.graph.variable(f"mutant's {name}") for name in circuit.registers}
        self.original = self.copy(0, self.now)
        self.holds = self.original[1][assumed] if assumed else TRUE  #: literal: what is assumed
        self.read_by_original = self.registers_read(self.original)

    def copy(self, number: int, registers: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """Next values and outputs of the engine with a mutant. registers: literals of their values."""
        choice = {name: number >> bit & 1 for name, bit in self.selector.items()}
        following, given = self.circuit.copy_into(self.graph, self.inputs | registers | choice)
        if number and self.assumed:
            del given[self.assumed]  # what is assumed is assumed of the original
        return following, given

    def registers_read(self, copied: tuple[dict[str, int], dict[str, int]]) -> set[str]:
        """The registers that the outputs of the engine depend on, in this cycle or a later one."""
        following, given = copied
        pending = [literal for name, literal in given.items() if name != self.assumed]
        found: set[str] = set()
        while pending:
            names = {self.graph.names[node] for node in self.graph.support(pending)}
            new = names & following.keys() - found
            found |= new
            pending = [following[name] for name in new]
        return found

    def outcome(self, number: int, *, timeout: int) -> str:
        """``equivalent``, ``different`` (in some state, which need not be one that can be reached) or ``undecided``.
        Parameters as of :meth:`compare`."""
        return self.compare(number, timeout=timeout)[0]

    def compare(self, number: int, *, timeout: int) -> tuple[str, set[str]]:
        """The outcome, and where it is ``different`` some outputs that differ.

        Parameters
        ----------
        number : int
            Of the mutant.
        timeout : int
            Seconds, for all of it.
        """
        until = time.monotonic() + timeout
        relation, chance = Relation(self, number), random.Random(number)
        patterns = self.patterns(chance)
        while time.monotonic() < until:
            while not relation.differing and relation.weaken(patterns):
                pass
            if relation.differing:
                return "different", relation.differing
            found = relation.counterexample(until)
            if found is None:
                return "equivalent", set()
            if isinstance(found, str):
                return found, set()
            patterns = self.patterns(chance, around=found)
            if not relation.weaken(patterns):
                raise AssertionError("what the solver found is no counterexample")
        return "undecided", set()

    def patterns(self, chance: random.Random, around: dict[int, int] | None = None) -> dict[int, int]:
        """States and inputs, a bit of each value for each: random ones, many of which are assumed.

        Parameters
        ----------
        chance : random.Random
        around : dict of int to int or None
            Values of variables, by node: the first pattern has them, and others differ from it in few places.
        """
        variables = [(name, literal) for group in (self.inputs, self.now, self.own) for name, literal in group.items()]
        sampled = self.sample(chance, PATTERNS)
        found = {}
        for name, literal in variables:
            value = sampled.get(name)
            found[literal >> 1] = chance.getrandbits(PATTERNS) if value is None else value
        if around is None:
            return found
        fixed = set(self.graph.support([self.holds]))
        quarter = PATTERNS // 4
        often = (1 << quarter) - 1 << quarter  # patterns in which half of what is not assumed differs
        rarely = (1 << quarter) - 1 << 2 * quarter  # an eighth of it
        other = (1 << quarter) - 1 << 3 * quarter  # these stay random
        for node, value in found.items():
            base = (1 << 3 * quarter) - 1 if around.get(node, 0) else 0
            flips = 0
            if node not in fixed:
                bits = [chance.getrandbits(PATTERNS) for _ in range(4)]
                flips = bits[0] & often | bits[1] & bits[2] & bits[3] & rarely
            found[node] = base ^ flips | value & other
        return found


class Relation:
    """The relation for one mutant.

    Attributes
    ----------
    compared : list of str
        The bits that both engines read.
    free : set of str
        Those that the mutant has of its own.
    differing : set of str
        Outputs that were seen to differ.
    claims : dict of str to int
        Name of a bit or an output to a literal that is true where it differs after a cycle; what never does, because
        it is the same logic, is left out.
    """

    def __init__(self, comparison: Comparison, number: int) -> None:
        self.comparison, self.number = comparison, number
        read = comparison.registers_read(comparison.copy(number, comparison.now))
        self.compared = [name for name in comparison.now if name in read & comparison.read_by_original]
        self.free = read - comparison.read_by_original
        self.differing: set[str] = set()
        self.claims = self.state()

    def state(self) -> dict[str, int]:
        """The claims of the relation as it is."""
        comparison, graph = self.comparison, self.comparison.graph
        now = comparison.now | {name: comparison.own[name] for name in self.free}
        following, given = comparison.copy(self.number, now)
        found = {f"{OUTPUT}{name}": graph.differ(comparison.original[1][name], one) for name, one in given.items()}
        for name in self.compared:
            if name not in self.free:
                found[name] = graph.differ(comparison.original[0][name], following[name])
        return {name: literal for name, literal in found.items() if literal}

    def weaken(self, patterns: dict[int, int]) -> bool:
        """Free the bits that differ after some of the patterns. Whether any did, or an output."""
        comparison = self.comparison
        wanted = [comparison.holds, *self.claims.values()]
        assumed, *values = comparison.graph.simulate(wanted, patterns, (1 << PATTERNS) - 1)
        wrong = {name for name, value in zip(self.claims, values, strict=True) if value & assumed}
        self.differing |= {name.removeprefix(OUTPUT) for name in wrong if name.startswith(OUTPUT)}
        self.free |= {name for name in wrong if not name.startswith(OUTPUT)}
        if wrong:
            self.claims = self.state()
        return bool(wrong)

    def counterexample(self, until: float) -> dict[int, int] | str | None:
        """Values of variables with which a claim is wrong; None where none ever is, ``undecided`` where that is not
        known at the time ``until``. The smallest claims are asked first."""
        graph = self.comparison.graph
        assumed = self.comparison.holds
        waiting = sorted(set(self.claims.values()), key=lambda literal: (len(graph.cone([literal])), literal))
        for limit in (QUICK, float("inf")):
            asked, waiting = waiting, []
            for literal in asked:
                found = satisfy(graph, graph.both(assumed, literal), timeout=min(limit, until - time.monotonic()))
                if found == "undecided":
                    waiting.append(literal)
                elif found is not None:
                    return found
        return "undecided" if waiting else None
