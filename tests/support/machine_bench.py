"""A whole machine with external memory in C++: lists run from its registers, as a host runs them."""

from functools import cache

import numpy as np

from lowtide.common.records.kinds import End, Store, pack
from lowtide.hw.machine.machine import Machine

from control_bench import BUSY, RESUME, WAITING, ControlBench
from unit_model import UnitModel


@cache
def machine(config):
    """The unit of a configuration, made once."""
    return Machine(config)


class MachineBench(ControlBench):
    """A machine after reset, its windows open."""

    def __init__(self, config, rng, *, size=1 << 18, seed=1):
        self.config, self.rng = config, rng
        self.model = UnitModel(machine(config), size=size, seed=seed)
        for name in self.model.inputs:
            if not name.startswith("m_axi"):
                self.model.set(name, 0)
        self.reset()

    def reset(self):
        for name in ("s_axi_awvalid", "s_axi_wvalid", "s_axi_arvalid"):
            self.model.set(name, 0)
        self.model.reset()
        self.write("program", self.config.identity)
        for window in ("read", "write"):
            self.write(f"{window}_base", 0)
            self.write(f"{window}_limit", 0xFFFFFFFF)

    def cycle(self):
        self.model.tick()

    def run(self, address, *, limit=200_000):
        """Run the list at an external address, going on behind every WAIT: error and number of the record."""
        self.write("execution", address)
        self.write("start", 2)
        end = self.model.cycle + limit
        while True:
            status = self.read("status")
            if status & WAITING:
                self.write("start", RESUME)
            elif not status & BUSY:
                self.model.check_bus()
                return self.read("error") & 15, self.read("error_record")
            for _ in range(100):
                self.cycle()
            assert self.model.cycle < end, f"the list does not end, at record {self.read('record')}"

    def features(self, room):
        """The feature memory, as a STORE to the external address ``room`` brings it out: uint8 [atoms, bytes]."""
        config, memory = self.config, self.model.memory
        end = room + config.feature_bytes
        packed = pack([Store(address=room, local=0, units=config.feature_atoms), End()])
        memory[end : end + len(packed)] = np.frombuffer(packed, np.uint8)
        assert self.run(end) == (0, 0)
        return memory[room:end].reshape(-1, config.atom_bytes).copy()
