"""Verilog models of standard cells, from their groups in a liberty file.

=====================  ====================================================================================
combinational          ``assign Y = function``
``ff``                 at the rising edge of ``clocked_on`` the state becomes ``next_state``; ``clear``, ``preset``
``latch``              while ``enable`` the state is ``data_in``; ``clear``, ``preset``
clock gate             ``GCLK = CLK & latched``; ``latched`` is the enable, followed while the clock is low
=====================  ====================================================================================

Models have no delay. Synopsys, *Liberty User Guide*, volume 1: "Describing a Flip-Flop", "Describing a Latch",
"Modeling Power: integrated clock-gating cell".
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..targets.groups import Group
from ..targets.liberty import Cells
from .functions import expression

__all__ = ["CellModel", "model", "models"]

#: Clock gates by their latch and where a test pin forces them open.
_GATES = {
    "latch_posedge": "{enable}",
    "latch_posedge_precontrol": "{enable} | {test}",
    "latch_posedge_postcontrol": "{enable}",
}
#: Which of clear and preset wins, by the values of state and inverse where both are active.
_BOTH = {("L", "H"): ("clear", "preset"), ("H", "L"): ("preset", "clear")}


@dataclass(frozen=True)
class CellModel:
    """One cell as Verilog.

    Parameters
    ----------
    name : str
        Of the module.
    inputs, outputs : tuple of str
        Names of pins, in the order of the library.
    verilog : str
        The module.
    clock, enable : str or None
        The input that a register or clock gate is clocked by, and the one that opens a clock gate; None in other cells.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    verilog: str
    clock: str | None = None
    enable: str | None = None


def models(library: Cells, names: Collection[str]) -> dict[str, CellModel]:
    """The models of cells of a library, by name in ascending order. Raises ``ValueError`` for a cell that is not in it,
    or that it describes in a way that no model follows from."""
    for name in names:
        if name not in library.area:
            raise ValueError(f"cell is {name!r}, liberty {str(library.path)!r} has none of that name")
    return {name: model(library.cell(name)) for name in sorted(set(names))}


def model(group: Group) -> CellModel:
    """The model of a cell, from its group in a liberty file. Raises ``ValueError`` where none follows from it."""
    name = group.arguments[0]
    try:
        return _model(name, group)
    except ValueError as error:
        raise ValueError(f"cell {name}: {error}") from None


def _model(name: str, group: Group) -> CellModel:
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise ValueError("name is no Verilog identifier")
    if unknown := {each.kind for each in group.of("bus", "bundle", "ff_bank", "latch_bank")}:
        raise ValueError(f"it has {', '.join(sorted(unknown))}, allowed are pins, ff and latch")
    pins = {pin: each for each in group.of("pin") for pin in each.arguments}
    inputs, outputs = (
        tuple(pin for pin, each in pins.items() if each.attributes.get("direction") == direction)
        for direction in ("input", "output")
    )
    clock = enable = None
    if "clock_gating_integrated_cell" in group.attributes:
        body, clock, enable = _clock_gate(group, pins, inputs)
    else:
        body, clock = _state(group)
        body += [f"assign {pin} = {_function(pin, pins[pin])};" for pin in outputs]
    ports = [f"  input {pin};" for pin in inputs] + [f"  output {pin};" for pin in outputs]
    text = [f"module {name}({', '.join((*inputs, *outputs))});", *ports, *(f"  {line}" for line in body), "endmodule"]
    return CellModel(name, inputs, outputs, "\n".join(text) + "\n", clock, enable)


def _function(name: str, pin: Group) -> str:
    if "function" not in pin.attributes or "three_state" in pin.attributes:
        raise ValueError(
            f"pin {name} has {'three_state' if 'three_state' in pin.attributes else 'no function'}, "
            "allowed is a function"
        )
    return expression(pin.attributes["function"])


def _clock_gate(group: Group, pins: Mapping[str, Group], inputs: Sequence[str]) -> tuple[list[str], str, str]:
    """Lines of a clock gate, its clock and its enable."""
    kind = group.attributes["clock_gating_integrated_cell"]
    if kind not in _GATES:
        raise ValueError(f"clock_gating_integrated_cell is {kind!r}, allowed are {', '.join(_GATES)}")

    def pin(role: str) -> str:
        found = [name for name, each in pins.items() if each.true(f"clock_gate_{role}_pin")]
        if len(found) != 1:
            raise ValueError(f"clock_gate_{role}_pin is true of {len(found)} pins, allowed is one")
        return found[0]

    clock, enable, output = pin("clock"), pin("enable"), pin("out")
    test = pin("test") if kind.endswith("control") else ""
    opened = _GATES[kind].format(enable=enable, test=test)
    forced = f"(latched | {test})" if kind.endswith("postcontrol") else "latched"
    return (
        ["reg latched;", f"always @* if (~{clock}) latched = {opened};", f"assign {output} = {clock} & {forced};"],
        clock,
        enable,
    )


def _state(group: Group) -> tuple[list[str], str | None]:
    """Lines of a cell's register or latch, none where it has neither, and the pin that clocks it."""
    states = group.of("ff", "latch")
    if not states:
        if group.of("statetable"):
            raise ValueError("it has a statetable, allowed are ff and latch")
        return [], None
    if len(states) > 1:
        raise ValueError(f"it has {len(states)} ff and latch groups, allowed is one")
    state, (value, inverse) = states[0], states[0].arguments
    said = {
        key: expression(word)
        for key, word in state.attributes.items()
        if key in ("clocked_on", "next_state", "enable", "data_in", "clear", "preset")
    }
    lines = [f"reg {value};", f"wire {inverse} = ~{value};"]
    cleared = _cleared(state, said)
    lines += [f"wire {name}_now = {said[name]};" for name in ("clear", "preset") if name in said]
    if state.kind == "latch":
        chain = [*cleared, f"if ({said['enable']}) {value} = {said['data_in']};"] if "enable" in said else cleared
        return lines + ["always @*", "  " + " else ".join(chain).replace("<=", "=").replace("STATE", value)], None
    if not {"clocked_on", "next_state"} <= said.keys():
        raise ValueError("its ff has no clocked_on or no next_state, allowed is one with both")
    edges = ["posedge clock_now", *(f"posedge {name}_now" for name in ("clear", "preset") if name in said)]
    chain = [*cleared, f"{value} <= {said['next_state']};"]
    lines += [
        f"wire clock_now = {said['clocked_on']};",
        f"always @({' or '.join(edges)})",
        "  " + " else ".join(chain).replace("STATE", value),
    ]
    pins = re.findall(r"\w+", str(state.attributes["clocked_on"]))
    return lines, pins[0]


def _cleared(state: Group, said: Mapping[str, str]) -> list[str]:
    """What clear and preset do, as branches that precede all others; the one that wins where both are active first."""
    branches = {"clear": "if (clear_now) STATE <= 1'b0;", "preset": "if (preset_now) STATE <= 1'b1;"}
    order = ["clear", "preset"]
    if {"clear", "preset"} <= said.keys():
        both = tuple(state.attributes.get(f"clear_preset_var{number}") for number in (1, 2))
        if both not in _BOTH:
            raise ValueError(f"clear_preset_var1 and 2 are {both[0]} and {both[1]}, allowed are L and H, H and L")
        order = list(_BOTH[both])
    return [branches[name] for name in order if name in said]
