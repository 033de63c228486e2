"""The compiled machine and its external memory as a host sees them: bytes, registers, cycles that pass."""

import ctypes
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from lowtide.common.records.profile import PROFILE_ENTRY_BYTES
from lowtide.hw.bus.axi import ADDRESS_BITS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.control.registers.register_map import register_map

from .library import CHANNELS, Behaviour, Counts, machine_library

__all__ = ["DONE", "FAILS", "NEVER", "WAITS", "MachineHost"]

DONE, WAITS, FAILS = 1, 2, 4  #: of the register `interrupts`
NEVER = 4  #: in the place of a response of the bus: there is none, until memory behaves otherwise
_ALL_BYTES, _RESET = 15, 8  # of a write; of the register `start`


@cache
def _addresses() -> dict[str, int]:
    return {register.name: register.address for register in register_map()}


class MachineHost:
    """A machine with its external memory, and what a host does with both: bytes, registers, cycles.

    After a reset the register `program` says that lists are for this machine.

    Parameters
    ----------
    config : AcceleratorConfig
    memory_bytes : int
        Of external memory, a multiple of 4,096. Both windows are all of it.
    base : int
        Address of its first byte, a multiple of 4,096. What is not memory answers with an error.
    latency : int
        Cycles from an address to the first beat of data, and from the last beat to the response.
    stalls : float or mapping of str to float
        Share of cycles, at random, in which a channel of the bus stands still: of all, or by the names of
        :data:`lowtide.sim.machine.library.CHANNELS`.
    watchdog : int
        Cycles in which nothing goes on that are an error.
    entries : int
        Records that may be told of: the longest list.
    seed : int
        Of stalls, and of registers before the reset.
    quick : bool
        Built in a fraction of the time, slower to run.
    stand_in : bool
        Not the Verilog as it is, but with the stand-in of its PEs, quicker to run and proved to do the same:
        :mod:`lowtide.hw.emit.stand_in`.
    progress : bool
        Show how far a list is.
    verilog_text, selector : str or None
        As of :func:`lowtide.sim.machine.library.machine_library`.

    Attributes
    ----------
    memory : ndarray of uint8 [memory_bytes]
        External memory, from ``base`` on.
    behind : ndarray of uint8 [32 entries]
        What follows: there records are told of.
    base : int
    """

    def __init__(
        self,
        config: AcceleratorConfig,
        *,
        memory_bytes: int = 1 << 20,
        base: int = 0,
        latency: int = 0,
        stalls: float | Mapping[str, float] = 0.0,
        watchdog: int = 1_000_000,
        entries: int = 1 << 14,
        seed: int = 1,
        quick: bool = False,
        stand_in: bool = False,
        progress: bool = True,
        verilog_text: str | None = None,
        selector: str | None = None,
    ) -> None:
        if memory_bytes < 4096 or memory_bytes % 4096:
            raise ValueError(f"memory_bytes is {memory_bytes}, allowed are multiples of 4096")
        self._shown = progress
        self.config, self._bytes, self.watchdog, self._entries = config, memory_bytes, watchdog, entries
        self._library = machine_library(
            config, quick=quick, stand_in=stand_in, verilog_text=verilog_text, selector=selector
        )
        size = memory_bytes + PROFILE_ENTRY_BYTES * entries
        self._machine = self._library.machine_create(size, seed)
        address = self._library.machine_memory(self._machine)
        raw = (ctypes.c_uint8 * size).from_address(address)
        self._all: NDArray[np.uint8] = np.ctypeslib.as_array(raw)
        self.memory, self.behind = self._all[:memory_bytes], self._all[memory_bytes:]
        self.behave(latency=latency, stalls=stalls)
        self._place_memory(base)
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
            2 SLVERR, 3 DECERR, or :data:`NEVER`: that answer, and all behind it, do not come.

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
        for register, value in {
            **self.where(),
            "watchdog": self.watchdog,
            "program": self.config.identity,
            "interrupts_enabled": DONE | WAITS | FAILS,
        }.items():
            self.write_register(register, value)

    def move(self, base: int) -> None:
        """Let external memory begin at another address, a multiple of 4,096, while nothing runs: with its bytes go both
        windows and the profile. Raises ``ValueError`` where it would leave the addresses of 32 bits."""
        self._place_memory(base)
        for register, value in self.where().items():
            self.write_register(register, value)

    def _place_memory(self, base: int) -> None:
        most = (1 << ADDRESS_BITS) - len(self._all)
        if base % 4096 or not 0 <= base <= most:
            raise ValueError(f"base is {base:#x}, allowed are multiples of 4096 from 0 to {most:#x}")
        self.base = base
        self._library.machine_move(self._machine, base)

    def where(self) -> dict[str, int]:
        """What registers say of where external memory is: records are told of behind it."""
        end = self.base + self._bytes
        return {
            "read_base": self.base,
            "read_limit": end - 1,
            "write_base": self.base,
            "write_limit": self.base + len(self._all) - 1,
            "profile": end,
        }

    def select(self, number: int) -> None:
        """Set the selector, and reset the machine."""
        self._library.machine_select(self._machine, number)
        self.reset()

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
        first, end = self.base, self.base + self._bytes
        if not first <= address <= address + size <= end:
            raise ValueError(
                f"address is {address:#x} for {size} bytes, allowed are those from {first:#x} to {end - 1:#x}"
            )
        return slice(address - first, address - first + size)

    def reset_by_register(self) -> None:
        """Reset the machine as software does, and with it the bus; memory and registers stay."""
        self._library.machine_hold(self._machine, 1)
        self.write_register("start", _RESET)
        self._library.machine_hold(self._machine, 0)

    def write_register(self, register: str, value: int, *, strobe: int = _ALL_BYTES) -> None:
        """Write a register, by its name; only those bytes of it whose bit of ``strobe`` is 1."""
        response = self._library.machine_write(self._machine, self._address(register), value, strobe)
        self._answered(register, response)

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

    def step(self, cycles: int) -> bool:
        """Let so many cycles pass, or fewer if the interrupt comes: whether it is raised."""
        raised = self._library.machine_run(self._machine, cycles)
        self._check_bus()
        return bool(raised)

    def counts(self) -> Counts:
        """What went over the bus since the machine was made."""
        counts = Counts()
        self._library.machine_counts(self._machine, ctypes.byref(counts))
        return counts

    def _check_bus(self) -> None:
        broken = self._library.machine_broken(self._machine).decode()
        if broken:
            raise RuntimeError(f"{self.config.name} broke a rule of the bus: {broken}")
