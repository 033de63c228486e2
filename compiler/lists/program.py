"""Kernels and copies as lists of records, and the bytes that they load.

Taps, weights and parameters of a kernel are loaded in front of it, unless they lie in their memories still. Those of
memories that hold the contents of all kernels can be loaded once, by a list of their own, the list of initialisation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import ENTRY_BYTES, Entry
from lowtide.common.records.kinds import End, Load, Memory, Wait, pack, unpack
from lowtide.common.records.record import Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.kernel import Kernel
from ..layouts.layout import Layout
from ..layouts.tensor_weights import TensorWeights
from ..layouts.transfers import loads, stores
from .contents import Contents
from .tokens import Place, Schedule

__all__ = ["Image", "Program"]

ALIGNMENT = 64  #: bytes, of all that is put into external memory
BOOK_UNITS = 64  #: of 8 bytes, of one of the two codebooks
TABLE_UNITS = 64  #: of 8 bytes


@dataclass(frozen=True)
class Image:
    """What external memory holds before a program runs.

    Parameters
    ----------
    base : int
        Address of the first byte.
    data : bytes
    initialisation, execution : int
        Addresses of the two lists.
    """

    base: int
    data: bytes
    initialisation: int
    execution: int

    def records(self, address: int) -> list[Record]:
        """Those of the list at an address, END among them."""
        return unpack(self.data[address - self.base :])

    def memory(self, size: int) -> NDArray[np.uint8]:
        """External memory of so many bytes before the first run: uint8 [size], zeros around the image."""
        memory = np.zeros(size, np.uint8)
        memory[self.base :][: len(self.data)] = np.frombuffer(self.data, np.uint8)
        return memory


class Program:
    """Two lists of records in the making.

    Parameters
    ----------
    config : AcceleratorConfig
    base : int
        Where the bytes that are loaded begin in external memory, a multiple of 64.
    resident : collection of Memory
        Memories that are loaded by the list of initialisation: they must hold the contents of all kernels.
    """

    def __init__(self, config: AcceleratorConfig, *, base: int = 0, resident: Collection[Memory] = ()) -> None:
        if base % ALIGNMENT:
            raise ValueError(f"base is {base}, allowed are multiples of {ALIGNMENT}")
        self.config, self.base, self.resident = config, base, frozenset(resident)
        self._first, self._schedule, self._data = Schedule(), Schedule(), bytearray()
        self._put: dict[bytes, int] = {}
        sizes = {
            Memory.TAP: config.taps,
            Memory.PARAMETER: config.parameters,
            Memory.WEIGHT: config.weight_words,
            Memory.TABLE: TABLE_UNITS,
            Memory.CODEBOOK: 2 * BOOK_UNITS,
        }
        self._contents = {memory: Contents(memory.name, size) for memory, size in sizes.items()}
        self._books: dict[int, bytes] = {}
        self._passed: dict[bytes, list[int]] = {}

    @property
    def whole(self) -> frozenset[Memory]:
        """Memories that hold the contents of all kernels so far at a time."""
        return frozenset(memory for memory, each in self._contents.items() if each.loaded <= each.size)

    @property
    def records(self) -> Sequence[Record]:
        """Of the list of execution, without END."""
        return self._schedule.records

    def put(self, content: bytes) -> int:
        """Put bytes into external memory: their address, a multiple of 64."""
        self._data += bytes(-len(self._data) % ALIGNMENT)
        address = self.base + len(self._data)
        self._data += content
        return address

    def reserve(self, layout: Layout) -> int:
        """Room for a tensor in external memory, as :meth:`load` and :meth:`store` copy it: its address."""
        return self.put(bytes(layout.room * self.config.atom_bytes))

    def load(self, layout: Layout, address: int, outside: Layout | None = None) -> None:
        """Copy a tensor from external memory, where it lies in ``outside`` from an address on, if left out in the same
        layout."""
        outside = layout.at(0) if outside is None else outside
        reads, writes = [self._outside(outside, address)], [_place(layout)]
        for record in loads(outside, layout, address, self.config.atom_bytes):
            self._schedule.add(record, reads=reads, writes=writes)

    def store(self, layout: Layout, address: int, outside: Layout | None = None) -> None:
        """Copy a tensor to external memory; as :meth:`load`."""
        outside = layout.at(0) if outside is None else outside
        reads, writes = [_place(layout)], [self._outside(outside, address)]
        for record in stores(outside, layout, address, self.config.atom_bytes):
            self._schedule.add(record, reads=reads, writes=writes)

    def wait(self) -> None:
        """Add a WAIT: an interrupt when all before it has ended, and the host's turn."""
        self._schedule.add(Wait())

    def run(self, kernel: Kernel) -> None:
        """Add a kernel: the LOADs of what it needs, and its EXEC. ``ValueError`` where a memory is too small for it."""
        reads, bases = [_place(layout) for layout in kernel.reads], {}
        bases["tap_base"] = self._fetch(reads, Memory.TAP, _entries(kernel.taps))
        bases["parameter_base"] = self._fetch(reads, Memory.PARAMETER, _entries(kernel.parameters))
        if isinstance(kernel.weights, TensorWeights):
            bases["weight_base"] = self._fetch_tensor(reads, kernel.weights)
        elif kernel.weights is not None:
            bases["weight_base"] = self._fetch(reads, Memory.WEIGHT, kernel.weights.words)
            if kernel.weights.codebook is not None:
                self._fetch_book(reads, kernel.book, kernel.weights.codebook)
        if kernel.table is not None:
            self._fetch(reads, Memory.TABLE, kernel.table)
        self._schedule.add(kernel.with_bases(bases), reads=reads, writes=[_place(kernel.writes)])

    def finished(self) -> list[Record]:
        """All records of the list of execution, and END."""
        return [*self._schedule.records, End()]

    def initialisation(self) -> list[Record]:
        """All records of the list of initialisation, and END."""
        return [*self._first.records, End()]

    def image(self) -> Image:
        """What external memory holds: all bytes from ``base`` on, the lists last."""
        data = bytes(self._data) + bytes(-len(self._data) % ALIGNMENT)
        first = pack(self.initialisation())
        begin = self.base + len(data)
        return Image(self.base, data + first + pack(self.finished()), begin, begin + len(first))

    def _fetch(self, reads: list[Place], memory: Memory, units: NDArray[np.uint8]) -> int:
        """Units [units, bytes] in a memory, loaded unless they are there: the first unit."""
        content = units.tobytes()
        first, is_new = self._contents[memory].place(content, len(units))
        if is_new:
            self._load_units(memory, first, content, len(units))
        if memory not in self.resident:
            reads.append(Place(memory, first, first + len(units)))
        return first

    def _fetch_book(self, reads: list[Place], book: int, units: NDArray[np.uint8]) -> None:
        """A codebook in its place, loaded unless it is there."""
        content, memory = units.tobytes(), Memory.CODEBOOK
        if self._books.get(book) != content:
            self._contents[memory].loaded += BOOK_UNITS * (1 + 2 * (book in self._books))  # another one: not whole
            self._books[book] = content
            self._load_units(memory, book * BOOK_UNITS, content, len(units))
        if memory not in self.resident:
            reads.append(Place(memory, book * BOOK_UNITS, book * BOOK_UNITS + len(units)))

    def _load_units(self, memory: Memory, first: int, content: bytes, units: int) -> None:
        if content not in self._put:
            self._put[content] = self.put(content)
        record = Load(memory=memory, address=self._put[content], local=first, units=units)
        schedule = self._first if memory in self.resident else self._schedule
        schedule.add(record, writes=[Place(memory, first, first + units)])

    def _fetch_tensor(self, reads: list[Place], weights: TensorWeights) -> int:
        """Copy a tensor to external memory and from there into the weight memory: the first word."""
        size = weights.words * self.config.weight_word_bytes
        address = self._between(weights.content)
        first, _ = self._contents[Memory.WEIGHT].place(f"tensor at {address}".encode(), weights.words)
        outside, inside = Place(None, address, address + size), Place(Memory.WEIGHT, first, first + weights.words)
        form = weights.layout
        tensor = Place(Memory.FEATURE, form.base, form.base + form.room)
        for record in weights.stores(address):
            self._schedule.add(record, reads=[tensor], writes=[outside])
        self._schedule.add(weights.load(address, first), reads=[outside], writes=[inside])
        reads.append(inside)
        return first

    def _between(self, content: bytes) -> int:
        """Where bytes go on their way from the feature memory to that of the weights, with what is there before: by
        turns one of two places, so that one is filled while the other is read."""
        places = self._passed.setdefault(content, [])
        if len(places) < 2:
            places.append(self.put(content))
        else:
            places.append(places.pop(0))
        return places[-1]

    def _outside(self, layout: Layout, address: int) -> Place:
        first = address + layout.base * self.config.atom_bytes
        return Place(None, first, first + layout.room * self.config.atom_bytes)


def _place(layout: Layout) -> Place:
    """The atoms of a tensor, and what lies between them."""
    return Place(Memory.FEATURE, layout.base, layout.base + layout.room)


def _entries(entries: Sequence[Entry]) -> NDArray[np.uint8]:
    packed = b"".join(entry.pack() for entry in entries)
    return np.frombuffer(packed, np.uint8).reshape(-1, ENTRY_BYTES)
