"""OpenSTA, another opinion: power from stated activities, and the critical path, where the command `sta` is installed.

    power = sum over pins of activity / period * energy

Debian's OpenSTA (2019) reads no waveform: it takes one mean activity of the inputs and propagates it as probabilities
through the gates (*vectorless*), or one for every net. Activity is transitions per clock cycle, the clock's 2. It
differs from :mod:`lowtide.synth.energy.netlist`:

- Slews are those that it computes. Nets have the library's default wire load, and count where a cell drives them.
- Internal power is high: rise and fall are added where their mean is meant, and of the related pins of an output each
  counts by half, so that one or two of them make it 2 times too large, the three of a full adder 3 times.
- Propagated activities grow with every exclusive or: through deep adders they reach many times what real operands do.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lowtide.sim.verilator.toolchain import ToolMissing

__all__ = ["Power", "StaError", "critical_path", "is_installed", "uniform_power", "vectorless_power"]

PERIOD = 100.0  #: ns


class StaError(RuntimeError):
    """OpenSTA ended with an error; the message is the line in which it said so."""


@dataclass(frozen=True)
class Power:
    """What OpenSTA reports, per clock cycle. internal, switching: fJ; leakage: nW."""

    internal: float
    switching: float
    leakage: float

    @property
    def dynamic(self) -> float:
        """fJ per clock cycle."""
        return self.internal + self.switching


def is_installed() -> bool:
    """Whether there is the command `sta`."""
    return shutil.which("sta") is not None


def vectorless_power(
    verilog: str,
    top: str,
    liberty: Path,
    activity: float,
    *,
    clock: str = "clk",
    constant: Iterable[tuple[str, int]] = (),
) -> Power:
    """The power of a flat mapped netlist in Verilog with the library in a file, when its input ports have a
    mean activity, which OpenSTA propagates. constant: pairs of a one-bit input port and its value, 0 or 1.

    Raises :class:`StaError` or :class:`lowtide.sim.verilator.toolchain.ToolMissing`.
    """
    held = [f"set_power_activity -input_ports {port} -activity 0 -duty {value}" for port, value in constant]
    return _power(verilog, top, liberty, clock, [f"set_power_activity -input -activity {activity:.6f}", *held])


def uniform_power(verilog: str, top: str, liberty: Path, activity: float, *, clock: str = "clk") -> Power:
    """The power when every net has one activity, clocks excepted; else as :func:`vectorless_power`."""
    return _power(verilog, top, liberty, clock, [f"set_power_activity -global -activity {activity:.6f}"])


def _power(verilog: str, top: str, liberty: Path, clock: str, commands: Sequence[str]) -> Power:
    printed = _run(verilog, top, liberty, clock, [*commands, "report_power -digits 6"])
    total = re.search(r"^Total\s+(\S+)\s+(\S+)\s+(\S+)\s+\S+\s+100", printed, re.MULTILINE)
    if total is None:
        raise StaError(f"sta reported no power: {(printed.strip().splitlines() or ['nothing'])[-1]}")
    internal, switching, leakage = (float(word) for word in total.groups())
    return Power(internal * PERIOD * 1e6, switching * PERIOD * 1e6, leakage * 1e9)  # W over a period in ns: 1e-9 J


def critical_path(verilog: str, top: str, liberty: Path, *, clock: str = "clk") -> float | None:
    """The shortest clock period in ns of paths between registers, setup time included, without wires and with an ideal
    clock. None for a netlist without such a path. Errors as above."""
    printed = _run(verilog, top, liberty, clock, ["report_checks -digits 5"])
    slack = re.search(r"(-?[\d.]+)\s+slack", printed)
    return None if slack is None else round(PERIOD - float(slack[1]), 4)


def _run(verilog: str, top: str, liberty: Path, clock: str, commands: Sequence[str]) -> str:
    """What OpenSTA prints for a netlist and commands."""
    if not is_installed():
        raise ToolMissing("sta not found; on Debian: apt-get install opensta")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mapped.v").write_text(verilog)
        Path(folder, "cells.lib").symlink_to(Path(liberty).resolve())
        script = [
            "read_liberty cells.lib",
            "read_verilog mapped.v",
            f"link_design {top}",
            f"create_clock -period {PERIOD} {clock}",
            *commands,
            "exit",
        ]
        Path(folder, "run.tcl").write_text("\n".join(script) + "\n")
        done = subprocess.run(
            ["sta", "-no_splash", "-exit", "run.tcl"], cwd=folder, capture_output=True, text=True, check=False
        )
    printed = done.stdout + done.stderr
    if errors := [line for line in printed.splitlines() if line.startswith("Error") or "can't read" in line]:
        raise StaError(errors[0])
    return printed
