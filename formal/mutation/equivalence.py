"""Equivalent mutants: those that no check can kill, because the engine with them is the same engine.

Original and mutant are cut at their registers, which both have in common: a state is the values of all registers that
something reads. If for every input and every state both have the same outputs and the same next state, they are
equivalent. Yosys' SAT solver proves it. States are not restricted but for these, which hold in every engine
(:mod:`lowtide.formal.properties.sequencer` proves them by induction):

- the mode of the running job is one that the engine accepts, and so is a job that waits; while no job runs the mode
  register may hold anything, but nothing is then taken from the edges;
- the counter of cycles since the last result is at most as large as it needs to be.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lowtide.hw import ArrayConfig, verilog
from lowtide.hw.config.array_config import CHUNK_BITS

from ..properties.accepted import AcceptedJob
from .mutants import SELECTOR, MutatedEngine

__all__ = ["equivalents", "with_assumption"]

BATCH = 4  #: mutants of one process


def with_assumption(config: ArrayConfig, text: str) -> str:
    """Verilog of an engine whose sequencer has a wire ``assumed``: 1 in the states of the list above."""
    name = f"{config.name}_accepted_job"
    holds = ["of_mode", "(of_job | ~waiting)"]
    if longest := max(config.cols - 1, 0 if config.result_buffer else config.rows - 1):
        holds.append(f"since <= {longest}")
    inserted = (
        f"  (* keep *) wire assumed;\n  wire of_mode, of_job;\n"
        f"  {name} accepted_mode (.job({{tail, {CHUNK_BITS}'d1, mode}}), .accepted(of_mode));\n"
        f"  {name} accepted_waiting (.job(job), .accepted(of_job));\n"
        f"  assign assumed = {' & '.join(f'({each})' for each in holds)};\n"
    )
    start = text.index(f"module {config.name}_sequencer(")
    end = text.index("endmodule", start)
    return text[:end] + inserted + text[end:] + verilog(AcceptedJob(config))


def equivalents(
    engine: MutatedEngine, numbers: list[int], *, jobs: int, timeout: int, done: Callable[[int, str], None]
) -> None:
    """Call ``done(number, outcome)`` for each mutant: "equivalent", "different" (in some state, which need not be one
    that can be reached) or "undecided" (within ``timeout`` seconds, or Yosys failed)."""
    text = with_assumption(engine.config, engine.text)
    batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
    with ThreadPoolExecutor(jobs) as pool:
        for outcomes in pool.map(lambda batch: _batch(engine.config, text, batch, timeout), batches):
            for number, outcome in outcomes.items():
                done(number, outcome)


def _batch(config, text, numbers, timeout):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mutated.v").write_text(text)
        asked = {"folder": folder, "top": config.name, "selector": SELECTOR, "numbers": numbers, "timeout": timeout}
        subprocess.run(
            [sys.executable, "-m", "lowtide.formal.mutation.cut"],
            input=json.dumps(asked),
            text=True,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        found = dict.fromkeys(numbers, "undecided")
        outcomes = Path(folder, "outcomes")
        for line in outcomes.read_text().splitlines() if outcomes.exists() else ():
            number, outcome = line.split()
            found[int(number)] = outcome
        return found
