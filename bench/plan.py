"""What is measured and at which sizes, and what a measured number is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lowtide import hw
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import find_machine

__all__ = ["ENGINES", "EngineUnderTest", "Number", "Plan", "TimedRun", "operands"]

GROUP, BUDGET = 8, 16


@dataclass(frozen=True)
class EngineUnderTest:
    """An array and the mode in which it is measured."""

    config: hw.ArrayConfig
    mode: hw.Mode


@dataclass(frozen=True)
class Number:
    """A measured number.

    Parameters
    ----------
    name : str
        With its unit at the end.
    value : float
        What was measured.
    meaning : str
        One line.
    least, most : float or None
        What it should keep to, one of them or none.
    """

    name: str
    value: float
    meaning: str
    least: float | None = None
    most: float | None = None

    @property
    def expected(self) -> str:
        """The limit in words, and whether it was missed; a dash where there is none."""
        if self.least is not None:
            limit, met = f"at least {self.least:g}", self.value >= self.least
        elif self.most is not None:
            limit, met = f"at most {self.most:g}", self.value <= self.most
        else:
            return "-"
        return limit if met else f"{limit}: MISSED"


@dataclass(frozen=True)
class TimedRun:
    """A run of jobs: how many seconds it took, and how many clock cycles were simulated."""

    seconds: float
    cycles: int


ENGINES = (
    EngineUnderTest(hw.find("parallel_16x16_l8"), hw.Mode(x_signed=False)),
    EngineUnderTest(
        hw.find("term_16x16_g8_l8"), hw.Mode(x_signed=False, hese=True, select=True, group=GROUP, budget=BUDGET)
    ),
)


MACHINES_UNDER_TEST = ("tiny", "small")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes of the benchmark. The defaults are the published ones; tests take smaller ones.

    Parameters
    ----------
    engines : tuple of EngineUnderTest
        To simulate.
    chunks : int
        Beats of a job.
    compiled_jobs, cocotb_jobs : int
        Jobs in one timed run.
    array_sizes : tuple of int
        Rows and columns of the arrays that are generated of each engine's kind.
    values : tuple of int
        Rows and columns of the weights that are revealed.
    picture : int
        Rows and columns of the one that a whole network sees.
    machines : tuple of AcceleratorConfig
        To simulate.
    layer : tuple of int
        Rows, which are as many columns, and channels of the convolution that they run.
    repeats : int
        Of everything; the median counts.
    seed : int
        Of all operands.
    """

    engines: tuple[EngineUnderTest, ...] = field(default=ENGINES)
    chunks: int = 64
    compiled_jobs: int = 200
    cocotb_jobs: int = 8
    array_sizes: tuple[int, ...] = (16, 64)
    values: tuple[int, int] = (2500, 4000)
    picture: int = 224
    machines: tuple[AcceleratorConfig, ...] = field(
        default_factory=lambda: tuple(map(find_machine, MACHINES_UNDER_TEST))
    )
    layer: tuple[int, int] = (56, 64)
    repeats: int = 3
    seed: int = 1


def operands(engine: EngineUnderTest, plan: Plan, jobs: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Random ``x`` int64 [rows jobs, K], ``w`` int64 [K, cols] over the whole range of the mode's operands.

    On the array this is ``jobs`` jobs of ``plan.chunks`` chunks each.
    """
    rng, mode, config = np.random.default_rng(plan.seed), engine.mode, engine.config
    k = plan.chunks * config.values_per_beat(mode)
    return (
        rng.integers(0, 1 << mode.x_bits, (config.rows * jobs, k)),
        rng.integers(-(1 << mode.w_bits - 1), 1 << mode.w_bits - 1, (k, config.cols)),
    )
