"""And-inverter graphs with structural hashing: what is the same logic is the same node, so two engines share most.

A literal is ``2 node + inverted``; node 0 is constant 0, so literal 0 is false and 1 is true.
"""

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Graph"]


class Graph:
    """A graph that grows. Variables are nodes without operands."""

    def __init__(self) -> None:
        self.operands: list[tuple[int, int] | None] = [None]
        self.names: dict[int, str] = {}  #: of the variables, by node
        self._nodes: dict[tuple[int, int], int] = {}

    def variable(self, name: str) -> int:
        """A new variable."""
        self.names[len(self.operands)] = name
        self.operands.append(None)
        return 2 * len(self.operands) - 2

    def both(self, left: int, right: int) -> int:
        """``left & right``."""
        if left > right:
            left, right = right, left
        if left == 0 or left == right ^ 1:
            return 0
        if left in (1, right):
            return right
        node = self._nodes.get((left, right))
        if node is None:
            node = self._nodes[left, right] = len(self.operands)
            self.operands.append((left, right))
        return 2 * node

    def either(self, left: int, right: int) -> int:
        """``left | right``."""
        return self.both(left ^ 1, right ^ 1) ^ 1

    def differ(self, left: int, right: int) -> int:
        """``left != right``."""
        return self.either(self.both(left, right ^ 1), self.both(left ^ 1, right))

    def any(self, literals: Iterable[int]) -> int:
        """Whether any of them is true, as a balanced tree."""
        found = list(dict.fromkeys(literals)) or [0]
        while len(found) > 1:
            found = [
                self.either(*found[at : at + 2]) if at + 1 < len(found) else found[at] for at in range(0, len(found), 2)
            ]
        return found[0]

    def cone(self, literals: Iterable[int]) -> list[int]:
        """The nodes that some literals depend on, variables among them, in rising order."""
        pending, found = [literal >> 1 for literal in literals], {0}
        while pending:
            if (node := pending.pop()) not in found:
                found.add(node)
                if (operands := self.operands[node]) is not None:
                    pending += [operands[0] >> 1, operands[1] >> 1]
        return sorted(found)

    def support(self, literals: Iterable[int]) -> list[int]:
        """The variables, as nodes, that some literals depend on."""
        return [node for node in self.cone(literals) if node and self.operands[node] is None]

    def simulate(self, literals: Sequence[int], patterns: Mapping[int, int], ones: int) -> list[int]:
        """Values of literals, a bit for each pattern.

        Parameters
        ----------
        literals : sequence of int
        patterns : mapping of int to int
            Values of the variables, by node.
        ones : int
            All bits set.
        """
        values = {0: 0}
        for node in self.cone(literals):
            operands = self.operands[node]
            if operands is not None:
                left, right = operands
                a, b = values[left >> 1], values[right >> 1]
                values[node] = (a ^ ones if left & 1 else a) & (b ^ ones if right & 1 else b)
            elif node:
                values[node] = patterns[node]
        return [values[literal >> 1] ^ ones if literal & 1 else values[literal >> 1] for literal in literals]

    def aiger(self, literal: int, following: Mapping[int, int] | None = None) -> tuple[bytes, list[int]]:
        """A binary AIGER file whose only output is a literal; the nodes of its inputs in their order.

        Parameters
        ----------
        literal : int
        following : mapping of int to int or None
            The literals of variables that are registers, which begin with 0, to those of their next values.
        """
        registers = {one >> 1: after for one, after in (following or {}).items()}
        nodes = self.cone([literal])
        while (more := self.cone([literal, *(registers[node] for node in nodes if node in registers)])) != nodes:
            nodes = more
        held = [node for node in nodes if node in registers]
        inputs = [node for node in nodes if node and self.operands[node] is None and node not in registers]
        inner = {node: operands for node in nodes if (operands := self.operands[node]) is not None}
        place = {node: number for number, node in enumerate([0, *inputs, *held, *inner])}

        def moved(one: int) -> int:
            return 2 * place[one >> 1] ^ one & 1

        count = len(inputs) + len(held) + len(inner)
        ends = [*(moved(registers[node]) for node in held), moved(literal)]
        parts = [f"aig {count} {len(inputs)} {len(held)} 1 {len(inner)}\n".encode()]
        parts += [f"{one}\n".encode() for one in ends]
        for node, operands in inner.items():
            right, left = sorted(moved(one) for one in operands)
            parts += [_delta(2 * place[node] - left), _delta(left - right)]
        return b"".join(parts), inputs


def _delta(value: int) -> bytes:
    """A number as AIGER writes it."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
