"""The machine as a program that runs lists of records on arrays of bytes, without time.

Records run one after the other in the order of their list. The hardware's three engines run at the same time, each its
own records in order, and tokens are all that orders them: a legal list takes tokens that records *before* it in the
list give, so it cannot deadlock, and its result is the one of this order unless records race. Two records of different
engines race if both touch the same memory, one of them writes it, and no token is between them. Races are not detected,
nor is a record that writes what it reads itself.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import KINDS, End, Load, Memory, Transfer, Wait, read
from lowtide.common.records.record import RECORD_BYTES, Kind, Record, TokenRecord

from .configuration import AnyMachine
from .limits import check_exec
from .memories import Memories, Window, move
from .nest import Nest
from .post import codes_of, sums_of, write
from .sums import results

__all__ = ["Interpreter"]

RING = (Kind.LOAD, Kind.EXEC, Kind.STORE)  #: engines; `a` of each is the next one
MOST_TOKENS = 255  #: of a counter
ADDRESS_SPACE = (0, 1 << 32)


class Interpreter:
    """A machine with its memories.

    Parameters
    ----------
    machine : Machine, or any object with its attributes
    external : ndarray of uint8 [bytes]
        External memory, used in place.
    read_window, write_window : (int, int)
        The parts of external memory that may be read, by LOAD and for records, and written: the first byte, and the
        one behind the last.
    program : int, optional
        Identity of the machine that the lists are for; if left out, of this one.
    base : int
        Address of the first external byte.

    Attributes
    ----------
    measured : dict of int to (int, int)
        The smallest and the largest sum of every record with ``measure`` of the list that ran last, by its number.

    Raises
    ------
    ValueError
        For sizes that do not fit.
    """

    def __init__(
        self,
        machine: AnyMachine,
        external: NDArray[np.uint8],
        *,
        read_window: Window = ADDRESS_SPACE,
        write_window: Window = ADDRESS_SPACE,
        program: int | None = None,
        base: int = 0,
    ) -> None:
        self.machine, self.memories = machine, Memories.of(machine, external, base)
        self.read_window, self.write_window = read_window, write_window
        self.program = machine.identity if program is None else program
        self.measured: dict[int, tuple[int, int]] = {}

    def local(self, memory: Memory) -> NDArray[np.uint8]:
        """A local memory, uint8 [units, bytes of a unit], to look at or to write."""
        return self.memories.local[memory]

    def run(self, records: Iterable[Record], *, resume: Callable[[], object] | None = None) -> None:
        """Run a list of records up to END, or to the end of the iterable.

        Parameters
        ----------
        records : iterable of Record
        resume : callable, optional
            What the host does at each WAIT before it writes ``resume``.

        Raises
        ------
        MachineError
            What a record is refused for, with its number; the records before it have run. FOREIGN, with the number 0,
            for lists of another machine: nothing of them has been looked at.
        ValueError
            A record takes tokens that no record before it has given: a deadlock, or at best a race.
        """
        tokens = Tokens()
        self.measured = {}
        if self.program != self.machine.identity:
            raise MachineError(
                Error.FOREIGN, f"program is {self.program:#x}, allowed on this machine is {self.machine.identity:#x}", 0
            )
        for number, record in enumerate(records):
            if isinstance(record, End):
                return
            if isinstance(record, Wait):
                if resume is not None:
                    resume()
                continue
            assert isinstance(record, TokenRecord)
            tokens.take(record, number)
            try:
                extremes = self.execute(record)
            except MachineError as error:
                raise MachineError(error.error, error.line, number) from None
            if extremes is not None:
                self.measured[number] = extremes
            tokens.give(record, number)

    def run_at(self, address: int, *, resume: Callable[[], object] | None = None) -> None:
        """Run the list of records that begins at an external address, a multiple of 64. Errors as :meth:`run`, and
        those of records that are none."""
        if address % RECORD_BYTES:
            raise ValueError(f"address is {address:#x}, allowed are multiples of {RECORD_BYTES}")
        self.run(self._fetched(address), resume=resume)

    def _fetched(self, address: int) -> Iterator[Record]:
        number = 0
        while True:
            kind = Kind.EXEC if self._fetch(address, RECORD_BYTES, number)[0] & 15 == Kind.EXEC else Kind.END
            record = read(self._fetch(address, KINDS[kind].size, number), number)
            yield record
            address, number = address + record.size, number + 1

    def _fetch(self, address: int, size: int, number: int) -> bytes:
        """The bytes of a record. MachineError, WINDOW or BUS, where they may not be read."""
        first, end = self.read_window
        if not first <= address <= address + size <= end:
            raise MachineError(
                Error.WINDOW, f"record at {address:#x}, the window is {first:#x} to {end - 1:#x}", number
            )
        start = address - self.memories.base
        if not 0 <= start <= start + size <= len(self.memories.external):
            raise MachineError(Error.BUS, f"record at {address:#x} lies beyond memory", number)
        return self.memories.external[start : start + size].tobytes()

    def execute(self, record: Record) -> tuple[int, int] | None:
        """Do what one LOAD, EXEC or STORE says: the smallest and the largest sum, where it is to measure them.
        MachineError without the number of a record."""
        if isinstance(record, Transfer):
            move(record, self.memories, self.read_window if isinstance(record, Load) else self.write_window)
        elif isinstance(record, Exec):
            check_exec(record, self.machine)
            nest = Nest.of(record, self.memories)
            sums = sums_of(results(record, self.machine, self.memories, nest), record, self.machine, self.memories)
            write(codes_of(sums, record, self.machine, self.memories, nest), record, self.memories, nest)
            if record.measure:
                return int(sums.min()), int(sums.max())
        return None


class Tokens:
    """The counters between engines: (giver, taker) to the tokens that are given and not taken."""

    def __init__(self) -> None:
        self.counts = {(giver, taker): 0 for giver in RING for taker in RING if giver != taker}

    def take(self, record: TokenRecord, number: int) -> None:
        """Take what a record takes; ValueError where there are too few."""
        for distance, wanted in ((1, record.take_a), (2, record.take_b)):
            giver = _neighbour(record.kind, distance)
            given = self.counts[giver, record.kind]
            if wanted > given:
                raise ValueError(
                    f"record {number}: {record.kind.name} takes {wanted} tokens of {giver.name}, the records before it "
                    f"leave {given}: a deadlock"
                )
            self.counts[giver, record.kind] -= wanted

    def give(self, record: TokenRecord, number: int) -> None:
        """Give what a record gives; MachineError, RANGE, beyond what a counter holds."""
        for distance, given in ((1, record.give_a), (2, record.give_b)):
            taker = _neighbour(record.kind, distance)
            self.counts[record.kind, taker] += given
            if self.counts[record.kind, taker] > MOST_TOKENS:
                raise MachineError(
                    Error.RANGE,
                    f"{record.kind.name} leaves {self.counts[record.kind, taker]} tokens for {taker.name}, allowed are "
                    f"{MOST_TOKENS}",
                    number,
                )


def _neighbour(kind: Kind, distance: int) -> Kind:
    return RING[(RING.index(kind) + distance) % len(RING)]
