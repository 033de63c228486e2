"""A machine that only copies: control and feature memory, without an array. An EXEC would not end."""

from amaranth.hdl import Signal
from amaranth.lib.wiring import In

from lowtide.hw.control.control import Control
from lowtide.hw.logic.unit import Unit
from lowtide.hw.memory.feature_memory import FeatureMemory


class Copier(Unit):
    """Ports: ``s_axi_...``, ``m_axi_...``, ``irq``."""

    def __init__(self, config):
        self.config, self.control, self.memory = config, Control(config), FeatureMemory(config)
        members = self.control.signature.members
        outside = {name: members[name] for name in members if name.startswith(("s_axi", "m_axi")) or name == "irq"}
        super().__init__(f"{config.name}_copier", outside)

    def build(self, m):
        own = {name: value for name, value, _ in self.ports()}
        inputs = {
            unit: {
                name: own[name] if name in own else Signal(len(value), name=f"{unit.name}_{name}")
                for name, value, member in unit.ports()
                if member.flow == In
            }
            for unit in (self.control, self.memory)
        }
        control = self.place(m, "control", self.control, **inputs[self.control])
        memory = self.place(m, "memory", self.memory, **inputs[self.memory])
        into = inputs[self.control]
        m.d.comb += [own[name].eq(getattr(control, name)) for name in own if name not in into]
        given = {
            "store_answer": memory.answer,
            "store_read_ready": memory.store_read_ready,
            "load_feature_ready": memory.load_write_ready,
            "load_weight_ready": 1,
            "load_entry_ready": 1,
        }
        m.d.comb += [value.eq(given.get(name, 0)) for name, value in into.items() if name not in own]
        for name, value in inputs[self.memory].items():
            client = {"store_read": "store_read", "load_write": "load_feature"}.get(name.rpartition("_")[0])
            m.d.comb += value.eq(getattr(control, f"{client}_{name.rpartition('_')[2]}") if client else 0)
