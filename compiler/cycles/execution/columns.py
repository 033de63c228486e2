"""Columns of results, as post-processing takes them: which of them count, and which end an atom or a group."""

from collections.abc import Iterator
from dataclasses import dataclass

from lowtide.common.records.execute import Exec

__all__ = ["Column", "channels"]


@dataclass(frozen=True)
class Column:
    """A column of results: when the array offers it, in the array's own cycles, and what it is in its group."""

    offered: int
    counts: bool
    closes: bool
    ends: bool


def channels(record: Exec, columns: int, first: int = 0) -> Iterator[Column]:
    """The columns of a group from one on, without their times; ``columns`` are those of the array, 0 for a vector."""
    per_tile = min(record.tile_columns, columns) if columns else 1
    kinds = columns or 1
    last = min(record.out_channels, record.tiles * per_tile) if columns else record.out_channels
    for number in range(first, (record.tiles if columns else last) * kinds):
        tile, column = divmod(number, kinds)
        channel = tile * per_tile + column
        counts = column < per_tile and channel < last
        ends = counts and channel + 1 == last
        yield Column(0, counts, counts and ((channel + 1) % record.out_values == 0 or ends), ends)
