"""What a proof is: a unit, what it is connected to, and claims about its outputs, as one Verilog module.

The module ``proof`` holds the unit and the definition beside it, and has one output for each claim, which must be 1
whatever the inputs are. A hard claim is split into *cases*, each with some inputs held to a value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from amaranth.hdl import Shape
from amaranth.lib.wiring import In

from lowtide.hw import verilog
from lowtide.hw.logic.unit import Unit

__all__ = ["Case", "Numbers", "Proof", "every", "split", "wide"]


Numbers = dict[str, tuple[int, str]]  #: width and Verilog of signed values, by name
Case = dict[str, int]  #: values of inputs, or of bits of one


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A statement about a unit.

    Parameters
    ----------
    name : str
        An identifier.
    statement : str
        One line for people, what holds for every input.
    make
        Returns the unit, without registers.
    inputs : dict of str to int
        Widths of the free inputs, by name.
    connections : dict of str to str
        What each input of the unit gets of them, in Verilog.
    numbers : dict of str to (int, str)
        What the claims speak of, signed: width and Verilog, by name.
    claims : dict of str to str
        Verilog conditions, by a few words.
    cases : tuple of dict of str to int
        Values of inputs, or of bits of one (``w[3:0]``); together they are all inputs.
    partial : tuple of str
        Inputs that have fewer values than their width allows.
    fast : bool
        Whether it takes at most a few seconds.
    long : bool
        Whether it takes several minutes, and is left out unless asked for.
    swept : bool
        Whether ABC first merges what is the same logic, from the inputs on: sums of many values, added in one order.
    opening : tuple of str
        Yosys commands that make inputs and outputs of registers and wires within the unit, before the claims are read.
    """

    name: str
    statement: str
    make: Callable[[], Unit]
    inputs: dict[str, int]
    connections: dict[str, str]
    numbers: Numbers
    claims: dict[str, str]
    cases: tuple[Case, ...] = ({},)
    partial: tuple[str, ...] = ()
    fast: bool = True
    long: bool = False
    swept: bool = False
    opening: tuple[str, ...] = ()

    def hardware(self) -> str:
        """The Verilog of what is proved."""
        return verilog(self.make())

    def verilog(self, unit: Unit) -> str:
        """The module ``proof`` around ``unit``: free inputs, outputs and numbers as ports, ``claim_0`` and so on; no
        numbers where it is swept."""
        placed, lines = self.placed(unit)
        ports = [f"input [{width - 1}:0] {name}" for name, width in self.inputs.items()] + placed
        for name, (width, text) in self.numbers.items():
            declared = f"signed [{width - 1}:0] {name}"
            if self.swept:  # nothing is kept but for the claims
                lines.append(f"wire {declared} = {text};")
            else:
                ports.append(f"output {declared}")
                lines.append(f"assign {name} = {text};")
        for number, text in enumerate(self.claims.values()):
            ports.append(f"output claim_{number}")
            lines.append(f"assign claim_{number} = {text};")
        body = "".join(f"  {line}\n" for line in lines)
        joined = ",\n  ".join(ports)
        return f"module proof(\n  {joined}\n);\n{body}endmodule\n"

    def placed(self, unit: Unit) -> tuple[list[str], list[str]]:
        """The ports of the module ``proof`` for outputs of the unit, and the lines with its instance."""
        ports, pins = [], ["" if unit.combinational else ".clk(1'b0), .rst(1'b0), "]
        for name, value, member in unit.ports():
            if member.flow == In:
                pins.append(f".{name}({self.connections[name]}), ")
            else:
                kind = "signed " if Shape.cast(member.shape).signed else ""
                ports.append(f"output {kind}[{len(value) - 1}:0] {name}")
                pins.append(f".{name}({name}), ")
        return ports, [f"{unit.name} hardware({''.join(pins).removesuffix(', ')});"]


def wide(name: str, high: int, low: int, is_signed: str) -> str:
    """Bits ``high`` to ``low`` of an input as a signed value in Verilog: two's complement where ``is_signed`` holds."""
    return f"$signed({{{name}[{high}] & {is_signed}, {name}[{high}:{low}]}})"


def every(**widths: int) -> tuple[Case, ...]:
    """Cases: every value of the named inputs, of these widths."""
    names = list(widths)
    return tuple(
        dict(zip(names, values, strict=True)) for values in product(*(range(1 << width) for width in widths.values()))
    )


def split(cases: tuple[Case, ...], *ranges: tuple[str, int, int]) -> tuple[Case, ...]:
    """Each case split further, by every value of ranges of bits: triples of an input, its highest and lowest bit."""
    for name, high, low in ranges:
        cases = tuple(case | {f"{name}[{high}:{low}]": value} for case in cases for value in range(1 << high - low + 1))
    return cases
