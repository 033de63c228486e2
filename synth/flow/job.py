"""Jobs: what is synthesised at a time. A PE, made flat; or a part of an engine, some modules inside it left alone.

So what an engine has many times is synthesised once, whatever the number of its instances and of engines that have it.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["Hierarchy", "Job"]

_MODULE = re.compile(r"^module (\w+)\(.*?^endmodule$", re.DOTALL | re.MULTILINE)
_INSTANCE = re.compile(r"^  (\w+) \w+ \($", re.MULTILINE)
_PORT = re.compile(r"^  (?:input|output) .*;$", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """What is synthesised at a time.

    Parameters
    ----------
    verilog, top : str
        The text, and its top module.
    flat : bool
        Whether modules become one before synthesis.
    boxes : tuple of str
        Modules that are left alone.
    prepare : tuple of str
        Yosys commands between reading (and flattening) and mapping.
    """

    verilog: str
    top: str
    flat: bool = False
    boxes: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()


class Hierarchy:
    """The modules of a Verilog text as this project emits it.

    Parameters
    ----------
    verilog, top : str
        The text, and its top module.

    Raises
    ------
    ValueError
        The text has no such module.
    """

    def __init__(self, verilog: str, top: str) -> None:
        self.texts = {match[1]: match[0] for match in _MODULE.finditer(verilog)}
        if top not in self.texts:
            raise ValueError(f"top is {top!r}, allowed are {', '.join(self.texts)}")
        self.top = top
        self.children = {
            name: Counter(child for child in _INSTANCE.findall(text) if child in self.texts)
            for name, text in self.texts.items()
        }

    def instances(self, module: str | None = None) -> Counter[str]:
        """How often each module occurs in one ``module`` (default the top), itself included."""
        module = module or self.top
        counts = Counter({module: 1})
        for child, number in self.children[module].items():
            for name, below in self.instances(child).items():
                counts[name] += number * below
        return counts

    def flat(self, module: str | None = None) -> Job:
        """The job of a module with everything below it, made flat."""
        module = module or self.top
        return Job("\n".join(self.texts[name] for name in self.instances(module)), module, flat=True)

    def part(self, module: str, alone: Collection[str]) -> Job:
        """The job of a module and what is below it; the modules ``alone`` are left alone."""
        inside: list[str] = []
        boxes: set[str] = set()
        waiting = [module]
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
