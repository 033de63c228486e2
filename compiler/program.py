"""Kernels and copies as a list of records, and the bytes that they load.

Taps, weights and parameters of a kernel are loaded into halves of their memories in turn, so that those of the next
kernel arrive while one runs; a kernel that needs more than a half has the whole memory.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import ENTRY_BYTES, Entry
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, pack
from lowtide.common.records.record import Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .kernel import Kernel
from .layout import Layout
from .tensor_weights import TensorWeights
from .tokens import Place, Schedule

__all__ = ["Program"]

ALIGNMENT = 64  #: bytes, of all that is put into external memory
BOOK_UNITS = 64  #: of 8 bytes, of one of the two codebooks


class Program:
    """A list of records in the making.

    Parameters
    ----------
    config : AcceleratorConfig
    base : int
        Where the bytes that are loaded begin in external memory, a multiple of 64.
    """

    def __init__(self, config: AcceleratorConfig, *, base: int = 0) -> None:
        if base % ALIGNMENT:
            raise ValueError(f"base is {base}, allowed are multiples of {ALIGNMENT}")
        self.config, self.base = config, base
        self._schedule, self._data, self._kernels = Schedule(), bytearray(), 0

    def put(self, content: bytes) -> int:
        """Put bytes into external memory: their address, a multiple of 64."""
        self._data += bytes(-len(self._data) % ALIGNMENT)
        address = self.base + len(self._data)
        self._data += content
        return address

    def reserve(self, layout: Layout) -> int:
        """Room for a tensor in external memory, as :meth:`load` and :meth:`store` copy it: its address."""
        return self.put(bytes((layout.end - layout.base) * self.config.atom_bytes))

    def load(self, layout: Layout, address: int) -> None:
        """Copy a tensor's atoms, as they lie from ``layout.base`` to its end, from external memory."""
        place = _place(layout)
        record = Load(memory=Memory.FEATURE, address=address, local=place.first, units=place.end - place.first)
        self._schedule.add(record, reads=[self._outside(place, address)], writes=[place])

    def store(self, layout: Layout, address: int) -> None:
        """Copy a tensor's atoms, as they lie from ``layout.base`` to its end, to external memory."""
        place = _place(layout)
        record = Store(address=address, local=place.first, units=place.end - place.first)
        self._schedule.add(record, reads=[place], writes=[self._outside(place, address)])

    def wait(self) -> None:
        """Add a WAIT: an interrupt when all before it has ended, and the host's turn."""
        self._schedule.add(Wait())

    def run(self, kernel: Kernel) -> None:
        """Add a kernel: the LOADs of what it needs, and its EXEC. ``ValueError`` where a memory is too small for it."""
        reads, bases = [_place(layout) for layout in kernel.reads], {}
        taps, parameters, weights = _entries(kernel.taps), _entries(kernel.parameters), kernel.weights
        bases["tap_base"] = self._fetch(reads, Memory.TAP, taps, self.config.taps)
        bases["parameter_base"] = self._fetch(reads, Memory.PARAMETER, parameters, self.config.parameters)
        if isinstance(weights, TensorWeights):
            bases["weight_base"] = self._fetch_tensor(reads, weights)
        elif weights is not None:
            bases["weight_base"] = self._fetch(reads, Memory.WEIGHT, weights.words, self.config.weight_words)
            if weights.codebook is not None:
                self._fetch_at(reads, Memory.CODEBOOK, kernel.book * BOOK_UNITS, weights.codebook)
        if kernel.table is not None:
            self._fetch_at(reads, Memory.TABLE, 0, kernel.table)
        self._schedule.add(kernel.with_bases(bases), reads=reads, writes=[_place(kernel.writes)])
        self._kernels += 1

    def finished(self) -> list[Record]:
        """All records, and END."""
        return [*self._schedule.records, End()]

    def image(self) -> tuple[int, bytes]:
        """What external memory holds: the address of the list, and all bytes from ``base`` on, the list last."""
        data = bytes(self._data) + bytes(-len(self._data) % ALIGNMENT)
        return self.base + len(data), data + pack(self.finished())

    def _fetch(self, reads: list[Place], memory: Memory, units: NDArray[np.uint8], size: int) -> int:
        """Load units [units, bytes] into one half of a memory, or all of it: the first unit."""
        first = self._part(memory, len(units), size)
        self._fetch_at(reads, memory, first, units)
        return first

    def _part(self, memory: Memory, units: int, size: int) -> int:
        """The first unit of one half of a memory, or of all of it. ``ValueError`` where it has fewer units."""
        if units > size:
            raise ValueError(f"a layer needs {units} units of {memory.name} memory, allowed are {size}")
        return size // 2 if self._kernels % 2 and units <= size // 2 else 0

    def _fetch_tensor(self, reads: list[Place], weights: TensorWeights) -> int:
        """Copy a tensor to external memory and from there into the weight memory: the first word."""
        first = self._part(Memory.WEIGHT, weights.words, self.config.weight_words)
        size = weights.words * self.config.weight_word_bytes
        address = self.put(bytes(size))
        outside, inside = Place(None, address, address + size), Place(Memory.WEIGHT, first, first + weights.words)
        tensor = Place(Memory.FEATURE, weights.layout.base, weights.end)
        self._schedule.add(weights.store(address), reads=[tensor], writes=[outside])
        self._schedule.add(weights.load(address, first), reads=[outside], writes=[inside])
        reads.append(inside)
        return first

    def _fetch_at(self, reads: list[Place], memory: Memory, first: int, units: NDArray[np.uint8]) -> None:
        place = Place(memory, first, first + len(units))
        record = Load(memory=memory, address=self.put(units.tobytes()), local=first, units=len(units))
        self._schedule.add(record, writes=[place])
        reads.append(place)

    def _outside(self, place: Place, address: int) -> Place:
        return Place(None, address, address + (place.end - place.first) * self.config.atom_bytes)


def _place(layout: Layout) -> Place:
    """The atoms of a tensor, and what lies between them."""
    return Place(Memory.FEATURE, layout.base, layout.end)


def _entries(entries: Sequence[Entry]) -> NDArray[np.uint8]:
    packed = b"".join(entry.pack() for entry in entries)
    return np.frombuffer(packed, np.uint8).reshape(-1, ENTRY_BYTES)
