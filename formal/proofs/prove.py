"""Proving: a proof's Verilog through Yosys' SAT solver, case by case."""

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lowtide.hw.emit import yosys

from .proof import Case, Proof

__all__ = ["Result", "prove"]

#: One flat module without a bit that nothing drives: such bits, and unknown ones (x), count as inputs of any value.
#: What is left may have no register, no memory and no loop.
_PREPARE = (
    "hierarchy -check -top proof",
    "proc",
    "flatten",
    "setundef -undriven -anyconst",
    "opt -full",
    "wreduce",
    "opt -full -purge",
    "check -assert",
    "select -assert-none t:*dff* t:*latch* t:$mem* t:$fsm",
    "select -clear",
)
#: Everything as and-gates, of which ABC finds those that are equal, level by level.
_SWEEP = ("techmap", "opt -full", "abc -g AND,XOR -script +strash;&get,-n;&fraig,-x;&put;map", "opt_clean")


@dataclass(frozen=True)
class Result:
    """How a proof ended.

    Parameters
    ----------
    proof : Proof
        What was proved.
    outcome : str
        "proved", "refuted" or "undecided" (a case took longer than it may).
    seconds : float
        Of the whole.
    claim : str
        The one that is refuted or undecided.
    counterexample : dict of str to int
        Values of inputs, outputs and numbers.
    """

    proof: Proof
    outcome: str
    seconds: float
    claim: str = ""
    counterexample: dict[str, int] = field(default_factory=dict)


def prove(proof: Proof, *, text: str | None = None, timeout: int = 300) -> Result:
    """Prove every claim of a proof.

    Parameters
    ----------
    proof : Proof
        What is proved.
    text : str or None
        Verilog in place of that of the proof's unit.
    timeout : int
        Seconds for one case.

    Raises
    ------
    YosysError
        Yosys fails otherwise than by a claim that does not hold.
    """
    started = time.monotonic()
    unit = proof.make()
    goals = [(number, claim, case) for number, claim in enumerate(proof.claims) for case in proof.cases]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "hardware.v").write_text(proof.hardware() if text is None else text)
        Path(folder, "proof.v").write_text(proof.verilog(unit))
        commands = ["read_verilog hardware.v", *proof.opening, "read_verilog proof.v", *_PREPARE, "cd proof"]
        commands += _SWEEP if proof.swept else ()
        commands += [
            f"tee -q -o case_{place}.log sat -verify -timeout {timeout} -show-ports "
            f"-dump_json case_{place}.json -prove claim_{number} 1 {_settings(case)}"
            for place, (number, _, case) in enumerate(goals)
        ]
        failure = None
        try:
            yosys.run(commands, folder=folder)
        except yosys.YosysError as error:
            failure = error
        logs = sorted(Path(folder).glob("case_*.log"), key=lambda path: int(path.stem.removeprefix("case_")))
        proved = [log for log in logs if "SAT proof finished - no model found: SUCCESS!" in log.read_text()]
        seconds = time.monotonic() - started
        if failure is None and len(proved) == len(goals):
            return Result(proof, "proved", seconds)
        claim = goals[len(proved)][1] if len(proved) < len(goals) else ""
        found = Path(folder, f"case_{len(proved)}.json")
        if found.exists():
            return Result(proof, "refuted", seconds, claim, _values(proof, json.loads(found.read_text())))
        stopped = Path(folder, f"case_{len(proved)}.log")
        if failure is not None and stopped.exists() and "Interrupted SAT solver: TIMEOUT!" in stopped.read_text():
            return Result(proof, "undecided", seconds, claim)
        raise failure or yosys.YosysError(f"{proof.name}: Yosys did not say how case {len(proved)} ended")


def _settings(case: Case) -> str:
    """A case as options of ``sat``; values in binary with their width, where it is one of bits."""
    return " ".join(f"-set {name} {value}" for name, value in case.items())


def _values(proof: Proof, found: Mapping[str, Any]) -> dict[str, int]:
    """The values of a WaveJSON file that Yosys wrote, inputs first; signed ones as such."""
    values = {}
    for signal in found["signal"]:
        bits = signal["data"][0] if signal.get("data") else signal["wave"][0]
        value = int(bits, 2)
        if signal["name"] in proof.numbers or signal["name"] == "addend":
            value -= (value >> len(bits) - 1) << len(bits)
        if not signal["name"].startswith("claim_"):
            values[signal["name"]] = value
    order = [name for name in proof.inputs if name in values]
    return {name: values[name] for name in order + sorted(set(values) - set(order))}
