"""Jobs: what is synthesised at a time. A PE, made flat; or a part of an engine, some modules inside it left alone.

So what an engine has many times is synthesised once, whatever the number of its instances and of engines that have it.
"""

import re
from collections import Counter
from dataclasses import dataclass

__all__ = ["Hierarchy", "Job"]

_MODULE = re.compile(r"^module (\w+)\(.*?^endmodule$", re.DOTALL | re.MULTILINE)
_INSTANCE = re.compile(r"^  (\w+) \w+ \($", re.MULTILINE)
_PORT = re.compile(r"^  (?:input|output) .*;$", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """verilog: the text; top: its top module; flat: modules become one before synthesis; boxes: modules that are left
    alone; prepare: Yosys commands between reading (and flattening) and mapping."""

    verilog: str
    top: str
    flat: bool = False
    boxes: tuple = ()
    prepare: tuple = ()


class Hierarchy:
    """The modules of a Verilog text as this project emits it. Raises ``ValueError`` for a text without ``top``."""

    def __init__(self, verilog, top):
        self.texts = {match[1]: match[0] for match in _MODULE.finditer(verilog)}
        if top not in self.texts:
            raise ValueError(f"top is {top!r}, allowed are {', '.join(self.texts)}")
        self.top = top
        self.children = {
            name: Counter(child for child in _INSTANCE.findall(text) if child in self.texts)
            for name, text in self.texts.items()
        }

    def instances(self, module=None):
        """How often each module occurs in one ``module`` (default the top), itself included: a Counter."""
        module = module or self.top
        counts = Counter({module: 1})
        for child, number in self.children[module].items():
            for name, below in self.instances(child).items():
                counts[name] += number * below
        return counts

    def flat(self, module=None):
        """The :class:`Job` of a module with everything below it, made flat."""
        module = module or self.top
        return Job("\n".join(self.texts[name] for name in self.instances(module)), module, flat=True)

    def part(self, module, alone):
        """The :class:`Job` of a module and what is below it; the modules ``alone`` are left alone."""
        inside, boxes, waiting = [], set(), [module]
        while waiting:
            name = waiting.pop()
            inside.append(name)
            for child in self.children[name]:
                if child in alone:
                    boxes.add(child)
                elif child not in inside and child not in waiting:
                    waiting.append(child)
        stubs = [
            self.texts[name].split(";", 1)[0] + ";\n" + "\n".join(_PORT.findall(self.texts[name])) + "\nendmodule"
            for name in sorted(boxes)
        ]
        return Job(
            "\n".join([*stubs, *(self.texts[name] for name in sorted(inside))]), module, boxes=tuple(sorted(boxes))
        )
