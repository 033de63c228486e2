"""What the feature and the weight memory hold: ranges that records write, until they are read last or written anew.

Ranges are those between the lowest and the highest address of a record; what EXEC reads is taken without its taps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import Memory, Transfer
from lowtide.common.records.record import Kind, Record
from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..cycles.list_times import ListTimes

__all__ = ["Held", "held"]

SHOWN = (Memory.FEATURE, Memory.WEIGHT)


@dataclass(frozen=True)
class Held:
    """A range of a memory that holds something.

    Parameters
    ----------
    memory : Memory
    low, high : int
        Units, the last one counts.
    begun, end : int
        Cycles: of the begin of the record that writes it, and of the end of the last one that reads it.
    writer : int
        Number of that record.
    """

    memory: Memory
    low: int
    high: int
    begun: int
    end: int
    writer: int

    def meets(self, memory: Memory, low: int, high: int) -> bool:
        """Whether it has units of a range."""
        return self.memory == memory and self.low <= high and low <= self.high


Range = tuple[Memory, int, int]


def _span(base: int, *steps: tuple[int, int]) -> tuple[int, int]:
    """The lowest and the highest of all sums of ``base`` and each step up to so many times."""
    reach = [(count - 1) * step for count, step in steps]
    return base + sum(min(0, each) for each in reach), base + sum(max(0, each) for each in reach)


def _copied(record: Transfer) -> Range:
    counts = [(getattr(record, f"count_{n}"), getattr(record, f"local_pitch_{n}")) for n in (1, 2, 3)]
    low, high = _span(record.local, *counts)
    return record.memory, low, high + record.units - 1


def _read(record: Exec, config: AcceleratorConfig) -> Iterator[Range]:
    pixels = ((record.out_rows, record.in_row_step), (record.out_columns, record.in_column_step))
    is_vector, values = record.source != Source.ENGINE, record.tail + 1
    blocks = -(-record.out_channels // values) if is_vector else record.blocks
    steps = 1 if is_vector else -(-record.tiles // record.tiles_per_step)
    yield (Memory.FEATURE, *_span(record.in_base, *pixels, (blocks, record.block_step), (steps, record.tile_step)))
    if record.operand:
        rows = ((record.out_rows, record.operand_row_step), (record.out_columns, 1))
        others = -(-record.out_channels // record.out_values)
        yield (Memory.FEATURE, *_span(record.operand_base, *rows, (others, record.operand_block_step)))
    if not is_vector:
        pairs = KINDS[config.array.kind].plane_pairs(Mode.of_word(record.mode), config.array)
        beats = record.tiles * record.chunks * (1 if pairs is None else len(pairs))
        yield Memory.WEIGHT, record.weight_base, record.weight_base + (beats - 1 >> record.weight_packing)


def _written(record: Exec) -> Range:
    apart = record.out_apart
    low, high = _span(
        record.out_base,
        (-(-record.out_rows // apart), record.out_row_step),
        (min(apart, record.out_rows), record.out_row_phase),
        (min(apart, record.out_columns), record.out_column_phase),
        (-(-record.out_columns // apart), 1),
        (-(-record.out_channels // record.out_values), record.out_block_step),
        (record.out_bits if record.out_planes else 1, record.out_plane_step),
    )
    return Memory.FEATURE, low, high


def _accesses(record: Record, config: AcceleratorConfig) -> tuple[list[Range], list[Range]]:
    """What a record reads, and what it writes."""
    if isinstance(record, Exec):
        return list(_read(record, config)), [_written(record)]
    if isinstance(record, Transfer) and record.memory in SHOWN:
        copied = [_copied(record)]
        return (copied, []) if record.kind == Kind.STORE else ([], copied)
    return [], []


def held(records: Sequence[Record], config: AcceleratorConfig, times: ListTimes) -> list[Held]:
    """What is held, in the order in which it is written."""
    told: Mapping[int, tuple[int, int]] = {each.number: (each.begun, each.end) for each in times.records}
    done: list[Held] = []
    live: list[Held] = []
    for number, record in enumerate(records):
        reads, writes = _accesses(record, config)
        if number not in told:
            continue
        begun, end = told[number]
        for each in reads:
            live = [replace(one, end=max(one.end, end)) if one.meets(*each) else one for one in live]
        for each in writes:
            done += [one for one in live if one.meets(*each)]
            live = [one for one in live if not one.meets(*each)]
            live.append(Held(*each, begun, end, number))
    return sorted([*done, *live], key=lambda one: (one.begun, one.writer))
