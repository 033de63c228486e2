"""cocotb bench: an engine with all its modes, switched from job to job."""

import cocotb
import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import decoded_formats, table_bits
from lowtide.hw.mode.reasons import Reason
from lowtide.sim.cocotb.engine_bench import Job
from lowtide.sim.cocotb.run import parameters

from golden_jobs import book, expected, has_narrow_book, job_length, random_job, some_modes, started_bench, stored

SETTINGS = parameters()
CONFIG = ArrayConfig(**SETTINGS["config"])
SEED, JOBS = SETTINGS["seed"], SETTINGS["jobs"]


async def started(dut, stalls=(0, 0, 0, 0)):
    return await started_bench(dut, CONFIG, SEED, stalls)


def sequence(rng):
    """The modes that documents show and half as many others as there are jobs, in random order, again and again: at
    least ``JOBS`` jobs, each as long as results take to leave."""
    modes = [mode for mode in some_modes(CONFIG, JOBS // 2) if not has_narrow_book(CONFIG, mode)]
    modes += [mode.change(codebook=1) for mode in CONFIG.modes() if mode.storage("w").entries]
    order = [mode for _ in range(-(-JOBS // len(modes))) for mode in rng.permutation(np.array(modes, object))]
    shortest = max(CONFIG.rows, CONFIG.cols)
    return [random_job(CONFIG, rng, mode, -(-shortest // CONFIG.cycles_per_beat(mode))) for mode in order]


async def check(bench, jobs):
    for job, result in zip(jobs, await bench.run(jobs), strict=True):
        assert (result == expected(job, CONFIG)).all(), f"{job.mode.label()}, K {job.x.shape[1]}"
    assert not int(bench.dut.error.value)


@cocotb.test()
async def every_mode_follows_any_other_without_an_extra_cycle(dut):
    bench = await started(dut)
    jobs = sequence(np.random.default_rng(SEED))
    assert len(jobs) >= JOBS
    before = int(dut.cycles.value)
    await check(bench, jobs)
    lengths = [job_length(job, CONFIG) for job in jobs]
    assert int(dut.cycles.value) - before == sum(lengths) == golden.sequence_cycles(lengths, CONFIG)
    starts = np.cumsum([0, *lengths[:-1]])
    beats = np.cumsum(
        [
            0,
            *(
                len(CONFIG.pe.passes(CONFIG, job.mode)) * -(-job.x.shape[1] // CONFIG.values_per_beat(job.mode))
                for job in jobs[:-1]
            ),
        ]
    )
    taken = np.array(bench.x.taken)
    assert (taken[beats] - taken[0] == starts).all(), "a job's first operands are taken when the job before has ended"


@cocotb.test()
async def every_mode_is_exact_under_random_stalls(dut):
    bench = await started(dut, (0.3, 0.3, 0.3, 0.3))
    await check(bench, sequence(np.random.default_rng(SEED + 1)))


@cocotb.test(skip=not table_bits(CONFIG))
async def a_codebook_waits_until_no_job_uses_it(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    mode = next(mode for mode in CONFIG.modes() if mode.storage("w").entries)
    jobs = [random_job(CONFIG, rng, mode.change(codebook=number), 40) for number in (0, 0, 1)]
    for job in jobs[:2]:
        bench.offer(job)
    for _ in range(3):
        await bench.step()
    assert int(dut.busy.value)
    bench.codebook.items.append(0)  # entry 0 of book 0, which both jobs use
    while bench.codebook.items:
        await bench.step()
    assert len(bench.x.taken) == 80 and bench.codebook.taken[-1] >= bench.x.taken[-1]
    await bench.load_codebook(book(CONFIG, 0), 0)
    for _ in range(4 * CONFIG.rows):
        await bench.step()
    results = bench.results(0, 2)
    for job, result in zip(jobs[:2], results, strict=True):
        assert (result == expected(job, CONFIG)).all()
    # while a job uses one book, the other one can be loaded
    bench.offer(jobs[2])
    await bench.step()
    await bench.load_codebook(book(CONFIG, 0), 0)
    assert int(dut.busy.value), "the job should still run"
    before = len(bench.y.got)
    while len(bench.y.got) < before + CONFIG.cols - before % CONFIG.cols:
        await bench.step()
    assert (bench.results(2 * CONFIG.cols, 1)[0] == expected(jobs[2], CONFIG)).all()


@cocotb.test(skip=not any(stored.meaningless for stored in decoded_formats(CONFIG)))
async def a_weight_code_without_meaning_raises_the_flag(dut):
    bench, rng = await started(dut), np.random.default_rng(SEED)
    mode = next(mode for mode in CONFIG.modes() if mode.storage("w").meaningless)
    values = CONFIG.values_per_beat(mode)
    for place in (None, 0, values - 1):
        x, w = (
            stored(rng, shape, mode, side)
            for shape, side in (((CONFIG.rows, values), "x"), ((values, CONFIG.cols), "w"))
        )
        if place is not None:
            w[place, CONFIG.cols - 1] = mode.storage("w").meaningless[0]
        await bench.run([Job(x, w, mode)])
        assert bool(int(dut.error.value)) == (place is not None)
    assert int(dut.reason.value) == Reason.WEIGHT_CODE


@cocotb.test(skip=not CONFIG.pe.reports_losses)
async def a_weight_beyond_its_width_raises_the_flag(dut):
    bench = await started(dut)
    plain = next(
        mode
        for mode in CONFIG.modes()
        if mode.w_format == "plain" and mode.w_signed and not (mode.select or mode.diagonal)
    )
    mode = plain.change(w_bits=4)
    if plain.hese:
        mode = mode.change(budget=2 * mode.group)
    values = CONFIG.values_per_beat(mode)
    for weight, lost in ((7, False), (-8, False), (85, True)):
        x, w = np.ones((CONFIG.rows, values), np.int64), np.full((values, CONFIG.cols), weight)
        result = (await bench.run([Job(x, w, mode)]))[0]
        assert bool(int(dut.error.value)) == lost
        if not lost:
            assert (result == weight * values).all()
