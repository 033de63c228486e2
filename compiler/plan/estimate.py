"""How many cycles a stage takes, about: what ways of running it are compared by.

The exact prediction, `lowtide.compiler.cycles`, needs the records; these estimates choose which ones are made.
"""

from collections.abc import Mapping
from math import lcm

from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..cycles.execution.latency import column_cycles
from ..layouts.layout import Layout
from ..steps.products import product_parts
from .softmax_cost import softmax_cycles
from .stage import Stage

__all__ = [
    "LATENCY",
    "jobs_of",
    "pipelined",
    "product_cycles",
    "product_words",
    "weight_words",
    "work_cycles",
]

LATENCY = 60  #: cycles that a copy takes beside its beats
FILLING = 40  #: cycles that a record takes beside its jobs


def weight_words(stage: Stage, channels: int, source: Layout, config: AcceleratorConfig) -> int:
    """Words of the weight memory that so many output channels need, packed not at all."""
    if stage.mode is None:
        return 0
    jobs, chunks, passes = jobs_of(stage, channels, source, config)
    return jobs * chunks * passes


def jobs_of(stage: Stage, channels: int, source: Layout, config: AcceleratorConfig) -> tuple[int, int, int]:
    """Tiles of so many output channels, chunks of a job, and passes over them."""
    mode, window = stage.mode, stage.window
    assert mode is not None, f"stage {stage.name} has no mode"
    taps = window.size[0] * window.size[1]
    if mode.diagonal:
        return -(-channels // source.values), taps, 1
    pairs = KINDS[config.array.kind].plane_pairs(mode, config.array)
    passes = 1 if pairs is None else len(pairs)
    groups, inner = window.groups, source.channels // window.groups
    merged = 1 if groups == 1 else lcm(inner, source.values) // inner  # groups that fill atoms together
    merged = merged if groups % merged == 0 else groups
    blocks = -(-merged * inner // source.values)
    return groups // merged * -(-(channels * merged // groups) // config.cols), taps * blocks, passes


def work_cycles(
    stage: Stage, rows: int, channels: int, layouts: Mapping[str, Layout], config: AcceleratorConfig
) -> int:
    """Cycles that the array or the vector source takes for so many rows and channels, about."""
    if stage.sums is not None:
        return softmax_cycles(stage, rows, layouts, config)
    made, source = layouts[stage.makes], layouts[stage.reads[0]]
    groups, column = -(-rows * made.columns // config.rows), column_cycles(config, operand=stage.has_operand)
    if stage.mode is None:
        taps = stage.window.size[0] * stage.window.size[1]
        if stage.is_whole:  # its pixels are blocks of channels
            groups, channels = -(-source.blocks // config.rows), source.values
        return groups * max(channels * max(taps, column), config.rows + 1) + FILLING
    jobs, chunks, _ = jobs_of(stage, channels, source, config)
    beats = chunks * config.array.cycles_per_beat(stage.mode)
    of_group = jobs * max(beats, config.cols * column)
    return groups * max(of_group, config.rows + 1) + FILLING  # a group is put together pixel by pixel


def product_words(stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> int:
    """Words of the weight memory that one product of two computed tensors needs."""
    tiles, chunks = _product_jobs(stage, layouts, config)
    return tiles * chunks


def product_cycles(stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> int:
    """Cycles that the array takes for one product of two computed tensors, about."""
    assert stage.mode is not None, f"stage {stage.name} has no mode"
    tiles, chunks = _product_jobs(stage, layouts, config)
    job = max(chunks * config.array.cycles_per_beat(stage.mode), config.cols * config.rows_per_requantiser)
    groups = -(-layouts[stage.reads[0]].columns // config.rows)
    return groups * max(tiles * job, config.rows + 1) + FILLING


def _product_jobs(stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> tuple[int, int]:
    """Tiles of one product's columns, and chunks of a job."""
    weights, matrices = layouts[stage.reads[1]], stage.product[1]
    assert stage.mode is not None, f"stage {stage.name} has no mode"
    blocks = -(-matrices.extent(weights, 1)[1] // weights.values)
    return -(-weights.columns // config.cols), blocks * product_parts(stage.mode, stage.zeros)


def pipelined(work: list[tuple[float, float, float]]) -> float:
    """Cycles of pieces one after the other, each of which is copied in, worked on and copied out, the copies beside the
    work on other pieces."""
    total = work[0][1] + work[-1][2]
    for place, (cycles, _, _) in enumerate(work):
        arriving = work[place + 1][1] if place + 1 < len(work) else 0
        leaving = work[place - 1][2] if place else 0
        total += max(cycles, arriving + leaving)
    return total
