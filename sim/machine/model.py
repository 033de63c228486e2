"""The compiled machine: a whole accelerator with external memory, driven from NumPy as a host drives it.

::

    machine = MachineModel(find_machine("tiny"), latency=30)
    machine.write(0x4000, picture)                  # any array, as its bytes
    run = machine.run(records)                      # a list, from its registers to the interrupt
    result = machine.read(0x8000, 1000, np.int8)
    run.cycles, run.entries                         # what the machine itself counted, record by record

The machine is the Verilog; memory and host are C++ (`axi_memory.h`, `harness.cpp`), which checks the rules of the bus
in every cycle.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from lowtide.common.progress import progress_bar
from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import End, pack
from lowtide.common.records.profile import PROFILE_ENTRY_BYTES
from lowtide.common.records.record import Kind, Record

from .host import DONE, FAILS, WAITS, MachineHost
from .run import Entry, MachineRun

__all__ = ["MachineModel"]

_INITIALISE, _EXECUTE, _RESUME = 1, 2, 4  # of the register `start`
_BUSY = 1  # of the register `status`
_STEP = 50_000  # cycles between two looks at the progress
_LONGEST_END = 1 << 22  # cycles that a list may take to its end after an error
_NO_RECORD = "the machine stopped"


class MachineModel(MachineHost):
    """A machine in simulation that runs lists of records; built once for a configuration, then taken from the cache.

    Parameters as of :class:`lowtide.sim.machine.host.MachineHost`.
    """

    def run(
        self,
        records: Iterable[Record],
        *,
        address: int = 0,
        initialise: bool = False,
        on_wait: Callable[["MachineModel"], None] | None = None,
    ) -> MachineRun:
        """Write a list of records to external memory and run it.

        Parameters
        ----------
        records : iterable of Record
            END is put behind them where the last is another one.
        address : int
            Of the list, a multiple of 64.
        initialise : bool
            Start it as the list of initialisation.
        on_wait
            Called at each WAIT, before the machine goes on.

        Raises
        ------
        ValueError
            An address or a list that does not fit into memory.
        MachineError
            The machine stopped with an error, of a record.
        """
        listed = list(records)
        if not listed or listed[-1].kind != Kind.END:
            listed.append(End())
        if address % 64:
            raise ValueError(f"address is {address:#x}, allowed are multiples of 64")
        self.write(address, np.frombuffer(pack(listed), np.uint8))
        return self.run_at(address, len(listed), initialise=initialise, on_wait=on_wait)

    def run_at(
        self,
        address: int,
        records: int,
        *,
        initialise: bool = False,
        on_wait: Callable[["MachineModel"], None] | None = None,
    ) -> MachineRun:
        """Run a list of so many records that is in memory already; otherwise as :meth:`run`."""
        if records > self._entries:
            raise ValueError(f"records is {records}, allowed are at most {self._entries}: see entries")
        before = self.counts()
        self.start(address, initialise=initialise)
        self.finish(records, on_wait=on_wait)
        after = self.counts()
        width = self.config.bus_bytes
        return MachineRun(
            self.read_register("cycles"),
            self.told(),
            width * (after.read_beats - before.read_beats),
            width * (after.write_beats - before.write_beats),
        )

    def start(self, address: int, *, initialise: bool = False) -> None:
        """Start the list at an address, a multiple of 64."""
        self.write_register("initialisation" if initialise else "execution", address)
        self.write_register("start", _INITIALISE if initialise else _EXECUTE)

    def finish(self, records: int, *, on_wait: Callable[["MachineModel"], None] | None = None) -> None:
        """Let a list of so many records, which was started, come to its end; errors as of :meth:`run`."""
        with progress_bar(counted="records", disable=not self._shown, auto_refresh=self._shown) as progress:
            task = progress.add_task(f"running {self.config.name}", total=records)
            while True:
                raised = self.step(_STEP)
                progress.update(task, completed=self.read_register("record"))
                if raised and self._goes_on(on_wait):
                    break

    def _goes_on(self, on_wait: Callable[["MachineModel"], None] | None) -> bool:
        """Answer the interrupt; whether the list is over."""
        events = self.read_register("interrupts")
        self.write_register("interrupts", events)
        if events & FAILS:
            cycles = 64
            while self.read_register("status") & _BUSY and cycles < _LONGEST_END:
                self.step(cycles)
                cycles *= 2
            raise self._error()
        if events & WAITS:
            if on_wait:
                on_wait(self)
            self.write_register("start", _RESUME)
        return bool(events & DONE)

    def _error(self) -> MachineError:
        told = self.read_register("error")
        error = Error(told & 15)  # type: ignore[call-arg]  # the member of that code
        reason = f", reason {told >> 8} of the array" if error == Error.ENGINE else ""
        return MachineError(error, f"{_NO_RECORD}: {error.meaning}{reason}", self.read_register("error_record"))

    def told(self) -> tuple[Entry, ...]:
        """What is told of the records of the last list that have ended. RuntimeError where memory holds no entries."""
        count = self.read_register("profile_entries")
        words = self.behind[: PROFILE_ENTRY_BYTES * count].view(np.uint32).reshape(count, 8)
        return tuple(sorted(entries_of(words), key=lambda entry: (entry.begun, entry.number)))


def entries_of(words: NDArray[np.uint32]) -> list[Entry]:
    """The entries that words of memory state, uint32 [entries, 8], in that order. Raises :class:`RuntimeError` where
    they state none."""
    measured = words[:, 5:7].view(np.int32).tolist()  # of EXEC
    return [entry_of(told, *extremes) for told, extremes in zip(words.tolist(), measured, strict=True)]


def entry_of(told: list[int], smallest: int, largest: int) -> Entry:
    """The entry that eight words of memory state; the sixth and seventh as signed numbers, which they are of EXEC.
    Raises :class:`RuntimeError` where they state none."""
    first, begun, cycles, token_waits, active, bus_waits, beats, zero = told
    if (first >> 28) not in set(Kind):
        raise RuntimeError(f"the machine wrote an entry of kind {first >> 28} into its profile, there is none")
    if zero or first >> 24 & 15:
        raise RuntimeError("the machine wrote an entry with ones in reserved bits into its profile")
    number, kind = first & 0xFFFFFF, Kind(first >> 28)
    if kind == Kind.EXEC:
        of_kind = dict(bus_waits=0, beats=0, smallest=smallest, largest=largest)
    else:
        of_kind = dict(bus_waits=bus_waits, beats=beats)
    return Entry(
        number=number, kind=kind, begun=begun, cycles=cycles, token_waits=token_waits, active=active, **of_kind
    )
