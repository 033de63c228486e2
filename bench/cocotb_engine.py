"""cocotb bench: the time of a run of jobs, measured inside the simulator.

Launching and building do not count. Numbers go back through a file: the setting ``output`` names it, and it holds a
:class:`lowtide.bench.plan.TimedRun` for each repeat, as JSON.
"""

import json
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import cocotb
import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig, Mode
from lowtide.sim.cocotb.engine_bench import EngineBench, Job
from lowtide.sim.cocotb.run import parameters

from .plan import EngineUnderTest, Plan, TimedRun, operands

__all__ = ["Settings", "settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What this bench needs, as JSON can hold it.

    Parameters
    ----------
    config, mode : dict of str to object
        Fields of the configuration and of the mode.
    chunks, jobs, repeats, seed : int
        As of :class:`lowtide.bench.plan.Plan`.
    output : str
        The file that results go to.
    """

    config: dict[str, Any]
    mode: dict[str, Any]
    chunks: int
    jobs: int
    repeats: int
    seed: int
    output: str


def settings(engine: EngineUnderTest, plan: Plan, output: Path) -> Settings:
    """The settings of an engine under a plan."""
    return Settings(
        config=engine.config.parameters(),
        mode={field.name: getattr(engine.mode, field.name) for field in fields(Mode)},
        chunks=plan.chunks,
        jobs=plan.cocotb_jobs,
        repeats=plan.repeats,
        seed=plan.seed,
        output=str(output),
    )


@cocotb.test()
async def jobs_run_without_stalls(dut: Any) -> None:
    """Every repeat is timed and bit-exact."""
    given = Settings(**parameters())
    engine = EngineUnderTest(ArrayConfig(**given.config), Mode(**given.mode))
    config, mode = engine.config, engine.mode
    x, w = operands(engine, Plan(chunks=given.chunks, seed=given.seed), given.jobs)
    expected = golden.gemm(x, w, mode, config).y
    jobs = [Job(tile, w, mode) for tile in np.split(x, given.jobs)]
    bench = EngineBench(dut, config, seed=given.seed)
    await bench.start()
    runs = []
    for _ in range(given.repeats):
        cycles, start = bench.cycle, time.perf_counter()
        found = await bench.run(jobs)
        runs.append(TimedRun(time.perf_counter() - start, bench.cycle - cycles))
        assert np.array_equal(np.concatenate(found), expected)
    Path(given.output).write_text(json.dumps([asdict(run) for run in runs]))
