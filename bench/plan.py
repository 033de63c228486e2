"""What is measured and at which sizes, and what a measured number is."""

from dataclasses import dataclass, field

import numpy as np

from lowtide import hw

__all__ = ["ENGINES", "EngineUnderTest", "Number", "Plan", "operands"]

GROUP, BUDGET = 8, 16


@dataclass(frozen=True)
class EngineUnderTest:
    """An array and the mode in which it is measured."""

    config: hw.ArrayConfig
    mode: hw.Mode


@dataclass(frozen=True)
class Number:
    """A measured number. name: with its unit at the end. meaning: one line. least, most: what it should keep to."""

    name: str
    value: float
    meaning: str
    least: float | None = None
    most: float | None = None

    @property
    def expected(self):
        """The limit in words, and whether it was missed; a dash where there is none."""
        if self.least is None and self.most is None:
            return "-"
        met = self.value >= self.least if self.least is not None else self.value <= self.most
        limit = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return limit if met else f"{limit}: MISSED"


ENGINES = (
    EngineUnderTest(hw.find("parallel_16x16_l8"), hw.Mode(x_signed=False)),
    EngineUnderTest(
        hw.find("term_16x16_g8_l8"), hw.Mode(x_signed=False, hese=True, select=True, group=GROUP, budget=BUDGET)
    ),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes of the benchmark. The defaults are the published ones; tests take smaller ones.

    engines: to simulate. chunks: beats of a job. compiled_jobs, cocotb_jobs: jobs in one timed run. array_sizes: rows
    and columns of the arrays that are generated of each engine's kind. values: rows and columns of the weights that
    are revealed. picture: rows and columns of the one that a whole network sees. repeats: of everything; the median
    counts. seed: of all operands.
    """

    engines: tuple = field(default=ENGINES)
    chunks: int = 64
    compiled_jobs: int = 200
    cocotb_jobs: int = 8
    array_sizes: tuple = (16, 64)
    values: tuple = (2500, 4000)
    picture: int = 224
    repeats: int = 3
    seed: int = 1


def operands(engine, plan, jobs):
    """Random ``x`` int64 [rows jobs, K], ``w`` int64 [K, cols] over the whole range of the mode's operands.

    On the array this is ``jobs`` jobs of ``plan.chunks`` chunks each.
    """
    rng, mode, config = np.random.default_rng(plan.seed), engine.mode, engine.config
    k = plan.chunks * config.values_per_beat(mode)
    return (
        rng.integers(0, 1 << mode.x_bits, (config.rows * jobs, k)),
        rng.integers(-(1 << mode.w_bits - 1), 1 << mode.w_bits - 1, (k, config.cols)),
    )
