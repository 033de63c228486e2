"""What a softmax on the machine needs beside its input and output, and how long it takes, about."""

from collections.abc import Mapping

from lowtide.golden.functions.table_softmax import RANGES
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.softmax import softmax_room
from ..layouts.layout import Layout
from .stage import Stage

__all__ = ["scratch_atoms", "softmax_cycles"]

FILLING = 60  #: cycles that a record takes beside its pixels, a table before it
RECORDS = 6 + len(RANGES)


def scratch_atoms(stage: Stage, rows: int, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> int:
    """Atoms for what lies between the input and the output of so many rows."""
    assert stage.sums is not None, f"stage {stage.name} is no softmax"
    source, target = (
        layouts[tensor].resized(rows, layouts[tensor].channels, array_rows=config.rows)
        for tensor in (stage.reads[0], stage.makes)
    )
    return softmax_room(config, stage.sums, source, target)


def softmax_cycles(stage: Stage, rows: int, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> int:
    """Cycles of so many rows, about: each record goes through all pixels, a group of them at a time."""
    assert stage.sums is not None, f"stage {stage.name} is no softmax"
    source, target = layouts[stage.reads[0]], layouts[stage.makes]
    bytes_of_beat = config.array.values_per_beat(stage.sums)
    chunks = 2 * -(-source.channels // bytes_of_beat)
    tiles = -(-bytes_of_beat // config.cols)
    beats = max(chunks * config.array.cycles_per_beat(stage.sums), config.cols)
    results = [
        source.values * source.blocks,  # maxima
        source.values * bytes_of_beat // 2,
        source.channels,  # powers
        *[bytes_of_beat // 2] * len(RANGES),
        target.values * len(RANGES),
        target.channels,
    ]
    least = config.rows + 1
    of_group = sum(max(each * config.rows_per_requantiser, least) for each in results) + max(tiles * beats, least)
    return -(-rows * source.columns // config.rows) * of_group + RECORDS * FILLING
