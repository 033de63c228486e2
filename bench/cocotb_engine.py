"""cocotb bench: the time of a run of jobs, measured inside the simulator.

Launching and building do not count. Numbers go back through a file: the setting ``output`` names it, and it holds a
list of ``{"seconds", "cycles"}``, one for each repeat.
"""

import json
import time
from dataclasses import fields
from pathlib import Path

import cocotb
import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig, Mode
from lowtide.sim.cocotb_run import parameters
from lowtide.sim.engine_bench import EngineBench, Job

from .plan import EngineUnderTest, Plan, operands

__all__ = ["settings"]


def settings(engine, plan, output):
    """What this bench needs, as keyword arguments of `lowtide.sim.cocotb_run.run_bench`."""
    mode = {field.name: getattr(engine.mode, field.name) for field in fields(Mode)}
    return {
        "config": engine.config.parameters(),
        "mode": mode,
        "output": str(output),
        "chunks": plan.chunks,
        "jobs": plan.cocotb_jobs,
        "repeats": plan.repeats,
        "seed": plan.seed,
    }


@cocotb.test()
async def jobs_run_without_stalls(dut):
    given = parameters()
    engine = EngineUnderTest(ArrayConfig(**given["config"]), Mode(**given["mode"]))
    config, mode = engine.config, engine.mode
    x, w = operands(engine, Plan(chunks=given["chunks"], seed=given["seed"]), given["jobs"])
    expected = golden.gemm(x, w, mode, config).y
    jobs = [Job(tile, w, mode) for tile in np.split(x, given["jobs"])]
    bench = EngineBench(dut, config, seed=given["seed"])
    await bench.start()
    runs = []
    for _ in range(given["repeats"]):
        cycles, start = bench.cycle, time.perf_counter()
        found = await bench.run(jobs)
        runs.append({"seconds": time.perf_counter() - start, "cycles": bench.cycle - cycles})
        assert np.array_equal(np.concatenate(found), expected)
    Path(given["output"]).write_text(json.dumps(runs))
