"""What emission refuses: units whose nets or ports are not what they declare.

Amaranth gives a net without driver its initial value and makes an output without driver an input; Yosys resizes a port
that is connected with another width. Each is valid Verilog and a wrong design, so each is an error here:

- an output, or any net that is used, of which no bit or not every bit is driven;
- an input that the unit drives, and any net with two drivers; a combinational loop;
- an instance whose ports are not those of its unit, in name, direction and width;
- a net of no bits, which Verilog does not have;
- whatever else ``check -assert`` of Yosys finds once the units are one design.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from amaranth.hdl import CombinationalCycle, DriverConflict, Fragment, Signal

from ..logic.amaranth_internals import Assign, Concat, Operator, Part, Slice, Switch, SwitchValue
from ..logic.unit import Unit

__all__ = ["CONFLICTS", "EmissionError", "check_assignments", "check_bits", "check_connected", "check_log"]

Masks = dict[int, tuple[Signal, int]]  #: by the id of a signal: the signal, and which of its bits are driven

CONFLICTS = (CombinationalCycle, DriverConflict)  #: what Amaranth itself raises


class EmissionError(ValueError):
    """A unit is not emitted; the message names the unit, the net and what is wrong with it."""


def check_assignments(unit: Unit, fragment: Fragment) -> None:
    """Raise :class:`EmissionError` where only some bits of a signal are ever assigned.

    Parameters
    ----------
    unit : Unit
        For its name.
    fragment : amaranth.hdl.Fragment
        The elaborated unit.
    """
    masks: Masks = {}
    for statements in fragment.statements.values():
        _statements(statements, masks)
    for signal, mask in masks.values():
        if missing := [bit for bit in range(len(signal)) if not mask >> bit & 1]:
            raise EmissionError(
                f"unit {unit.name}: net {signal.name} has {len(signal)} bits, of which {_span(missing)} never driven"
            )
    for subfragment, *_ in fragment.subfragments:
        check_assignments(unit, subfragment)


def check_connected(unit: Unit, text: str) -> None:
    """Raise :class:`EmissionError` for a net without driver.

    Parameters
    ----------
    unit : Unit
        For its name.
    text : str
        Its RTLIL, converted with ``all_undef_to_ff``: Amaranth then gives such a net a flip-flop whose clock is 0.
    """
    found = re.search(r"^    connect \\CLK 1'0\n    connect \\Q \\(\S+)", text, flags=re.M)
    if found:
        outputs = [name for name, _, member in unit.ports() if member.flow.name == "Out"]
        what = "output" if found[1] in outputs else "net"
        raise EmissionError(f"unit {unit.name}: {what} {found[1]} is never driven")


def check_bits(verilog: str) -> None:
    """Raise :class:`EmissionError` for a net of no bits, which Yosys writes as ``[-1:0]``: two bits, in Verilog."""
    module = ""
    for line in verilog.splitlines():
        if line.startswith("module "):
            module = line.removeprefix("module ").partition("(")[0]
        elif "[-1:0]" in line:
            raise EmissionError(f"unit {module}: net {line.rstrip(';').split()[-1]} has no bits")


def check_log(log: str) -> None:
    """Raise :class:`EmissionError` for the first warning in what Yosys printed."""
    warnings = [line.partition("Warning: ")[2] for line in log.splitlines() if "Warning: " in line]
    if warnings:
        more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        raise EmissionError(warnings[0].replace("\\", "") + more)


def _statements(statements: Iterable[Any], masks: Masks) -> None:
    for statement in statements:
        if isinstance(statement, Assign):
            _assigned(statement.lhs, -1, masks)
        elif isinstance(statement, Switch):
            for _, inner, *_ in statement.cases:
                _statements(inner, masks)


def _assigned(value: Any, mask: int, masks: Masks) -> None:
    """Note in ``masks``, a dict of id to (signal, bits), that an assignment drives the bits ``mask`` of its target."""
    mask &= (1 << len(value)) - 1
    if isinstance(value, Signal):
        masks[id(value)] = value, masks.get(id(value), (value, 0))[1] | mask
    elif isinstance(value, Slice):
        _assigned(value.value, mask << value.start, masks)
    elif isinstance(value, Concat):
        for part in value.parts:
            _assigned(part, mask, masks)
            mask >>= len(part)
    elif isinstance(value, Part):
        _assigned(value.value, -1, masks)  # its place is decided in hardware
    elif isinstance(value, SwitchValue):
        for _, choice in value.cases:
            _assigned(choice, mask, masks)
    elif isinstance(value, Operator):  # as_signed, as_unsigned
        _assigned(value.operands[0], mask, masks)


def _span(bits: Sequence[int]) -> str:
    return f"bit {bits[0]} is" if len(bits) == 1 else f"{len(bits)}, from bit {bits[0]} on, are"
