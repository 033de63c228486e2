"""Standard cells with delays: a liberty file that has them, or gates and delays beside the project's gate equivalents.

The gate equivalents (`lowtide.synth.targets`) have one drive strength and no delays, enough for areas. Here gates
come in three strengths. Areas, loads and delays are those of the same cells that the gate equivalents were made from,
SkyWater 130 nm (sky130_fd_sc_hd__tt_025C_1v80.lib, the cells that end in _1, _2, _4); of a cell the largest load of
its inputs and the largest delay over them, read at three input transitions and three loads. Flip-flops and clock
gates are the gate equivalents' own. `REGISTER_NS` is that library's dfxtp_1 at a transition of 0.05 ns and a load of
4.5 fF.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..targets.gates import GateLibrary
from ..targets.groups import Group
from ..targets.liberty import Cells

__all__ = ["REGISTER_NS", "TimedLibrary", "timed_library"]

#: ns from the clock to a flip-flop's output, and before the clock that its input has to be there.
REGISTER_NS = 0.313 + 0.112
_DELAYS = Path(__file__).with_name("gate_delays.csv")  # ps, fF
_TRANSITIONS, _LOADS = "0.05, 0.15, 0.3", "4.5, 20, 60"  # ns, fF: of the tables' rows and columns
_TEMPLATE = f"""
  lu_table_template (delays) {{
    variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("{_TRANSITIONS}"); index_2 ("{_LOADS}");
  }}
"""
_CELL = re.compile(r"(?=\n  cell \()")


@dataclass(frozen=True)
class TimedLibrary:
    """Standard cells with delays.

    Parameters
    ----------
    target : GateLibrary
        What it is a library of: its name and its unit of area.
    text : str
        The liberty file.
    buffer : str
        The smallest buffer, which drives inputs.
    register_ns : float
        From the clock to a flip-flop's output, and before the clock that its input has to be there; 0 where it is not
        known.
    """

    target: GateLibrary
    text: str
    buffer: str
    register_ns: float = 0.0

    @property
    def name(self) -> str:
        """Of the target."""
        return self.target.name

    @property
    def unused(self) -> str:
        """Options of Yosys that leave out cells of other power domains and those that the library advises against."""
        return "".join(f" -dont_use {name}" for name in self.target.cells.special)


def timed_library(liberty: Path | None = None) -> TimedLibrary:
    """The cells of a liberty file, by default the gate equivalents with delays.

    Parameters
    ----------
    liberty : Path, optional

    Raises
    ------
    ValueError
        It is no liberty file with a flip-flop, or has no delays or no buffer.
    """
    target = GateLibrary(liberty)
    text = target.cells.path.read_text(errors="replace")
    if liberty is None:
        return TimedLibrary(target, _with_delays(text, target.cells), _buffer(target.cells), REGISTER_NS)
    if not target.cells.timing:
        raise ValueError(f"liberty is {str(liberty)!r}: it has no delays (cell_rise)")
    return TimedLibrary(target, text, _buffer(target.cells))


def _buffer(cells: Cells) -> str:
    for name in sorted(cells.area, key=lambda name: (cells.area[name], name)):
        if name not in cells.special and cells.kind[name] != "registers" and _is_buffer(cells.cell(name)):
            return name
    raise ValueError(f"liberty is {str(cells.path)!r}: it has no buffer")


def _is_buffer(cell: Group) -> bool:
    pins = {pin.arguments[0]: pin.attributes for pin in cell.of("pin")}
    inputs = [name for name, said in pins.items() if said.get("direction") == "input"]
    functions = [str(said["function"]).strip("() ") for said in pins.values() if "function" in said]
    return len(inputs) == 1 and functions == inputs


def _with_delays(text: str, cells: Cells) -> str:
    """The liberty file with the gates of `_DELAYS` in place of its own; full adders are left out, since the mapper
    takes one for two gates."""
    head, *bodies = _CELL.split(text.rstrip().removesuffix("}"))
    kept = [body for body in bodies if re.search(r"\bff \(|clock_gating_integrated_cell", body)]
    with _DELAYS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    made = [_gate(cells, list(edges)) for _, edges in groupby(rows, lambda row: (row["cell"], row["strength"]))]
    return "".join([head, _TEMPLATE, *made, *kept, "\n}\n"])


def _gate(cells: Cells, edges: list[dict[str, str]]) -> str:
    """A gate of one strength, of its lines for both edges of the output."""
    row = edges[0]
    pins = cells.cell(row["cell"]).of("pin")
    (output,) = (pin for pin in pins if "function" in pin.attributes)
    inputs = [pin.arguments[0] for pin in pins if pin is not output]
    arc = f'timing_sense : "{row["sense"]}"; timing_type : "combinational";' + "".join(map(_tables, edges))
    lines = [
        f"\n  cell ({_name(row)}) {{\n    area : {row['area']};",
        *(f"    pin ({pin}) {{ direction : input; capacitance : {row['input_load']}; }}" for pin in inputs),
        f"    pin ({output.arguments[0]}) {{ direction : output; max_capacitance : {row['max_load']};",
        f'      function : "{output.attributes["function"]}";',
        *(f'      timing () {{ related_pin : "{pin}"; {arc} }}' for pin in inputs),
        "    }\n  }",
    ]
    return "\n".join(lines)


def _name(row: Mapping[str, str]) -> str:
    """That of the gate equivalents for the smallest strength."""
    return row["cell"] if row["strength"] == "1" else f"{row['cell']}_x{row['strength']}"


def _tables(row: Mapping[str, str]) -> str:
    """The two tables of an arc that are of one edge of the output."""
    edge, made = row["edge"], ""
    for name, picoseconds in ((f"cell_{edge}", row["delay"]), (f"{edge}_transition", row["transition"])):
        numbers = [f"{int(number) / 1000:g}" for number in picoseconds.split()]
        lines = ", ".join(f'"{", ".join(numbers[start : start + 3])}"' for start in (0, 3, 6))
        made += f"\n        {name} (delays) {{ values ({lines}); }}"
    return made
