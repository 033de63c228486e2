"""The runs of a LOAD or STORE: beats of the bus, how they are cut into bursts, and steps of the mover."""

from collections.abc import Iterator

from lowtide.common.records.entries import ENTRY_BYTES
from lowtide.common.records.kinds import Memory, Transfer
from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["Runs", "bursts", "check_cycles"]

PAGE = 4096  #: bytes, whose boundary no burst crosses
LONGEST = 256  #: beats of a burst
CODEBOOK_STEPS = 4  #: cycles of a unit of the codebooks: one for each entry


def check_cycles(record: Transfer) -> int:
    """Cycles from the last word of a record to where it is checked."""
    return 7 + sum((count - 1).bit_length() for count in (record.count_1, record.count_2, record.count_3))


def bursts(first: int, beats: int, bus_bytes: int, most: int = LONGEST) -> Iterator[int]:
    """Beats of each burst of a request, from beat ``first`` of external memory."""
    longest = min(most, PAGE // bus_bytes)
    while beats:
        taken = min(beats, longest - first % longest)
        yield taken
        first, beats = first + taken, beats - taken


class Runs:
    """The runs of a record.

    Parameters
    ----------
    record : Transfer
    config : AcceleratorConfig
    """

    def __init__(self, record: Transfer, config: AcceleratorConfig) -> None:
        self.record, self.bus = record, config.bus_bytes
        sizes = {Memory.FEATURE: config.atom_bytes, Memory.WEIGHT: config.weight_word_bytes}
        self.unit = sizes.get(record.memory, ENTRY_BYTES)
        self.is_feature = record.memory == Memory.FEATURE
        self.per_beat, self.beats_of_unit = max(1, self.bus // self.unit), max(1, self.unit // self.bus)
        self.size = record.units * self.unit
        self.steps_of_unit = CODEBOOK_STEPS if record.memory == Memory.CODEBOOK else 1

    def __len__(self) -> int:
        return self.record.count_1 * self.record.count_2 * self.record.count_3

    def address(self, number: int) -> int:
        """External address of a run's first byte."""
        record = self.record
        outer, i1 = divmod(number, record.count_1)
        i3, i2 = divmod(outer, record.count_2)
        return record.address + i1 * record.pitch_1 + i2 * record.pitch_2 + i3 * record.pitch_3

    def beats(self, number: int) -> tuple[int, int]:
        """The first beat of a run in external memory, and how many it has."""
        address = self.address(number)
        return address // self.bus, (address % self.bus + self.size + self.bus - 1) // self.bus

    def steps(self, number: int, first: int, beats: int) -> int:
        """Steps of LOAD for some beats of a run, the first of which is its ``first``-th."""
        if self.beats_of_unit > 1:
            units = (first + beats) // self.beats_of_unit - first // self.beats_of_unit
            return beats + units * (self.steps_of_unit - 1)
        if self.is_feature:
            return beats
        offset = self.address(number) % self.bus // self.unit
        low = max(0, first * self.per_beat - offset)
        high = min(self.record.units, (first + beats) * self.per_beat - offset)
        return (high - low) * self.steps_of_unit

    @property
    def fill_steps(self) -> int:
        """Steps of LOAD for a run that is filled."""
        if self.is_feature and self.beats_of_unit == 1:
            return -(-self.record.units // self.per_beat)
        return self.record.units * (self.beats_of_unit + self.steps_of_unit - 1)
