"""Wires of which one part waits for another part, in Verilog as Yosys writes it.

What an assignment drives waits for all that it reads, and what an instance drives for those of its inputs from which a
way leads there without a register. A wire is one node, however many drive it; where it lies on a circle, its parts are
nodes instead, those bits together that are driven together, until there is no circle.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

__all__ = ["MODULE", "USE", "WIRE", "Bits", "WordModule", "word_modules"]

# What Yosys writes: a name, escaped or not, with bits of it or without; statements, one a line.
USE = re.compile(r"(?<![\w$\\.'])(\\\S+ ?|[A-Za-z_][\w$]*)(?:\s*\[(\d+)(?::(\d+))?\])?")
MODULE = re.compile(r"^module (\w+)\(.*?^endmodule", flags=re.M | re.S)
_ASSIGNED = re.compile(r"^  assign (.*?) = (.*);$", flags=re.M)
_INSTANCE = re.compile(r"^  (\w+) \S+ ?\($(.*?)^  \);$", flags=re.M | re.S)
_CONNECTED = re.compile(r"^    \.(\S+) ?\((.*)\),?$", flags=re.M)
WIRE = re.compile(r"^  wire \[(\d+):0\] (\S+?) ?;$", flags=re.M)
_PORT = re.compile(r"^  (input|output) (?:\[\d+:0\] )?(\S+?) ?;$", flags=re.M)
_FUNCTION = re.compile(r"^  function .*?^  endfunction\n", flags=re.M | re.S)


@dataclass(frozen=True)
class Bits:
    """Bits ``low`` to ``high - 1`` of a wire."""

    wire: str
    low: int
    high: int

    @property
    def width(self) -> int:
        return self.high - self.low


_Node = Bits | str  #: a part of a wire, or a whole one
_Graph = dict[_Node, dict[_Node, None]]  #: what each waits for, in the order of the text: results are the same ones


@dataclass(frozen=True)
class _Assignment:
    """What is driven, and what it waits for."""

    driven: list[Bits]
    by: list[Bits]


@dataclass(frozen=True)
class WordModule:
    """A module of the text.

    Parameters
    ----------
    text : str
    below : mapping of str to WordModule
        The modules of its instances.

    Attributes
    ----------
    widths : dict of str to int
        Of all wires of several bits.
    parts : dict of str to list of Bits
        Of each wire that is to be taken apart, the lowest first: what is driven at once stays together.
    """

    text: str
    below: Mapping[str, "WordModule"]

    @cached_property
    def widths(self) -> dict[str, int]:
        return {name: int(highest) + 1 for highest, name in WIRE.findall(self.text)}

    def uses(self, words: str) -> Iterator[Bits]:
        """All bits of wires in an expression."""
        for name, high, low in USE.findall(words):
            name = name.rstrip()
            yield Bits(name, int(low or high or 0), int(high) + 1 if high else self.widths.get(name, 1))

    def ports(self, direction: str) -> list[str]:
        """Names of the ports of a direction, "input" or "output"."""
        return [name for each, name in _PORT.findall(self.text) if each == direction]

    @cached_property
    def parts(self) -> dict[str, list[Bits]]:
        driven = [bits for assignment in self._assignments for bits in assignment.driven]
        drivers = Counter(bits.wire for bits in driven)
        parts: dict[str, list[Bits]] = {}
        while circle := self._circle(parts):
            found = [wire for wire in circle if drivers[wire] > 1 and wire not in parts]
            if not found:
                break  # an operation on words that waits for itself
            wire = max(found, key=lambda wire: (drivers[wire], wire))
            ends = {0, self.widths[wire]}.union(*({bits.low, bits.high} for bits in driven if bits.wire == wire))
            parts[wire] = [Bits(wire, *each) for each in pairwise(sorted(ends))]
        return parts

    @cached_property
    def _assignments(self) -> list[_Assignment]:
        plain = _FUNCTION.sub("", self.text)
        found = [_Assignment(list(self.uses(left)), list(self.uses(right))) for left, right in _ASSIGNED.findall(plain)]
        for name, connections in _INSTANCE.findall(plain):
            if name in self.below:
                bits = {port: list(self.uses(words)) for port, words in _CONNECTED.findall(connections)}
                for port, inputs in self.below[name].ways.items():
                    found.append(_Assignment(bits[port], [each for source in inputs for each in bits[source]]))
        return found

    @cached_property
    def ways(self) -> dict[str, list[str]]:
        """The inputs that each output waits for."""
        before = self._graph(self.parts)
        inputs = set(self.ports("input"))
        return {output: sorted(inputs & _reached(output, before)) for output in self.ports("output")}

    def _graph(self, parts: Mapping[str, list[Bits]]) -> _Graph:

        def nodes(several: Iterable[Bits]) -> Iterator[_Node]:
            for bits in several:
                if bits.wire in parts:
                    yield from (each for each in parts[bits.wire] if each.low < bits.high and each.high > bits.low)
                else:
                    yield bits.wire

        before: _Graph = {wire: dict.fromkeys(each) for wire, each in parts.items()}
        for assignment in self._assignments:
            by = dict.fromkeys(nodes(assignment.by))
            for node in nodes(assignment.driven):
                before.setdefault(node, {}).update(by)
        return before

    def _circle(self, parts: Mapping[str, list[Bits]]) -> list[str]:
        """Wires that wait for each other, where there are such."""
        try:
            TopologicalSorter(self._graph(parts)).prepare()
        except CycleError as error:
            return [node.wire if isinstance(node, Bits) else node for node in error.args[1]]
        return []


def _reached(start: _Node, before: _Graph) -> set[_Node]:
    found, pending = {start}, [start]
    while pending:
        new = before.get(pending.pop(), {}).keys() - found
        found |= new
        pending += new
    return found


def word_modules(verilog: str) -> dict[str, WordModule]:
    """Every module by its name."""
    texts = {match[1]: match[0] for match in MODULE.finditer(verilog)}
    below = {name: [each for each, _ in _INSTANCE.findall(text) if each in texts] for name, text in texts.items()}
    found: dict[str, WordModule] = {}
    for name in TopologicalSorter(below).static_order():
        found[name] = WordModule(texts[name], {each: found[each] for each in below[name]})
    return found
