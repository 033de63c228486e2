"""A unit with what it places as boxes: what they give is anything, what they take has to be the same.

Two boxes of one kind that were always given the same give the same. So where a unit and a mutant of it give their boxes
the same for ever, whatever these give back, the boxes behave alike, and the comparison holds with the real units in
their place. Boxes can be opened: then they are looked into, and what they place are boxes. A unit with the mutant in it
is always open.

Memories are boxes, banks are always open. What the memory of a bank is given counts where it reads or writes, as
:class:`lowtide.hw.memory.bank.Bank` states; else it is anything.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from ..circuit import Circuit, circuit_of
from ..mutants import SELECTOR

__all__ = ["MEMORY", "Units"]

MEMORY = "memory_box"  #: the instance of a box that is a memory
_CHOICE = re.compile(rf"\.{SELECTOR}\[\d+\]")  #: what boxes are given that chooses a mutant

_DECLARED = r"^  reg \[(\d+):0\] \w+ \[(\d+):0\];"  #: of a memory
_BANK = re.compile(r"bank_\d+x\d+")
#: A memory as Yosys writes it: its width, name and last word, how it is written, bit by bit, and how it is read.
_MEMORY = re.compile(
    r"  reg \[(\d+):0\] (\w+) \[(\d+):0\];\n  always @\(posedge clk\) begin\n(.*?)  end\n"
    r"  assign ([^\n]+) = \2\[([^\n]+)\];\n",
    flags=re.S,
)
_WRITE = re.compile(r"    if \(([^\n]+)\)\n      \w+\[(.+?)\]\[(\d+):\d+\] <= ([^\n]+);\n")


class Units:
    """The units of a text of Verilog with mutants.

    Parameters
    ----------
    text : str
        As Yosys writes it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._circuits: dict[tuple[str, frozenset[str]], Circuit] = {}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The Verilog of each module, without the line ``module NAME(``."""
        parts = re.split(r"^module (\w+)\(", self.text, flags=re.M)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    @cached_property
    def placed(self) -> dict[str, dict[str, str]]:
        """Of each module the names of the instances in it, to their modules."""
        found = {
            module: re.findall(r"^  (\w+) (?:(\w+)|\\(\S+) ) ?\($", text, flags=re.M)
            for module, text in self.texts.items()
        }
        return {
            module: {plain or escaped: of for of, plain, escaped in each if of in self.texts}
            for module, each in found.items()
        }

    @cached_property
    def placers(self) -> dict[str, list[str]]:
        """Of each module those that place it."""
        found: dict[str, list[str]] = defaultdict(list)
        for module, placed in self.placed.items():
            for each in dict.fromkeys(placed.values()):
                found[each].append(module)
        return found

    def around(self, module: str) -> set[str]:
        """A module and all in which it is, at any depth."""
        found, pending = set(), [module]
        while pending:
            if (each := pending.pop()) not in found:
                found.add(each)
                pending += self.placers[each]
        return found

    def memory_bits(self, module: str) -> int:
        """Bits of the memories in a module, those that it places included."""
        own = re.findall(_DECLARED, self.texts[module], flags=re.M)
        placed = sum(self.memory_bits(each) for each in self.placed[module].values())
        return placed + sum((int(width) + 1) * (int(words) + 1) for width, words in own)

    def characters(self, module: str) -> int:
        """Of a module's Verilog, all that it places included."""
        return len(self.texts[module]) + sum(self.characters(each) for each in self.placed[module].values())

    def module_of(self, top: str, path: str) -> str:
        """The module of an instance in ``top``, by the names on the way to it with dots between."""
        for name in path.split("."):
            top = self.placed[top][name]
        return top

    def inside(self, top: str, opened: Collection[str] | None = None) -> set[str]:
        """A module and all that is in it, or, with ``opened``, all that is in it and these: boxes among it."""
        found, pending = set(), [top]
        while pending:
            if (each := pending.pop()) not in found:
                found.add(each)
                if opened is None or each == top or each in opened:
                    pending += self.placed[each].values()
        return found

    def circuit(self, top: str, opened: frozenset[str]) -> Circuit:
        """A module of which those that are opened are looked into. Errors as of
        :func:`lowtide.formal.mutation.circuit.circuit_of`."""
        inside = self.inside(top, opened)
        key = top, frozenset(inside & (opened | {top}))
        if key not in self._circuits:
            looked = {each for each in inside if each in key[1] or _BANK.fullmatch(each)}
            boxes = [*sorted(inside - looked), *(f"{each}_words" for each in sorted(looked & self.memories.keys()))]
            text = "".join(self._apart[each] if each in looked else self._ports(each) for each in sorted(inside))
            self._circuits[key] = _without_choice(circuit_of(text, top=top, boxes=boxes))
        return self._circuits[key]

    def _ports(self, module: str) -> str:
        """A module that has only ports."""
        text = self.texts[module]
        ports = re.findall(r"^  (?:input|output) .*\n", text, flags=re.M)
        return f"module {module}({text[: text.index(';')]};\n{''.join(ports)}endmodule\n"

    @cached_property
    def memories(self) -> dict[str, re.Match[str]]:
        """The modules that have a memory, and what their texts say of it."""
        found = {module: _MEMORY.search(text) for module, text in self.texts.items()}
        return {module: memory for module, memory in found.items() if memory}

    @cached_property
    def _apart(self) -> dict[str, str]:
        """The Verilog of each module, where memories are modules of their own."""
        apart = {module: f"module {module}({text}" for module, text in self.texts.items()}
        for module, found in self.memories.items():
            width, _, last, writes, read, address = found.groups()
            bits = f"[{int(last).bit_length() - 1}:0]"
            each = sorted(_WRITE.findall(writes), key=lambda write: -int(write[2]))
            addresses = {place for _, place, _, _ in each}
            assert len(each) == int(width) + 1 and len(addresses) == 1
            where = f"read ? {address} : 'hx" if _BANK.fullmatch(module) else address
            placed = (
                f"  wire {bits} address_read = {where};\n"
                f"  {module}_words {MEMORY} (.read_address(address_read), .read_data({read}),\n"
                f"    .enable({{{', '.join(enable for enable, *_ in each)}}}), .write_address({addresses.pop()}),\n"
                f"    .write_data({{{', '.join(data for *_, data in each)}}}));\n"
            )
            words = (
                f"\nmodule {module}_words(input {bits} read_address, output [{width}:0] read_data,\n"
                f"  input [{width}:0] enable, input {bits} write_address, input [{width}:0] write_data);\n"
                "endmodule\n"
            )
            apart[module] = apart[module].replace(found[0], placed) + words
        return apart


def _without_choice(circuit: Circuit) -> Circuit:
    """A circuit without the outputs that choose a mutant in its boxes, which have none."""
    kept = [place for place, name in enumerate(circuit.outputs) if not _CHOICE.search(name)]
    return replace(
        circuit,
        outputs=[circuit.outputs[place] for place in kept],
        given=[circuit.given[place] for place in kept],
    )
