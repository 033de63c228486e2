"""A circuit and a mutant of it for a few cycles in a row, as one graph: what they share is there once.

The memories of a circuit (:data:`lowtide.formal.mutation.machines.boxes.MEMORY`) are boxes. What one gives is an input
of both; the mutant is given something else where it reads at another address, or where the column, a bit of all words,
is one that may differ.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..circuit import Circuit
from ..graph import Graph
from .boxes import MEMORY

__all__ = ["Cycle", "Cycles", "Memory"]


@dataclass(frozen=True)
class Memory:
    """A memory of a circuit: names of what it gives and takes, bit 0 first."""

    read_data: list[str]
    read_address: list[str]
    enable: list[str]
    write_address: list[str]
    write_data: list[str]


@dataclass(frozen=True)
class Cycle:
    """Literals of a cycle: of every node of the circuit, and by name of the next registers and of what is given."""

    nodes: list[int]
    following: dict[str, int]
    given: dict[str, int]


class Cycles:
    """A circuit for some cycles, and its mutants.

    Parameters
    ----------
    circuit : Circuit
    selector : str
        The name of the inputs that choose a mutant.
    count : int
        Cycles.
    """

    def __init__(self, circuit: Circuit, *, selector: str, count: int) -> None:
        self.circuit, self.count, self.graph = circuit, count, Graph()
        graph, begin = self.graph, f"{selector}["
        self.place = {name: number for number, name in enumerate([*circuit.inputs, *circuit.registers], 1)}
        self.chosen = {name: int(name[len(begin) : -1]) for name in circuit.inputs if name.startswith(begin)}
        self.now = {name: graph.variable(name) for name in circuit.registers}
        self.original: list[Cycle] = []
        registers: Mapping[str, int] = self.now
        for _ in range(count):
            taken = [0 if name in self.chosen else graph.variable(name) for name in circuit.inputs]
            nodes = [0, *taken, *(registers[name] for name in circuit.registers)]
            for left, right in circuit.ands:
                nodes.append(graph.both(nodes[left >> 1] ^ left & 1, nodes[right >> 1] ^ right & 1))
            self.original.append(self._cycle(nodes))
            registers = self.original[-1].following
        self._fresh: dict[tuple[str, int], int] = {}

    @cached_property
    def memories(self) -> list[Memory]:
        """The memories of the circuit."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for name in [*self.circuit.inputs, *self.circuit.outputs]:
            instance, _, port = name.rpartition(".")
            if instance.rpartition(".")[2] == MEMORY:
                found[instance][port.partition("[")[0]].append(name)
        for ports in found.values():
            for names in ports.values():
                names.sort(key=lambda name: int(name.rpartition("[")[2][:-1]))
        return [Memory(**ports) for ports in found.values()]

    @cached_property
    def columns(self) -> set[str]:
        """The columns of the memories, by the names of what they give."""
        return {name for memory in self.memories for name in memory.read_data}

    @cached_property
    def outputs(self) -> list[str]:
        """What is given to others than memories."""
        own = {
            name
            for memory in self.memories
            for names in (memory.read_address, memory.enable, memory.write_address, memory.write_data)
            for name in names
        }
        return [name for name in self.circuit.outputs if name not in own]

    def _cycle(self, nodes: list[int]) -> Cycle:
        circuit = self.circuit
        following, given = ([nodes[one >> 1] ^ one & 1 for one in each] for each in (circuit.following, circuit.given))
        return Cycle(
            nodes,
            dict(zip(circuit.registers, following, strict=True)),
            dict(zip(circuit.outputs, given, strict=True)),
        )

    def fresh(self, name: str, cycle: int) -> int:
        """A variable of the mutant alone, the same one each time."""
        if (name, cycle) not in self._fresh:
            self._fresh[name, cycle] = self.graph.variable(f"mutant's {name} in cycle {cycle}")
        return self._fresh[name, cycle]

    def mutated(self, number: int, cycle: int, registers: Mapping[str, int], free: set[str]) -> Cycle:
        """A cycle of a mutant.

        Parameters
        ----------
        number : int
            Of the mutant.
        cycle : int
        registers : mapping of str to int
            Literals of those registers that are others than the original's.
        free : set of str
            Columns that may differ.
        """
        changed = {self.place[name]: 1 for name, bit in self.chosen.items() if number >> bit & 1}
        changed |= {self.place[name]: literal for name, literal in registers.items()}
        given = self.original[cycle].nodes
        changed |= {self.place[name]: self.fresh(name, cycle) for name in free}
        while True:
            found = self._cycle(self._nodes(given, changed))
            more = {}
            for memory in self.memories:
                elsewhere = self.differ(self.original[cycle], found, memory.read_address)
                if elsewhere:
                    for name in set(memory.read_data) - free:
                        own = self.graph.both(elsewhere, self.fresh(name, cycle))
                        more[self.place[name]] = self.graph.differ(given[self.place[name]], own)
            if more.items() <= changed.items():
                return found
            changed |= more

    def _nodes(self, nodes: list[int], changed: Mapping[int, int]) -> list[int]:
        """The literals of all nodes where some are others."""
        circuit, both = self.circuit, self.graph.both
        found, differs = nodes.copy(), bytearray(len(nodes))
        for place, literal in changed.items():
            if found[place] != literal:
                found[place], differs[place] = literal, 1
        for place, (left, right) in enumerate(circuit.ands, len(circuit.inputs) + len(circuit.registers) + 1):
            if differs[left >> 1] or differs[right >> 1]:
                literal = both(found[left >> 1] ^ left & 1, found[right >> 1] ^ right & 1)
                if literal != found[place]:
                    found[place], differs[place] = literal, 1
        return found

    def differ(self, one: Cycle, other: Cycle, names: list[str]) -> int:
        """A literal: whether one of some values that are given differs."""
        return self.graph.any(self.graph.differ(one.given[name], other.given[name]) for name in names)

    def written(self, one: Cycle, other: Cycle) -> dict[str, int]:
        """Of each column a literal: whether what is written into it differs."""
        graph, found = self.graph, {}
        for memory in self.memories:
            elsewhere = self.differ(one, other, memory.write_address)
            for column, enable, data in zip(memory.read_data, memory.enable, memory.write_data, strict=True):
                enables, differs = one.given[enable], graph.differ(one.given[enable], other.given[enable])
                what = graph.either(elsewhere, graph.differ(one.given[data], other.given[data]))
                found[column] = graph.either(differs, graph.both(enables, what))
        return found
