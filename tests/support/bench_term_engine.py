"""cocotb bench: what only an engine of kind `term` can refuse or lose."""

import itertools

import cocotb
import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.pe.term.lane_rules import ruled
from lowtide.sim.cocotb.engine_bench import EngineBench, Job
from lowtide.sim.cocotb.run import parameters
from lowtide.sim.engine.packing import job_words

from golden_jobs import expected, random_job

CONFIG = ArrayConfig(**parameters()["config"])
SEED = parameters()["seed"]


def lossless(terms):
    """The least budget of a whole group that keeps so many terms of every value, whatever they are."""
    return golden.lossless_budget(CONFIG, terms) if ruled(CONFIG) else CONFIG.group * terms


async def started(dut):
    bench = EngineBench(dut, CONFIG, seed=SEED)
    await bench.start()
    return bench


@cocotb.test()
async def a_budget_that_would_lose_terms_without_selection_is_refused(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    plain = next(mode for mode in CONFIG.modes() if not mode.select)
    for bits, hese, w_signed in itertools.product(range(2, CONFIG.w_width + 1), (True, False), (True, False)):
        most = lossless(golden.max_terms("hese" if hese else "binary", bits, w_signed))
        exact = plain.change(w_bits=bits, hese=hese, w_signed=w_signed, budget=most)
        for mode, refused in ((exact, False), (exact.change(budget=max(most - 1, 1)), most > 1)):
            dut.clear.value = 1
            await bench.step()
            dut.clear.value = 0
            if refused:
                bench.job.items.append(job_words(mode, 1))
                for _ in range(10):
                    await bench.step()
            else:
                job = random_job(CONFIG, rng, mode, 3)
                assert (await bench.run([job]))[0].tolist() == expected(job, CONFIG).tolist(), mode.label()
            await bench.step()
            assert int(dut.error.value) == refused, mode.label()
            assert int(dut.reason.value) == (Reason.BUDGET_NOT_LOSSLESS if refused else Reason.NONE)


@cocotb.test()
async def a_weight_beyond_its_width_raises_the_flag_when_terms_are_lost(dut):
    bench = await started(dut)
    exact = next(mode for mode in CONFIG.modes() if not mode.select and mode.hese and mode.w_signed)
    mode = exact.change(w_bits=4, budget=lossless(2))
    x = np.ones((CONFIG.rows, CONFIG.group), np.int64)
    for weight, lost in ((7, False), (85, True)):  # 85 = 64+16+4+1 has four terms, there are slots for two
        w = np.full((CONFIG.group, CONFIG.cols), weight)
        result = (await bench.run([Job(x, w, mode)]))[0]
        assert bool(int(dut.error.value)) == lost
        if not lost:
            assert (result == 7 * CONFIG.group).all()
    assert int(dut.reason.value) == Reason.TERMS_LOST
