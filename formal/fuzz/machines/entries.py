"""Entries of records that find no room: the window for writes ends within them, or the bus refuses them."""

from dataclasses import dataclass

import numpy as np

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.profile import PROFILE_ENTRY_BYTES
from lowtide.common.records.record import TokenRecord
from lowtide.sim.machine import MachineModel

from ..records.lists import RandomList
from .refused import written
from .told import FAILED, wrong_register

__all__ = ["EntryRoom", "entries_end"]

UNTOUCHED = 0xA5  #: what bytes hold that no entry is written to


@dataclass(frozen=True)
class EntryRoom:
    """The room for entries.

    Parameters
    ----------
    entries : int
        That are written.
    spare : int
        Bytes behind them that are in the window, fewer than an entry has.
    is_refused : bool
        The window goes on, but the bus refuses the entry behind them.
    """

    entries: int
    spare: int
    is_refused: bool

    @classmethod
    def drawn(cls, rng: np.random.Generator, records: int) -> "EntryRoom":
        """Room for none to all entries of so many records, often for all but one."""
        entries = int(rng.choice([records - 1, records, int(rng.integers(records))]))
        spare = int(rng.choice([0, 1, int(rng.integers(PROFILE_ENTRY_BYTES)), PROFILE_ENTRY_BYTES - 1]))
        return cls(entries, spare, bool(rng.random() < 0.25))


def entries_end(model: MachineModel, found: RandomList, room: EntryRoom, *, latency: int) -> str:
    """Run a legal list whose entries find only that room: the error WINDOW or BUS if there are more, of a record that
    has no entry; a line where it is otherwise."""
    place, size = model.where()["profile"], PROFILE_ENTRY_BYTES
    end = place + size * room.entries
    numbers = {number for number, record in enumerate(found.records) if isinstance(record, TokenRecord)}
    if room.is_refused:
        model.behave(latency=latency, write_fault=(end, end + 1))
        limit, code = model.where()["write_limit"], Error.BUS
    else:
        model.behave(latency=latency)
        limit, code = end + room.spare - 1, Error.WINDOW
    model.write(found.base, found.external)
    model.behind[: size * (len(numbers) + 2)] = UNTOUCHED
    with written(model, {"write_limit": limit}):
        try:
            model.run_at(found.address, len(found.records))
        except MachineError as error:
            told, record = error.error, error.record
        else:
            return "" if room.entries == len(numbers) else f"no error, expected is {code.name} of an entry"
    if room.entries == len(numbers) or told != code:
        return f"record {record}: {told.name} with room for {room.entries} of {len(numbers)} entries"
    inside = model.behind[: size * room.entries].view(np.uint32).reshape(-1, size // 4)
    written_numbers = {int(word) & 0xFFFFFF for word in inside[:, 0]}
    if not (written_numbers <= numbers and len(written_numbers) == room.entries):
        return f"there are entries of records {sorted(written_numbers)}"
    if record not in numbers - (set() if room.is_refused else written_numbers):
        return f"record {record}: {told.name} of an entry that is written"
    if not room.is_refused and (model.behind[size * room.entries :][:size] != UNTOUCHED).any():
        return "an entry is written beyond the window"
    return wrong_register(model, {"status": FAILED})
