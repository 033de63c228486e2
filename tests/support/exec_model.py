"""The engine of EXEC records as a model that takes golden's memories, runs a record and gives the features back."""

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.golden.machine import Interpreter
from lowtide.hw.machine.exec_engine import ExecEngine, word_layout
from lowtide.hw.memory.ports import banks_layout, loaded_layout
from lowtide.hw.post.post import load_layout

from unit_model import UnitModel

__all__ = ["ExecModel", "golden_with"]


def golden_with(config, kernel, seed=1):
    """Golden's machine with a kernel's taps, parameters, weights, tables and codebooks, and random features."""
    machine = Interpreter(config, np.zeros(64, np.uint8))
    rng = np.random.default_rng(seed)
    for memory in (Memory.FEATURE, Memory.WEIGHT):
        local = machine.local(memory)
        local[:] = rng.integers(0, 256, local.shape)
    for memory, entries in ((Memory.TAP, kernel.taps), (Memory.PARAMETER, kernel.parameters)):
        for number, entry in enumerate(entries):
            machine.local(memory)[number] = np.frombuffer(entry.pack(), np.uint8)
    if kernel.weights is not None:
        machine.local(Memory.WEIGHT)[: len(kernel.weights.words)] = kernel.weights.words
        if kernel.weights.codebook is not None:
            first = 64 * kernel.book
            machine.local(Memory.CODEBOOK)[first : first + len(kernel.weights.codebook)] = kernel.weights.codebook
    if kernel.table is not None:
        machine.local(Memory.TABLE)[: len(kernel.table)] = kernel.table
    return machine


class ExecModel(UnitModel):
    """The compiled engine of EXEC records of a machine."""

    def __init__(self, config, seed=1):
        super().__init__(ExecEngine(config), seed=seed)
        self.config = config
        self.reset()

    def clock(self, **inputs):
        """A cycle with these inputs."""
        for name, value in inputs.items():
            self.set(name, value)
        self.tick()

    def load(self, machine):
        """All local memories from golden's machine."""
        config = self.config
        features = machine.local(Memory.FEATURE)
        rows, loaded, loads, words = (
            config.atoms_per_bus_beat,
            loaded_layout(config),
            load_layout(),
            word_layout(config),
        )
        for first in range(0, config.feature_atoms, rows):
            data = [int.from_bytes(atom.tobytes(), "little") for atom in features[first : first + rows]]
            word, bank = divmod(first, config.rows)
            request = dict(words=[word] * rows, rows=(1 << rows) - 1, bank=bank, data=data)
            self.clock(feature_valid=1, feature_data=loaded.const(request).as_bits())
        self.set("feature_valid", 0)
        for number, word in enumerate(machine.local(Memory.WEIGHT)):
            value = dict(word=number, data=int.from_bytes(word.tobytes(), "little"))
            self.clock(weight_valid=1, weight_data=words.const(value).as_bits())
        self.set("weight_valid", 0)
        for memory in (Memory.TAP, Memory.PARAMETER, Memory.TABLE, Memory.CODEBOOK):
            for number, unit in enumerate(machine.memories.local.get(memory, ())):
                value = dict(memory=int(memory), address=number, data=int.from_bytes(unit.tobytes(), "little"))
                self.set("entry_valid", 1)
                self.set("entry_data", loads.const(value).as_bits())
                while not self.get("entry_ready"):
                    self.tick()
                self.tick()
        self.set("entry_valid", 0)

    def features(self):
        """All atoms, uint8 [atoms, bytes]."""
        config, found = self.config, []
        for word in range(config.bank_atoms):
            request = dict(words=[word] * config.rows)
            self.clock(read_valid=1, read_data=banks_layout(config).const(request).as_bits())
            self.set("read_valid", 0)
            found.append(self.get("answer").to_bytes(config.rows * config.atom_bytes, "little"))
        return np.frombuffer(b"".join(found), np.uint8).reshape(-1, config.atom_bytes)

    def execute(self, record, *, limit=100_000, stop_at=None):
        """Run a record: its cycles from ``begin`` to ``ended``, and what it stopped at."""
        self.set("record", int.from_bytes(record.pack(), "little"))
        error, start = 0, self.cycle
        self.clock(begin=1)
        self.set("begin", 0)
        while True:
            self.set("stop", int(stop_at is not None and self.cycle - start >= stop_at))
            error = self.get("error") or error
            if self.get("ended"):
                self.tick()
                self.set("stop", 0)
                return self.cycle - start, error
            self.tick()
            assert self.cycle - start < limit, "the record does not end"
