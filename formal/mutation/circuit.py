"""An emitted engine as a sequential circuit of and-gates and registers, which Yosys writes as AIGER."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lowtide.hw.emit import yosys

from .graph import Graph

__all__ = ["Circuit", "circuit_of", "read_circuit"]

WATCH = "cd {top}; add -output {watched} 1; connect -set {watched} {source}; cd .."  #: a wire becomes an output
BOX = "blackbox {box}"  #: a module of which only the ports are there
#: The instances of a box become ports, with their names before: its outputs inputs, its inputs outputs.
PORTS = "cd {top}; expose -evert -sep . t:{box}; cd .."
#: From Verilog to and-gates; memories become registers. What is undefined becomes an input, one for each bit.
COMMANDS = (
    "read_verilog engine.v",
    "hierarchy -check -top {top}",
    "proc",
    BOX,
    "flatten",
    "opt_clean",
    PORTS,
    "opt_clean",
    WATCH,
    "opt_clean",
    "memory -nomap",
    "memory_map",
    "opt_clean",
    "dffunmap",
    "techmap",
    "opt_clean",
    "setundef -anyseq",
    "aigmap",
    "opt_clean",
    "write_aiger -symbols -map names engine.aig",
)


@dataclass(frozen=True)
class Circuit:
    """A sequential circuit.

    Parameters
    ----------
    inputs, registers, outputs : list of str
        Names with the bit, such as ``x_data[3]``.
    ands : list of (int, int)
        Pairs of literals, in an order in which each comes after what it reads; their nodes follow those of inputs and
        registers.
    following, given : list of int
        Literals of the registers' next values and of the outputs.
    """

    inputs: list[str]
    registers: list[str]
    outputs: list[str]
    ands: list[tuple[int, int]]
    following: list[int]
    given: list[int]

    def copy_into(self, graph: Graph, values: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """Literals in ``graph`` of the next values of all registers and of all outputs, by name.

        Parameters
        ----------
        graph : Graph
            Grows.
        values : mapping of str to int
            Literals of inputs and registers, by name.
        """
        literals = [0, *(values[name] for name in self.inputs), *(values[name] for name in self.registers)]
        both = graph.both
        for left, right in self.ands:
            literals.append(both(literals[left >> 1] ^ left & 1, literals[right >> 1] ^ right & 1))
        following, given = ([literals[one >> 1] ^ one & 1 for one in each] for each in (self.following, self.given))
        return dict(zip(self.registers, following, strict=True)), dict(zip(self.outputs, given, strict=True))


def circuit_of(text: str, *, top: str, watched: str = "", source: str = "", boxes: Sequence[str] = ()) -> Circuit:
    """The circuit of a module of Verilog.

    Parameters
    ----------
    text, top : str
        The Verilog, and the module.
    watched, source : str
        A further output, if any, of that name: the wire ``source`` of the flat module.
    boxes : sequence of str
        Modules in it that are not looked into: what they give are inputs of the circuit, what they take its outputs.

    Raises
    ------
    YosysError
        Yosys fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "engine.v").write_text(text)
        commands: list[str] = []
        for line in COMMANDS:
            if line in (BOX, PORTS):
                commands += [line.format(top=top, box=box) for box in boxes]
            elif watched or line != WATCH:
                commands.append(line.format(top=top, watched=watched, source=source))
        yosys.run(commands, folder=folder)
        return read_circuit(Path(folder, "engine.aig"), Path(folder, "names"))


def read_circuit(aiger: Path, names: Path) -> Circuit:
    """Read a binary AIGER file and the file of ``write_aiger -map``. Of several names of a bit the plainest counts:
    that of the uppermost module, the shortest of these."""
    content = aiger.read_bytes()
    header, start = content.split(b"\n", 1)[0].split(), content.index(b"\n") + 1
    _, inputs, registers, outputs, ands = map(int, header[1:6])

    def number() -> int:
        nonlocal start
        end = content.index(b"\n", start)
        line, start = content[start:end], end + 1
        return int(line.split()[0])

    following, given = ([number() for _ in range(count)] for count in (registers, outputs))

    def delta() -> int:
        nonlocal start
        value = shift = 0
        while True:
            byte = content[start]
            start += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    pairs = []
    for place in range(inputs + registers + 1, inputs + registers + 1 + ands):
        left = 2 * place - delta()
        pairs.append((left, left - delta()))
    found: dict[tuple[str, int], list[str]] = {}
    for line in names.read_text().splitlines():
        what, index, bit, name, *_ = line.split()
        found.setdefault((what, int(index)), []).append(f"{name}[{bit}]")

    def named(what: str, count: int) -> list[str]:
        return [
            min(found.get((what, place), [f"{what}:{place}"]), key=lambda name: (name.count("."), len(name), name))
            for place in range(count)
        ]

    return Circuit(named("input", inputs), named("latch", registers), named("output", outputs), pairs, following, given)
