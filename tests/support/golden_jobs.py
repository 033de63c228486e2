"""Random jobs for an engine, and what the golden model says of them."""

from lowtide import golden
from lowtide.formal.engine_checks.operand_pairs import book, book_integers, has_narrow_book, operand, some_modes, stored
from lowtide.hw.array.decoder import table_bits
from lowtide.sim.cocotb.engine_bench import EngineBench, Job
from lowtide.sim.engine.packing import weight_rows

__all__ = [
    "book",
    "book_integers",
    "expected",
    "has_narrow_book",
    "job_length",
    "operand",
    "random_job",
    "random_jobs",
    "random_mode",
    "some_modes",
    "started_bench",
    "stored",
]


async def started_bench(dut, config, seed, stalls):
    """An engine out of reset, its codebooks loaded."""
    bench = EngineBench(dut, config, seed=seed, stalls=stalls)
    await bench.start()
    for number in range(2) if table_bits(config) else ():
        await bench.load_codebook(book(config, number), number)
    return bench


def random_mode(config, rng):
    """A random mode that the configuration supports."""
    modes = config.modes()
    mode = modes[rng.integers(len(modes))]
    supported = config.pe.supported(config)
    if 1 in supported["select"] and rng.random() < 0.7:
        group = int(rng.integers(1, config.group + 1))
        budget = int(rng.integers(1, min(config.budget, 4 * group) + 1))
        mode = mode.change(
            select=True,
            group=group,
            budget=budget,
            data_terms=int(rng.integers(min(4, supported["data_terms"][-1]) + 1)),
        )
    if mode.storage("w").entries:
        mode = mode.change(codebook=int(rng.integers(2)))
    return mode


def random_job(config, rng, mode, chunks):
    """A tile of the array's full size and a K of so many chunks, the last of them not always whole."""
    values = config.values_per_beat(mode)
    k = chunks * values - int(rng.integers(values))
    w = stored(rng, (weight_rows(k, config, mode), config.cols), mode, "w")
    job = Job(stored(rng, (config.rows, k), mode, "x"), w, mode)
    if mode.has_exponents("x"):
        job.x_exponents = rng.integers(1 << config.exponent_bits, size=(config.rows, chunks))
    if mode.has_exponents("w"):
        job.w_exponents = rng.integers(1 << config.exponent_bits, size=(chunks, config.cols))
    return job


def random_jobs(config, rng, count, most_chunks):
    """Jobs in random modes of 1 to ``most_chunks`` chunks."""
    return [
        random_job(config, rng, random_mode(config, rng), int(rng.integers(1, most_chunks + 1))) for _ in range(count)
    ]


def expected(job, config):
    """The results that the golden model states, int64 [rows, cols]."""
    return golden.gemm(
        job.x,
        job.w,
        job.mode,
        config,
        codebook=book_integers(config, job.mode),
        x_exponents=job.x_exponents,
        w_exponents=job.w_exponents,
    ).y


def job_length(job, config):
    """Cycles of the job alone, as the golden model states them."""
    return golden.job_cycles(job.x.shape[1], job.mode, config)
