"""Simulation speed: the compiled model and cocotb on the same engines and jobs, one after the other in one run.

Both are timed from operands in NumPy arrays to results in NumPy arrays, both with streams that never stall; cycles are
all clock cycles simulated, filling and draining included.
"""

import json
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from lowtide import golden, hw
from lowtide.sim import Model
from lowtide.sim.cocotb.run import run_bench

from .cocotb_engine import settings
from .plan import EngineUnderTest, Number, Plan, TimedRun, operands

__all__ = ["compiled", "in_cocotb", "numbers"]

LEAST_RATIO = 10


def compiled(engine: EngineUnderTest, plan: Plan) -> list[TimedRun]:
    """Each repeat on the compiled model."""
    x, w = operands(engine, plan, plan.compiled_jobs)
    model = Model(engine.config)
    model.gemm(x, w, engine.mode)  # the first run pays for loading the library
    runs = []
    for _ in range(plan.repeats):
        start = time.perf_counter()
        found = model.gemm(x, w, engine.mode)
        runs.append(TimedRun(time.perf_counter() - start, found.clocks))
    if not np.array_equal(found.y, golden.gemm(x, w, engine.mode, engine.config).y):
        raise AssertionError(f"the compiled model of {engine.config.name} is not bit-exact")
    return runs


def in_cocotb(engine: EngineUnderTest, plan: Plan) -> list[TimedRun]:
    """Each repeat in cocotb. Raises `lowtide.sim.cocotb.run.BenchFailed`."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "runs.json")
        run_bench(hw.Engine(engine.config), "lowtide.bench.cocotb_engine", **asdict(settings(engine, plan, output)))
        return [TimedRun(**run) for run in json.loads(output.read_text())]


def numbers(engine: EngineUnderTest, plan: Plan) -> list[Number]:
    """Of one engine: rates of both simulators, and their ratio."""
    name, k = engine.config.name, plan.chunks * engine.config.values_per_beat(engine.mode)
    found, rates = [], []
    for simulator, runs, jobs, title in (
        ("compiled", compiled(engine, plan), plan.compiled_jobs, "the compiled model"),
        ("cocotb", in_cocotb(engine, plan), plan.cocotb_jobs, "cocotb under Verilator"),
    ):
        multiplications = jobs * engine.config.rows * engine.config.cols * k
        rates.append(statistics.median(run.cycles / run.seconds for run in runs))
        found += [
            Number(
                f"{simulator}_{name}_cycles_per_second",
                rates[-1],
                f"clock cycles that {title} simulates, {engine.mode.label()}",
            ),
            Number(
                f"{simulator}_{name}_multiplications_per_second",
                statistics.median(multiplications / run.seconds for run in runs),
                f"multiplications of the matrix product on {title}",
            ),
        ]
    ratio = Number(
        f"compiled_over_cocotb_{name}_ratio",
        rates[0] / rates[1],
        "cycles per second of the compiled model over those of cocotb",
        least=LEAST_RATIO,
    )
    return [*found, ratio]
