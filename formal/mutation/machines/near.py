"""Guards that a register's bit may have: what the bits around it are, which hang together with it, found by the logic
and not by names. Near are the bits that it and those which take it depend on, and those with a reset that are taken
under the same conditions, such as whether a word is there. Bits that much hangs on come first."""

from collections import Counter, defaultdict
from functools import cached_property
from itertools import combinations

from .cycles import Cycles
from .guarded import RESET, Guard

__all__ = ["Near"]

READERS = 6  #: registers that take a bit, which are looked at
GATES, LEVELS = 2_000, 8  #: gates behind a bit that are, and how far behind it
LEVELS_OF_RESET = 5  #: from the reset to a register that has it
NEAR = 40  #: bits that are
PAIRED = 24  #: of them, that are in pairs


class Near:
    """The guards around the registers of a circuit."""

    def __init__(self, cycles: Cycles) -> None:
        self.cycles = cycles
        self._found: dict[str, list[Guard]] = {}

    @cached_property
    def _readers(self) -> dict[int, list[int]]:
        """Of each node of the circuit those that it goes to."""
        found = defaultdict(list)
        circuit = self.cycles.circuit
        for place, (left, right) in enumerate(circuit.ands, len(circuit.inputs) + len(circuit.registers) + 1):
            found[left >> 1].append(place)
            found[right >> 1].append(place)
        return found

    @cached_property
    def _taken(self) -> dict[int, list[str]]:
        """Of each node the registers that take it."""
        found = defaultdict(list)
        for name, literal in zip(self.cycles.circuit.registers, self.cycles.circuit.following, strict=True):
            found[literal >> 1].append(name)
        return found

    @cached_property
    def _loads(self) -> Counter[str]:
        """How many gates hang on a register's bit."""
        place = self.cycles.place
        return Counter({name: len(self._readers[place[name]]) for name in self.cycles.circuit.registers})

    def _takers(self, name: str) -> list[str]:
        """The registers that take what depends on an input or a bit, the nearest first."""
        nodes = {self.cycles.place[name]: None}
        level = list(nodes)
        for _ in range(LEVELS):
            level = [
                node for node in dict.fromkeys(n for each in level for n in self._readers[each]) if node not in nodes
            ]
            nodes |= dict.fromkeys(level)
            if len(nodes) > GATES:
                break
        return [taker for node in nodes for taker in self._taken[node]]

    @cached_property
    def _reset(self) -> set[str]:
        """Registers with a reset."""
        nodes = {self.cycles.place[RESET]} if RESET in self.cycles.place else set()
        for _ in range(LEVELS_OF_RESET):
            nodes |= {node for each in nodes for node in self._readers[each]}
        return {name for node in nodes for name in self._taken[node]}

    def guards(self, name: str) -> list[Guard]:
        """Of a register's bit: each value of each bit near to it, then of each two of these."""
        graph, following = self.cycles.graph, self.cycles.original[0].following
        own = graph.support([following[name]])
        taken = graph.support([following[each] for each in self._takers(name)[:READERS]])
        bits = {graph.names[node] for node in (*own, *taken)} & following.keys()
        for node in own:
            if graph.names[node] in self.cycles.place:
                bits |= set(self._takers(graph.names[node])) & self._reset
        bits -= {name}
        key = "\0".join(sorted(bits))
        if key not in self._found:
            near = sorted(bits, key=lambda bit: (-self._loads[bit], bit))[:NEAR]
            single: list[Guard] = [((bit, value),) for bit in near for value in (1, 0)]
            double: list[Guard] = [
                (one, other)
                for (first, second) in combinations(near[:PAIRED], 2)
                for one in ((first, 1), (first, 0))
                for other in ((second, 1), (second, 0))
            ]
            self._found[key] = [*single, *double]
        return self._found[key]
