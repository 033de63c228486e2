"""cocotb bench: runs the jobs of a seed without stalls and writes results and cycles to a file."""

import json
from pathlib import Path

import cocotb
import numpy as np

from lowtide.hw import ArrayConfig
from lowtide.sim.cocotb.engine_bench import EngineBench
from lowtide.sim.cocotb.run import parameters

from golden_jobs import random_jobs

SETTINGS = parameters()
CONFIG = ArrayConfig(**SETTINGS["config"])


@cocotb.test()
async def record(dut):
    bench = EngineBench(dut, CONFIG, seed=SETTINGS["seed"])
    await bench.start()
    jobs = random_jobs(CONFIG, np.random.default_rng(SETTINGS["seed"]), SETTINGS["jobs"], SETTINGS["most_chunks"])
    results = await bench.run(jobs)
    Path(SETTINGS["file"]).write_text(
        json.dumps(
            {
                "results": [result.tolist() for result in results],
                "cycles": int(dut.cycles.value),
            }
        )
    )
