"""A list of random records in the making.

External memory, which may be at any address, begins with random bytes, that tensors and weights are loaded from; behind
them is room that STORE writes to, then what single records need, then the list. Every record runs on golden's machine
when it is drawn, and one that is refused (as a rule a sum that leaves 32 bits) is not part of the list. Tokens order
whatever touches the same memory, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import ENTRY_BYTES, Entry
from lowtide.common.records.errors import MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Load, Memory, Store
from lowtide.common.records.record import Record
from lowtide.compiler.lists.tokens import Place, Schedule
from lowtide.golden.machine import Interpreter
from lowtide.golden.storage_formats import find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..arrays.jobs import random_mode
from .atoms import atoms_of, weight_words
from .copies import Copied, again, random_copy
from .executions import BASES, STEPS, anywhere, random_exec
from .layers import random_layer
from .operands import any_bits
from .results import random_parameters

__all__ = ["USED", "Maker"]

ALIGNMENT = 64
SPARE = 1 << 12  #: bytes of the random ones beyond the largest local memory
ROOM = 1 << 14  #: bytes that STORE writes to
USED = 1 << 17  #: bytes of external memory that a list may use
TRIES = 30  #: places that are tried for a record
BOOK_UNITS = 64


class Maker:
    """A list in the making.

    Parameters
    ----------
    config : AcceleratorConfig
    rng : Generator
    base : int
        Address at which external memory begins.
    """

    def __init__(self, config: AcceleratorConfig, rng: np.random.Generator, *, base: int = 0) -> None:
        self.config, self.rng, self.schedule, self.base = config, rng, Schedule(), base
        random_bytes = max(config.feature_bytes, config.weight_bytes) + SPARE
        self.room = base + random_bytes  # first byte that STORE may write
        self.room_end = self.room + ROOM
        # the bytes behind the windows for reads and writes, where these must end
        self.read_end = base + USED - int(rng.integers(USED // 4))
        self.write_end = self.room_end + int(rng.integers(ROOM))
        self.content = bytearray(rng.bytes(random_bytes + ROOM))
        self.machine = Interpreter(config, np.frombuffer(bytes(self.content), np.uint8).copy(), base=base)
        self.atoms = config.feature_atoms

    def add(self, record: Record, *, reads: Sequence[Place] = (), writes: Sequence[Place] = ()) -> bool:
        """Run a record on golden's machine and add it; False where it is refused, and not added."""
        try:
            self.machine.execute(record)
        except MachineError:
            return False
        self.schedule.add(record, reads=reads, writes=writes)
        return True

    def put(self, content: bytes) -> int:
        """Put bytes into external memory: their address."""
        memory = self.machine.memories
        whole = np.zeros(-(-len(memory.external) // ALIGNMENT) * ALIGNMENT + len(content), np.uint8)
        whole[: len(memory.external)] = memory.external
        address = len(whole) - len(content)
        whole[address:] = np.frombuffer(content, np.uint8)
        memory.external = whole
        self.content += bytes(address - len(self.content)) + content
        return self.base + address

    def loaded(self, memory: Memory, first: int, content: bytes, unit: int) -> Place:
        """LOAD bytes that are put into external memory: their place in the local one."""
        units = len(content) // unit
        place = Place(memory, first, first + units)
        load = Load(memory=memory, address=self.put(content), local=first, units=units)
        assert self.add(load, writes=[place])
        return place

    def taken(self, memory: Memory, first: int, units: int, unit: int) -> Place:
        """LOAD some of the random bytes: their place in the local memory."""
        place, last = Place(memory, first, first + units), (self.room - self.base - units * unit) // unit
        address = self.base + unit * int(self.rng.integers(last + 1))
        assert self.add(Load(memory=memory, address=address, local=first, units=units), writes=[place])
        return place

    def start(self, last: int) -> int:
        """A unit to begin at, up to the last one that is possible; each end in one of eight cases."""
        return int(self.rng.choice([0, last]) if self.rng.random() < 0.25 else self.rng.integers(last + 1))

    def entries(self, memory: Memory, entries: Sequence[Entry], size: int) -> Place:
        """LOAD entries to somewhere in their memory."""
        first = self.start(size - len(entries))
        return self.loaded(memory, first, b"".join(entry.pack() for entry in entries), ENTRY_BYTES)

    def fill(self) -> None:
        """The first records: every unit of the local memories gets a value."""
        config = self.config
        self.taken(Memory.FEATURE, 0, self.atoms, config.atom_bytes)
        filled = [(Memory.PARAMETER, config.parameters, 0), (Memory.TAP, config.taps, 0)]
        if self.rng.random() < 0.7:  # which takes an eighth of the time
            filled.append((Memory.WEIGHT, config.weight_words, int(self.rng.integers(256))))
        else:
            self.taken(Memory.WEIGHT, 0, config.weight_words, config.weight_word_bytes)
        for memory, size, value in filled:
            self.add(Load(memory=memory, units=size, fill=1, fill_value=value), writes=[Place(memory, 0, size)])
        if Memory.TABLE in self.machine.memories.local:
            self.taken(Memory.TABLE, 0, 64, ENTRY_BYTES)
        if Memory.CODEBOOK in self.machine.memories.local:  # integers that any weights of full width can be
            most = 1 << config.array.w_width - 1
            self.loaded(Memory.CODEBOOK, 0, self.rng.integers(0, most, 512).astype("<i2").tobytes(), ENTRY_BYTES)

    def load(self) -> None:
        """LOAD a tensor of three dimensions, or fill one, of a memory whose bits may be any."""
        rng, memories = self.rng, [Memory.FEATURE] * 3 + [Memory.WEIGHT]
        if Memory.TABLE in self.machine.memories.local:
            memories.append(Memory.TABLE)
        fill, memory = rng.random() < 0.3, memories[rng.integers(len(memories))]
        size, unit = self.machine.memories.local[memory].shape
        fields, place, outside = random_copy(rng, Copied(memory, size, unit, self.base, self.room))
        if fill and rng.random() < 0.25:
            fields |= again(rng)
            place = Place(memory, fields["local"], fields["local"] + 1)
        record = Load(**fields, fill=int(fill), fill_value=int(rng.integers(256)))
        self.add(record, reads=[] if fill else [outside], writes=[place])

    def store(self) -> None:
        """STORE a tensor of three dimensions."""
        copied = Copied(Memory.FEATURE, self.atoms, self.config.atom_bytes, self.room, self.room_end)
        fields, place, outside = random_copy(self.rng, copied)
        self.add(Store(**fields), reads=[place], writes=[outside])

    def execute(self) -> None:
        """EXEC with what it needs: random fields where all bits are operands of a random mode, else a layer."""
        modes = [random_mode(self.config.array, self.rng) for _ in range(3)]
        for_any_bits = [mode for mode in modes if any_bits(mode, self.config.array)]
        if for_any_bits and self.rng.random() < 0.8:
            self._random_exec(for_any_bits[0])
        else:
            self._layer(modes[0])

    def _random_exec(self, mode: Mode) -> None:
        config, rng = self.config, self.rng
        record, taps = random_exec(rng, config, mode)
        words = weight_words(record, config, mode)
        if words > config.weight_words or len(taps) > config.taps:
            return
        reads = [self.entries(Memory.TAP, taps, config.taps)]
        base = self.start(config.weight_words - words)
        if rng.random() < 0.5:  # else those that are there already
            self.taken(Memory.WEIGHT, base, words, config.weight_word_bytes)
        reads.append(Place(Memory.WEIGHT, base, base + words))
        record = replace(record, tap_base=reads[0].first, weight_base=base, parameter_step=int(rng.integers(2)))
        if max(record.out_channels, record.tiles * record.tile_columns) > config.parameters:
            record = replace(record, parameter_step=0)
        placed = self._placed(record, mode)
        if placed is None:
            return
        record, touched, written = placed
        try:
            parameters, limits = random_parameters(rng, record, self.machine)
        except MachineError:
            return
        reads.append(self.entries(Memory.PARAMETER, parameters, config.parameters))
        record = replace(record, parameter_base=reads[-1].first, **limits)  # type: ignore[arg-type]  # whole numbers
        if record.table:
            reads.append(Place(Memory.TABLE, 0, 64))
        if find(mode.w_format).entries:
            reads.append(Place(Memory.CODEBOOK, mode.codebook * BOOK_UNITS, (mode.codebook + 1) * BOOK_UNITS))
        self.add(record, reads=[*reads, *touched], writes=[written])

    def _placed(self, record: Exec, mode: Mode) -> tuple[Exec, list[Place], Place] | None:
        """A record with bases at which it is legal, what it reads of the feature memory, and what it writes."""
        relative = atoms_of(replace(record, in_base=0, out_base=0, operand_base=0), self.machine, mode)
        groups = {"in_base": relative.inputs, "out_base": relative.outputs, "operand_base": relative.operands}
        for _ in range(TRIES):
            bases, places = {}, {}
            for name, atoms in groups.items():
                low, high = (int(atoms.min()), int(atoms.max())) if atoms.size else (0, 0)
                if max(0, -low) > self.atoms - 1 - high:
                    return None
                bases[name] = int(self.rng.integers(max(0, -low), self.atoms - high))
                places[name] = Place(Memory.FEATURE, bases[name] + low, bases[name] + high + 1)
            moved = replace(record, **bases)  # type: ignore[arg-type]  # whole numbers
            if atoms_of(moved, self.machine, mode).is_legal:
                turned = anywhere(self.rng, self.config, {name: getattr(moved, name) for name in (*BASES, *STEPS)})
                moved = replace(moved, **turned)  # type: ignore[arg-type]  # whole numbers
                return moved, [places["in_base"], places["operand_base"]], places["out_base"]
        return None

    def _layer(self, mode: Mode) -> None:
        """A small convolution in a mode that does not take all bits."""
        config, layer = self.config, random_layer(self.rng, self.config, mode)
        if layer is None:
            return
        kernel, weights = layer.kernel, layer.weights
        reads = [self.loaded(Memory.FEATURE, layer.source.base, layer.content, config.atom_bytes)]
        reads.append(self.entries(Memory.TAP, kernel.taps, config.taps))
        reads.append(self.entries(Memory.PARAMETER, kernel.parameters, config.parameters))
        base = self.start(config.weight_words - len(weights.words))
        reads.append(self.loaded(Memory.WEIGHT, base, weights.words.tobytes(), config.weight_word_bytes))
        if weights.codebook is not None:
            book = weights.codebook.tobytes()
            reads.append(self.loaded(Memory.CODEBOOK, kernel.book * BOOK_UNITS, book, ENTRY_BYTES))
        bases = dict(tap_base=reads[1].first, parameter_base=reads[2].first, weight_base=base)
        writes = [Place(Memory.FEATURE, layer.target.base, layer.target.end)]
        self.add(kernel.with_bases(bases), reads=reads, writes=writes)

    def image(self, content: bytes) -> tuple[int, NDArray[np.uint8]]:
        """External memory as it is when the list starts, with ``content``, the list, behind all else: the address of
        that, and the bytes."""
        start = bytes(self.content)
        address = self.put(content)
        external = self.machine.memories.external.copy()
        external[: len(start)] = np.frombuffer(start, np.uint8)
        return address, external
