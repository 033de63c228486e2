"""A property: what always holds inside a unit of an emitted engine, whatever its inputs do, from reset on.

A *monitor* is Verilog that is put at the end of the unit's module. It may watch every net and register of the unit,
keep registers of its own, and states with ``assert`` what must hold in every cycle, with ``assume`` what the inputs do.
The unit itself is not changed.
"""

import re
from dataclasses import dataclass

from lowtide.hw import ArrayConfig
from lowtide.hw.mode.word import BY_NAME

__all__ = ["Property", "children_of", "field_bits", "modules_of", "only", "past"]


@dataclass(frozen=True, kw_only=True)
class Property:
    """A statement about a unit of a configuration.

    Parameters
    ----------
    name : str
        An identifier.
    statement : str
        One line for people.
    config : ArrayConfig
    unit : str
        The module's name without that of the configuration, "" for the engine.
    monitor : str
        Verilog with ``assert``.
    modules : str
        Further modules that it places, as Verilog.
    free : tuple of str
        Units whose outputs may be anything, so that what is proved does not depend on them.
    steps : int
        The longest induction.
    cycles : int
        Where not 0, it is proved for so many cycles after reset only: bounded.
    fast : bool
        Whether it takes at most a few seconds.
    """

    name: str
    statement: str
    config: ArrayConfig
    unit: str
    monitor: str
    modules: str = ""
    free: tuple[str, ...] = ()
    steps: int = 4
    cycles: int = 0
    fast: bool = True

    @property
    def module(self) -> str:
        """The name of the unit's Verilog module."""
        return f"{self.config.name}_{self.unit}" if self.unit else self.config.name

    def units(self, text: str) -> frozenset[str]:
        """The units that the proof is about: its own, and those that it places but for free ones; "" is the engine.

        Parameters
        ----------
        text : str
            Verilog of the engine.

        Raises
        ------
        ValueError
            It has no such unit.
        """
        name = self.config.name
        return frozenset(each.removeprefix(name).removeprefix("_") for each in self._placed(text))

    def _placed(self, text: str) -> dict[str, str]:
        """The modules of :meth:`units` with their Verilog."""
        known, free = modules_of(text), {f"{self.config.name}_{unit}" for unit in self.free}
        if self.module not in known:
            raise ValueError(f"unit is {self.unit!r}, {self.config.name} has none")
        found: dict[str, str] = {}
        pending = [self.module]
        while pending:
            if (name := pending.pop()) not in found:
                found[name] = known[name]
                pending += [child for child in children_of(known[name]) if child in known and child not in free]
        return found

    def watched(self, text: str) -> str:
        """Verilog of the unit with the monitor in it, and of the units that it places but for free ones.

        Parameters
        ----------
        text : str
            That of the engine.

        Raises
        ------
        ValueError
            It has no such unit.
        """
        found = self._placed(text)
        end = found[self.module].rindex("endmodule")
        found[self.module] = f"{found[self.module][:end]}{self.monitor}endmodule\n"
        return "\n".join([*found.values(), self.modules])


def modules_of(text: str) -> dict[str, str]:
    """Every module of a Verilog text, by name."""
    return {found[1]: found[0] for found in re.finditer(r"^module (\w+)\(.*?^endmodule\n", text, flags=re.M | re.S)}


def children_of(module: str) -> list[str]:
    """The modules that one module, Verilog text, places, each once."""
    return list(dict.fromkeys(re.findall(r"^  (\w+) \w+ \($", module, flags=re.M)))


def only(pattern: str, text: str) -> str:
    """The first group of a pattern's first match in emitted Verilog.

    Raises
    ------
    ValueError
        Nothing matches.
    """
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"the Verilog has nothing like {pattern}")
    return found[1]


def past(*pairs: tuple[str, str], width: dict[str, int] | None = None) -> str:
    """Registers of a monitor: pairs of a name and the Verilog whose value of the cycle before it has."""
    widths = width or {}
    return "".join(
        f"  reg [{widths.get(name, 1) - 1}:0] {name};\n  always @(posedge clk) {name} <= {value};\n"
        for name, value in pairs
    )


def field_bits(name: str) -> str:
    """The bits of the port ``mode`` that hold a field of the mode word, in Verilog."""
    field = BY_NAME[name]
    return f"mode[{field.lowest_bit + field.bits - 1}:{field.lowest_bit}]"
