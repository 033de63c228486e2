"""When engines are busy, and what an EXEC record takes at least."""

from collections.abc import Iterable

import numpy as np

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.profile import RecordTimes
from lowtide.common.records.record import Kind
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..cycles.execution.groups import group_sizes
from ..cycles.execution.latency import column_cycles

__all__ = ["Busy", "least_cycles"]


class Busy:
    """Cycles in which some engines run records.

    Parameters
    ----------
    records : iterable of RecordTimes
    kinds : Kind
        Of the engines, one of which is busy at least.
    """

    def __init__(self, records: Iterable[RecordTimes], *kinds: Kind) -> None:
        spans = sorted((each.begun, each.end) for each in records if each.kind in kinds)
        begins: list[int] = []
        ends: list[int] = []
        for begin, end in spans:
            if ends and begin <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                begins.append(begin)
                ends.append(end)
        self.begins, self.ends = np.array(begins, np.int64), np.array(ends, np.int64)
        self.before = np.concatenate([[0], np.cumsum(self.ends - self.begins)])

    def until(self, cycle: int) -> int:
        """Busy cycles before one."""
        place = int(np.searchsorted(self.begins, cycle))
        late = max(0, int(self.ends[place - 1]) - cycle) if place else 0
        return int(self.before[place]) - late

    def between(self, first: int, end: int) -> int:
        """Busy cycles from one to another, which does not count."""
        return self.until(end) - self.until(first)


def least_cycles(record: Exec, config: AcceleratorConfig) -> tuple[int, int, int]:
    """What a record takes at least: cycles of the array's operands; those of its results, a column at a time; those of
    its pixels, one a cycle and one for each group of rows.

    All are of all groups; nothing waits, and nothing is filled or drained.
    """
    groups, column = len(group_sizes(record, config.rows)), column_cycles(config, operand=bool(record.operand))
    pixels = record.out_rows * record.out_columns + groups
    if record.source != Source.ENGINE:
        return 0, groups * record.out_channels * max(record.taps, column), pixels
    mode = Mode.of_word(record.mode)
    operands = record.tiles * record.chunks * config.array.cycles_per_beat(mode)
    columns = min(record.out_channels, record.tiles * record.tile_columns)
    return groups * operands, groups * max(record.tiles * config.cols, columns * column), pixels
