"""cocotb bench: an engine against the golden model."""

import cocotb
import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import FIELDS, WORD_BITS
from lowtide.sim.cocotb.run import parameters
from lowtide.sim.engine.packing import job_words

from golden_jobs import expected, job_length, random_job, random_jobs, started_bench

SETTINGS = parameters()
CONFIG = ArrayConfig(**SETTINGS["config"])
SEED = SETTINGS["seed"]
JOBS, MOST_CHUNKS = SETTINGS["jobs"], SETTINGS["most_chunks"]
#: Chunks of jobs that run alone; the compiled model takes every length in far less time.
LENGTHS = range(1, 65) if SETTINGS.get("every_length") else (*range(1, 11), 31, 64)
STALLS = [(0, 0, 0, 0), (0.5, 0.5, 0.5, 0.5), (0, 0.8, 0, 0), (0, 0, 0.8, 0), (0, 0, 0, 0.9), (0.9, 0, 0, 0.3)]


async def started(dut, stalls=(0, 0, 0, 0)):
    return await started_bench(dut, CONFIG, SEED, stalls)


async def check(bench, jobs):
    for job, result in zip(jobs, await bench.run(jobs), strict=True):
        assert (result == expected(job, CONFIG)).all(), f"{job.mode.label()}, K {job.x.shape[1]}"


@cocotb.test()
@cocotb.parametrize(stalls=STALLS)
async def results_are_exact_whatever_the_stalls(dut, stalls):
    bench = await started(dut, stalls)
    await check(bench, random_jobs(CONFIG, np.random.default_rng(SEED), JOBS, MOST_CHUNKS))
    assert not int(dut.error.value)


@cocotb.test()
async def jobs_alone_take_the_cycles_that_golden_states(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    mode = CONFIG.modes()[-1]
    for chunks in LENGTHS:
        jobs = [random_job(CONFIG, rng, mode, chunks)]
        before = int(dut.cycles.value)
        await check(bench, jobs)
        assert int(dut.cycles.value) - before == job_length(jobs[0], CONFIG), f"{chunks} chunks"


@cocotb.test()
async def a_switch_of_mode_costs_no_cycle(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    modes = CONFIG.modes()
    modes = [modes[0], *modes[::-1], *rng.permutation(modes), modes[0]]
    shortest = max(CONFIG.rows, CONFIG.cols)
    jobs = [random_job(CONFIG, rng, mode, -(-shortest // CONFIG.cycles_per_beat(mode))) for mode in modes]
    before = int(dut.cycles.value)
    await check(bench, jobs)
    lengths = [job_length(job, CONFIG) for job in jobs]
    spent = int(dut.cycles.value) - before
    assert spent == golden.sequence_cycles(lengths, CONFIG)
    if CONFIG.result_buffer:
        assert spent == sum(lengths), f"{spent - sum(lengths)} extra cycles"
        beats = []
        for job in jobs:
            passes = len(CONFIG.pe.passes(CONFIG, job.mode))
            chunks = -(-job.x.shape[1] // CONFIG.values_per_beat(job.mode))
            beats += [CONFIG.cycles_per_beat(job.mode) // passes] * passes * chunks
        gaps = np.diff(bench.x.taken)
        assert (gaps == beats[:-1]).all(), "operands are taken back to back, across jobs too"
    else:
        assert spent == sum(lengths) + (len(jobs) - 1) * CONFIG.pause


@cocotb.test()
async def short_jobs_wait_for_the_columns_of_the_job_before(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    jobs = random_jobs(CONFIG, rng, 12, 2)
    before = int(dut.cycles.value)
    await check(bench, jobs)
    lengths = [job_length(job, CONFIG) for job in jobs]
    assert int(dut.cycles.value) - before == golden.sequence_cycles(lengths, CONFIG)


@cocotb.test()
async def a_reset_in_the_middle_of_a_job_leaves_no_trace(dut):
    bench, rng = await started(dut, (0.2, 0.2, 0.2, 0.2)), np.random.default_rng(SEED)
    for cycles in (1, 2, 3, 5, 8, 13, 21, 34):
        for job in random_jobs(CONFIG, rng, 3, MOST_CHUNKS):
            bench.offer(job)
        for _ in range(cycles):
            await bench.step()
        await bench.reset()
        assert not int(dut.busy.value) and not int(dut.cycles.value)
        await check(bench, random_jobs(CONFIG, rng, 2, MOST_CHUNKS))


async def clear(bench):
    bench.dut.clear.value = 1
    await bench.step()
    bench.dut.clear.value = 0
    await bench.step()


@cocotb.test()
async def an_unsupported_mode_is_refused_and_the_next_job_works(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    supported, refused = CONFIG.pe.supported(CONFIG), 0
    for field in FIELDS:
        good = CONFIG.modes()[-1]
        values = [
            number
            for number in range(field.bias, field.bias + (1 << field.bits))
            if number not in supported[field.name]
        ]
        for number in {values[0], values[-1], values[len(values) // 2]} if values else ():
            word = field.put(good.word(), number)
            await clear(bench)
            received, taken = len(bench.y.got), len(bench.x.taken)
            bench.job.items.append(job_words(good, 3) & ~((1 << WORD_BITS) - 1) | word)
            for _ in range(20):
                await bench.step()
            assert int(dut.error.value) and int(dut.reason.value) == Reason(field.reason), f"{field.name} {number}"
            assert len(bench.y.got) == received and len(bench.x.taken) == taken and not int(dut.busy.value)
            await check(bench, [random_job(CONFIG, rng, good, 2)])
            assert int(dut.error.value), "the flag is sticky"
            refused += 1
    await clear(bench)
    assert not int(dut.error.value) and not int(dut.reason.value)
    assert refused >= 8


@cocotb.test()
async def a_job_without_chunks_is_refused(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    mode = CONFIG.modes()[0]
    bench.job.items.append(job_words(mode, 0))
    await check(bench, [random_job(CONFIG, rng, mode, 2)])
    assert int(dut.error.value) and int(dut.reason.value) == Reason.NO_CHUNKS
    assert len(bench.y.got) == CONFIG.cols
