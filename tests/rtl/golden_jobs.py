"""Random jobs for an engine, and what the golden model says of them."""

import numpy as np

import golden
from sim.engine_bench import Job


def operand(rng, shape, bits, is_signed):
    """Random integers over the whole range of an operand, its corners more often than chance would have them."""
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    values = rng.integers(least, most + 1, shape)
    corners = rng.choice([least, most, 0, 1], shape)
    return np.where(rng.random(shape) < 0.2, corners, values)


def random_mode(config, rng):
    """A random mode that the configuration supports."""
    mode = config.modes()[rng.integers(len(config.modes()))]
    if 1 in config.operations.supported(config)["select"] and rng.random() < 0.7:
        group = int(rng.integers(1, config.group + 1))
        mode = mode.change(select=True, group=group, budget=int(rng.integers(1, min(config.budget, 4 * group) + 1)))
    return mode


def random_job(config, rng, mode, chunks):
    """A tile of the array's full size and a K of so many chunks, the last of them not always whole."""
    values = config.values_per_beat(mode)
    k = chunks * values - int(rng.integers(values))
    return Job(operand(rng, (config.rows, k), mode.x_bits, mode.x_signed),
               operand(rng, (k, config.cols), mode.w_bits, mode.w_signed), mode)


def random_jobs(config, rng, count, most_chunks):
    """Jobs in random modes of 1 to ``most_chunks`` chunks."""
    return [random_job(config, rng, random_mode(config, rng), int(rng.integers(1, most_chunks + 1)))
            for _ in range(count)]


def expected(job, config):
    """The results that the golden model states, int64 [rows, cols]."""
    return golden.gemm(job.x, job.w, job.mode, config).y


def job_length(job, config):
    """Cycles of the job alone, as the golden model states them."""
    return golden.job_cycles(job.x.shape[1], job.mode, config)
