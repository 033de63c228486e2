"""The compiled machine: a whole accelerator with external memory, driven from NumPy as a host drives it.

::

    machine = MachineModel(find_machine("tiny"), latency=30)
    machine.write(0x4000, picture)                  # any array, as its bytes
    run = machine.run(records)                      # a list, from its registers to the interrupt
    result = machine.read(0x8000, 1000, np.int8)
    run.cycles, run.entries                         # what the machine itself counted, record by record

The machine is the Verilog; memory and host are C++ (`axi_memory.h`, `machine.cpp`), which checks the rules of the bus
in every cycle.
"""

import ctypes
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from lowtide.common.progress import progress_bar
from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import End, pack
from lowtide.common.records.record import Kind, Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.control.registers.register_map import register_map

from .machine_library import CHANNELS, Behaviour, Counts, machine_library
from .machine_run import Entry, MachineRun

__all__ = ["Entry", "MachineModel", "MachineRun"]

_INITIALISE, _EXECUTE, _RESUME = 1, 2, 4  # of the register `start`
_DONE, _WAITS, _FAILS = 1, 2, 4  # of the register `interrupts`
_BUSY = 1  # of the register `status`
_ENTRY_BYTES = 32
_STEP = 50_000  # cycles between two looks at the progress
_LONGEST_END = 1 << 22  # cycles that a list may take to its end after an error
_NO_RECORD = "the machine stopped"


@cache
def _addresses() -> dict[str, int]:
    return {register.name: register.address for register in register_map()}


class MachineModel:
    """A machine in simulation; built once for a configuration, then taken from the cache.

    Parameters
    ----------
    config : AcceleratorConfig
    memory_bytes : int
        Of external memory, a multiple of 4,096. Both windows are all of it.
    latency : int
        Cycles from an address to the first beat of data, and from the last beat to the response.
    stalls : float or mapping of str to float
        Share of cycles, at random, in which a channel of the bus stands still: of all, or by the names of
        :data:`lowtide.sim.machine_library.CHANNELS`.
    watchdog : int
        Cycles in which nothing goes on that are an error.
    entries : int
        Records that may be told of: the longest list.
    seed : int
        Of stalls, and of registers before the reset.
    quick : bool
        Built in a fraction of the time, slower to run.
    progress : bool
        Show how far a list is.

    Attributes
    ----------
    memory : ndarray of uint8 [memory_bytes]
        External memory.
    """

    def __init__(
        self,
        config: AcceleratorConfig,
        *,
        memory_bytes: int = 1 << 20,
        latency: int = 0,
        stalls: float | Mapping[str, float] = 0.0,
        watchdog: int = 1_000_000,
        entries: int = 1 << 14,
        seed: int = 1,
        quick: bool = False,
        progress: bool = True,
    ) -> None:
        if memory_bytes < 4096 or memory_bytes % 4096:
            raise ValueError(f"memory_bytes is {memory_bytes}, allowed are multiples of 4096")
        self._shown = progress
        self.config, self._bytes, self._watchdog, self._entries = config, memory_bytes, watchdog, entries
        self._library = machine_library(config, quick=quick)
        size = memory_bytes + _ENTRY_BYTES * entries
        self._machine = self._library.machine_create(size, seed)
        address = self._library.machine_memory(self._machine)
        raw = (ctypes.c_uint8 * size).from_address(address)
        self._all: NDArray[np.uint8] = np.ctypeslib.as_array(raw)
        self.memory = self._all[:memory_bytes]
        self.behave(latency=latency, stalls=stalls)
        self.reset()

    def __del__(self) -> None:
        if getattr(self, "_machine", None):
            self._library.machine_destroy(self._machine)
            self._machine = None

    def behave(
        self,
        *,
        latency: int = 0,
        stalls: float | Mapping[str, float] = 0.0,
        read_fault: tuple[int, int] = (0, 0),
        write_fault: tuple[int, int] = (0, 0),
        response: int = 2,
    ) -> None:
        """Change how external memory behaves.

        Parameters
        ----------
        latency, stalls
            As of the machine.
        read_fault, write_fault : (int, int)
            Bytes, the first and the one behind the last: a beat with one of them is answered with ``response``.
        response : int
            2 SLVERR, 3 DECERR.

        Raises
        ------
        ValueError
            A channel that there is not, or a share outside of 0 to 1.
        """
        shares = stalls if isinstance(stalls, Mapping) else dict.fromkeys(CHANNELS, stalls)
        for channel, share in shares.items():
            if channel not in CHANNELS or not 0 <= share < 1:
                raise ValueError(f"stalls of {channel} is {share}, allowed are 0 to below 1 for {', '.join(CHANNELS)}")
        chances = [round(256 * shares.get(channel, 0.0)) for channel in CHANNELS]
        pair = ctypes.c_uint64 * 2
        shown = (ctypes.c_uint32 * len(CHANNELS))(*chances)
        behaviour = Behaviour(latency, shown, pair(*read_fault), pair(*write_fault), response)
        self._library.machine_behave(self._machine, ctypes.byref(behaviour))

    def reset(self) -> None:
        """Reset the machine; memory stays."""
        self._library.machine_reset(self._machine)
        last = len(self._all) - 1
        for register, value in {
            "read_limit": self._bytes - 1,
            "write_limit": last,
            "watchdog": self._watchdog,
            "profile": self._bytes,
            "interrupts_enabled": _DONE | _WAITS | _FAILS,
        }.items():
            self.write_register(register, value)

    def write(self, address: int, values: ArrayLike) -> None:
        """Write the bytes of an array to external memory. Raises ``ValueError`` where they do not fit."""
        packed = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        self.memory[self._place(address, len(packed))] = packed

    def read(self, address: int, count: int, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
        """``count`` values from external memory, a copy. Raises ``ValueError`` where they are beyond it."""
        size = count * np.dtype(dtype).itemsize
        values: NDArray[Any] = self.memory[self._place(address, size)].copy().view(dtype)
        return values

    def _place(self, address: int, size: int) -> slice:
        if address < 0 or address + size > self._bytes:
            raise ValueError(f"address is {address:#x} for {size} bytes, allowed are those below {self._bytes:#x}")
        return slice(address, address + size)

    def write_register(self, register: str, value: int) -> None:
        """Write a register, by its name."""
        self._answered(register, self._library.machine_write(self._machine, self._address(register), value))

    def read_register(self, register: str) -> int:
        """Read a register, by its name."""
        value = ctypes.c_uint32()
        response = self._library.machine_read(self._machine, self._address(register), ctypes.byref(value))
        self._answered(register, response)
        return value.value

    @staticmethod
    def _address(register: str) -> int:
        if register not in _addresses():
            raise ValueError(f"register is {register!r}, allowed are {', '.join(_addresses())}")
        return _addresses()[register]

    @staticmethod
    def _answered(register: str, response: int) -> None:
        if response:
            raise OSError(f"register {register}: the bus answered {response}")

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
        before = self._counts()
        self.start(address, initialise=initialise)
        self.finish(records, on_wait=on_wait)
        after = self._counts()
        width = self.config.bus_bytes
        return MachineRun(
            self.read_register("cycles"),
            self._told(),
            width * (after.read_beats - before.read_beats),
            width * (after.write_beats - before.write_beats),
        )

    def start(self, address: int, *, initialise: bool = False) -> None:
        """Start the list at an address, a multiple of 64."""
        self.write_register("initialisation" if initialise else "execution", address)
        self.write_register("start", _INITIALISE if initialise else _EXECUTE)

    def step(self, cycles: int) -> bool:
        """Let so many cycles pass, or fewer if the interrupt comes: whether it is raised."""
        raised = self._library.machine_run(self._machine, cycles)
        self._check_bus()
        return bool(raised)

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
        if events & _FAILS:
            cycles = 64
            while self.read_register("status") & _BUSY and cycles < _LONGEST_END:
                self.step(cycles)
                cycles *= 2
            raise self._error()
        if events & _WAITS:
            if on_wait:
                on_wait(self)
            self.write_register("start", _RESUME)
        return bool(events & _DONE)

    def _error(self) -> MachineError:
        told = self.read_register("error")
        error = Error(told & 15)  # type: ignore[call-arg]  # the member of that code
        reason = f", reason {told >> 8} of the array" if error == Error.ENGINE else ""
        return MachineError(error, f"{_NO_RECORD}: {error.meaning}{reason}", self.read_register("error_record"))

    def _told(self) -> tuple[Entry, ...]:
        count = self.read_register("profile_entries")
        words = self._all[self._bytes :][: _ENTRY_BYTES * count].view(np.uint32).reshape(count, 8)
        found = [
            Entry(int(first) & 0xFFFFFF, Kind(int(first) >> 28), *map(int, others))
            for first, *others in words[:, :7].tolist()
        ]
        return tuple(sorted(found, key=lambda entry: (entry.begun, entry.number)))

    def _counts(self) -> Counts:
        counts = Counts()
        self._library.machine_counts(self._machine, ctypes.byref(counts))
        return counts

    def _check_bus(self) -> None:
        broken = self._library.machine_broken(self._machine).decode()
        if broken:
            raise RuntimeError(f"{self.config.name} broke a rule of the bus: {broken}")
