"""Equivalence: the mapped netlist that is priced does what the PE's RTL does, in every state, for every input.

Both are cut at their registers (:mod:`lowtide.synth.gates.registers`), with equal names on both sides; then it is
enough that for all inputs and states all outputs and all next states are equal. Yosys makes both into and-inverter
graphs, its ABC proves the miter of the two (``cec``: structural hashing, simulation, SAT sweeping).

What is compared is the netlist that was written out, with the models of the library's cells
(:mod:`lowtide.synth.gates.cells`); the RTL becomes gates by Yosys' own ``techmap``, nothing of the mapping to the
library is used for it.

Source: A. Mishchenko, S. Chatterjee, R. Brayton, N. Een, "Improvements to combinational equivalence checking", ICCAD
2006.
"""

import json
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyosys

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit import yosys

from ..flow.mapped import read
from ..targets import GateLibrary
from .cells import CellModel, models
from .registers import cut
from .simulation import mapped_pe, pe_job

__all__ = ["Equivalence", "compare", "prove"]

ABC = Path(pyosys.__file__).with_name("yosys-abc")
#: One flat module of one-bit cells and plain registers, without a bit that nothing drives and without loops.
_FLAT = ("proc", "flatten", "opt_clean", "check -assert", "dffunmap", "techmap", "opt_clean -purge")


@dataclass(frozen=True)
class Equivalence:
    """How a proof ended.

    Parameters
    ----------
    outcome : str
        "proved", "refuted" or "undecided" (not within the time).
    seconds : float
        Of the whole.
    registers : int
        Bits of state.
    line : str
        What the tool said, empty where proved.
    """

    outcome: str
    seconds: float
    registers: int
    line: str = ""


def prove(config: ArrayConfig, target: GateLibrary, recipe: str, *, seconds: int = 60) -> Equivalence:
    """Prove the mapped netlist of the PE of a configuration equal to its RTL, within so many seconds of processor time.

    Raises
    ------
    ValueError
        A cell has no model, or a register is not understood.
    YosysError
        The tools fail, or find a bit that nothing drives.
    """
    netlist, top = mapped_pe(config, target, recipe)
    return compare(pe_job(config).verilog, netlist, top, target, seconds=seconds)


def compare(rtl: str, netlist: str, top: str, target: GateLibrary, *, seconds: int = 60) -> Equivalence:
    """Prove two texts equal, RTL and a netlist of the target's cells, whose modules are called ``top``."""
    started = time.monotonic()
    cells = models(target.cells, {cell.kind for cell in read(netlist, top).cells.values()})
    gates = {name: model for name, model in cells.items() if model.enable}
    with tempfile.TemporaryDirectory() as folder:
        texts = {"rtl": rtl, "netlist": "\n".join([netlist, *(_closed(model) for model in cells.values())])}
        for name, text in texts.items():
            Path(folder, f"{name}.v").write_text(text)
        yosys.run(
            [
                line
                for name in texts
                for line in (
                    f"read_verilog {name}.v",
                    f"hierarchy -check -top {top}",
                    *_FLAT,
                    f"write_json {name}.json",
                    "design -reset",
                )
            ],
            folder=folder,
        )
        states = {}
        for name in texts:
            path = Path(folder, f"{name}.json")
            module, states[name] = cut(json.loads(path.read_text())["modules"][top], gates)
            path.write_text(json.dumps({"modules": {top: module}}))
        if difference := states["rtl"] ^ states["netlist"]:
            return Equivalence(
                "refuted",
                time.monotonic() - started,
                len(states["rtl"]),
                f"only one of both has the register {min(difference)}",
            )
        yosys.run(
            [
                line
                for name in texts
                for line in (
                    f"read_json {name}.json",
                    "setundef -zero",
                    "aigmap",
                    f"write_aiger {name}.aig",
                    "design -reset",
                )
            ],
            folder=folder,
        )
        outcome, line = _cec(folder, seconds)
    return Equivalence(outcome, time.monotonic() - started, len(states["rtl"]), line)


def _closed(model: CellModel) -> str:
    """A cell's model; clock gates stay closed boxes, which :func:`lowtide.synth.gates.registers.cut` opens."""
    return f"(* blackbox *)\n{model.verilog}" if model.enable else model.verilog


def _cec(folder: str, seconds: int) -> tuple[str, str]:
    """Outcome and line of ABC's proof that the two graphs are equal."""
    done = subprocess.run(
        ["sh", "-c", 'ulimit -t "$0"; exec "$@"', str(seconds), ABC, "-q", "cec rtl.aig netlist.aig"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "undecided", f"not within {seconds} s of processor time"
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    said = next((line for line in lines if re.match(r"Networks are", line)), lines[-1] if lines else "ABC said nothing")
    if said.startswith("Networks are equivalent"):
        return "proved", ""
    if said.startswith("Networks are NOT EQUIVALENT"):
        return "refuted", said.partition("  ")[0]
    if said.startswith("Networks are UNDECIDED"):
        return "undecided", said
    raise yosys.YosysError(f"abc: {said}")
