"""The memories of the machine as arrays of bytes, and the copies between them: LOAD and STORE.

A copy has runs of neighbouring units, repeated in three dimensions, of which dimension 3 is the outermost::

    external byte of run (i3, i2, i1) = address + i1 pitch_1 + i2 pitch_2 + i3 pitch_3
    local unit                        = local + i1 local_pitch_1 + i2 local_pitch_2 + i3 local_pitch_3

Runs are moved in that order, so of two that meet in one place the later one stays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import Memory, Store, Transfer

from .configuration import ENTRY_BYTES, AnyMachine, atom_bytes, check_machine, has_codebooks, weight_word_bytes

__all__ = ["Memories", "Window", "move"]

CODEBOOK_ENTRIES = 512  #: of both books
ENTRIES_OF_A_UNIT = 4  #: of a table or a codebook
TABLE_ENTRIES = 256

Window = tuple[int, int]  #: of external memory: its first byte, and the one behind its last


@dataclass
class Memories:
    """All memories: external and local, each a uint8 array, the local ones of [units, bytes of a unit].

    Parameters
    ----------
    external : ndarray of uint8 [bytes]
        Used in place. What lies before and behind it answers with an error of the bus.
    local : dict of Memory to ndarray of uint8 [units, bytes]
        Only those that are built.
    base : int
        Address of the first external byte.
    """

    external: NDArray[np.uint8]
    local: dict[Memory, NDArray[np.uint8]]
    base: int

    @classmethod
    def of(cls, machine: AnyMachine, external: NDArray[np.uint8], base: int = 0) -> "Memories":
        """The memories of a machine, the local ones all zero. ValueError for sizes that do not fit."""
        check_machine(machine)
        if external.dtype != np.uint8 or external.ndim != 1:
            raise ValueError(f"external is {external.dtype} {external.shape}, allowed are uint8 [bytes]")
        atom, word = atom_bytes(machine), weight_word_bytes(machine)
        sizes = {
            Memory.FEATURE: (machine.feature_bytes // atom, atom),
            Memory.WEIGHT: (machine.weight_bytes // word, word),
            Memory.PARAMETER: (machine.parameters, ENTRY_BYTES),
            Memory.TAP: (machine.taps, ENTRY_BYTES),
        }
        if "table" in machine.post:
            sizes[Memory.TABLE] = (TABLE_ENTRIES // ENTRIES_OF_A_UNIT, ENTRY_BYTES)
        if has_codebooks(machine):
            sizes[Memory.CODEBOOK] = (CODEBOOK_ENTRIES // ENTRIES_OF_A_UNIT, ENTRY_BYTES)
        return cls(external, {memory: np.zeros(size, np.uint8) for memory, size in sizes.items()}, base)

    def units(self, memory: Memory, first: int, count: int) -> NDArray[np.uint8]:
        """A run of units of a local memory, uint8 [count, bytes]. MachineError, ADDRESS, beyond its end."""
        units = self.local[memory]
        if not 0 <= first <= first + count <= len(units):
            raise MachineError(
                Error.ADDRESS,
                f"{memory.name} memory is read from unit {first} to {first + count - 1}, it has {len(units)}",
            )
        return units[first : first + count]


def move(copy: Transfer, memories: Memories, window: Window) -> None:
    """Do a LOAD or a STORE.

    Parameters
    ----------
    copy : Load or Store
    memories : Memories
    window : (int, int)
        The part of external memory that it may touch.

    Raises
    ------
    MachineError
        RANGE, ADDRESS, WINDOW or BUS, before anything has moved.
    """
    if copy.memory not in memories.local:
        raise MachineError(Error.RANGE, f"memory is {int(copy.memory)} ({copy.memory.name}), which is not built")
    local = memories.local[copy.memory]
    unit = local.shape[1]
    counts = np.array([copy.count_3, copy.count_2, copy.count_1], np.int64)
    pitches = np.array([copy.pitch_3, copy.pitch_2, copy.pitch_1], np.int64)
    local_pitches = np.array([copy.local_pitch_3, copy.local_pitch_2, copy.local_pitch_1], np.int64)
    for name in ("address", "pitch_1", "pitch_2", "pitch_3"):
        if getattr(copy, name) % unit:
            raise MachineError(Error.RANGE, f"{name} is {getattr(copy, name)}, allowed are multiples of {unit}")
    first, end = _span(copy.local, counts, local_pitches, copy.units)
    if first < 0 or end > len(local):
        raise MachineError(
            Error.ADDRESS, f"units {first} to {end - 1} of {copy.memory.name} memory, which has {len(local)}"
        )
    if not copy.fill:
        first, end = _span(copy.address, counts, pitches, copy.units * unit)
        if first < window[0] or end > window[1]:
            raise MachineError(
                Error.WINDOW, f"bytes {first:#x} to {end - 1:#x}, the window is {window[0]:#x} to {window[1] - 1:#x}"
            )
        low, high = memories.base, memories.base + len(memories.external)
        if first < low or end > high:
            raise MachineError(Error.BUS, f"bytes {first:#x} to {end - 1:#x}, memory is {low:#x} to {high - 1:#x}")
    inner, local_inner = np.arange(copy.units * unit), np.arange(copy.units)
    rows, local_rows = np.arange(copy.count_1) * copy.pitch_1, np.arange(copy.count_1) * copy.local_pitch_1
    for outer in np.ndindex(copy.count_3, copy.count_2):
        units = copy.local + int(np.dot(outer, local_pitches[:2])) + local_rows[:, None] + local_inner
        if copy.fill:
            local[units] = copy.fill_value
            continue
        start = copy.address - memories.base + int(np.dot(outer, pitches[:2]))
        places = start + rows[:, None] + inner
        if isinstance(copy, Store):
            memories.external[places] = local[units].reshape(places.shape)
        else:
            local[units] = memories.external[places].reshape(*units.shape, unit)


def _span(first: int, counts: NDArray[np.int64], pitches: NDArray[np.int64], run: int) -> tuple[int, int]:
    """The first place that is touched and the one behind the last."""
    reach = [int(count - 1) * int(pitch) for count, pitch in zip(counts, pitches, strict=True)]
    return first + sum(min(0, far) for far in reach), first + sum(max(0, far) for far in reach) + run
