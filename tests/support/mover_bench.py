"""Both movers with their check on a bus, as one unit, and a bench around it."""

from functools import cache

from amaranth.hdl import Signal
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS
from lowtide.hw.bus.master import Master
from lowtide.hw.control.movers.checks import MOVERS, Checks
from lowtide.hw.control.movers.load import Load
from lowtide.hw.control.movers.places import beats_bits
from lowtide.hw.control.movers.store import Store
from lowtide.hw.logic.unit import Unit

from local_memories import LocalMemories
from unit_model import UnitModel


class Movers(Unit):
    """LOAD and STORE, their check, and the master of the bus."""

    def __init__(self, config):
        self.config = config
        self.load, self.store = Load(config), Store(config)
        self.master = Master(
            f"{config.name}_bus",
            config.bus_bits,
            readers=("load",),
            writers=("store",),
            outstanding=config.outstanding,
            beats_bits=beats_bits(config),
        )
        ports = {"base": In(32), "limit": In(32)}
        for name, unit in (("load", self.load), ("store", self.store)):
            members = unit.signature.members
            ports |= {f"{name}_{port}": members[port] for port in members if port not in ("request", "beat", "missing")}
            ports |= {f"{name}_check": In(1), f"{name}_checked": Out(1), f"{name}_error": Out(ERROR_BITS)}
        ports |= {port: member for port, member in self.master.signature.members.items() if port.startswith("m_axi")}
        super().__init__(f"{config.name}_movers", ports)

    def build(self, m):
        own = {name: value for name, value, _ in self.ports()}
        wires = {}
        for name, value, member in self.master.ports():
            if not name.startswith("m_axi") and member.flow == In:
                wires[name] = Signal(len(value), name=f"bus_{name}")
        master = self.place(
            m,
            "bus",
            self.master,
            **wires,
            **{n: own[n] for n in own if n.startswith("m_axi") and n in wanted(self.master)},
        )
        for name in own:
            if name.startswith("m_axi") and name not in wanted(self.master):
                m.d.comb += own[name].eq(getattr(master, name))
        for name, unit in (("load", self.load), ("store", self.store)):
            inputs = {}
            for port in wanted(unit):
                side = f"{name}_{port}"
                inputs[port] = own[side] if side in own else getattr(master, side)
            outputs = self.place(m, name, unit, **inputs)
            for port, _, member in unit.ports():
                side = f"{name}_{port}"
                if member.flow == Out:
                    m.d.comb += (own[side] if side in own else wires[side]).eq(getattr(outputs, port))
        checks = self.place(
            m,
            "checks",
            Checks(self.config),
            **{f"{name}_record": own[f"{name}_record"] for name in MOVERS},
            **{f"{name}_start": own[f"{name}_check"] for name in MOVERS},
            **{f"{way}_{end}": getattr(self, end) for way in ("read", "write") for end in ("base", "limit")},
        )
        for name in MOVERS:
            m.d.comb += [
                own[f"{name}_checked"].eq(getattr(checks, f"{name}_done")),
                own[f"{name}_error"].eq(getattr(checks, f"{name}_error")),
            ]


def wanted(unit):
    return [name for name, _, member in unit.ports() if member.flow == In]


@cache
def movers(config):
    """The unit of a configuration, made once."""
    return Movers(config)


class MoverBench:
    """The movers in simulation with local memories. busy: how often these take what is offered."""

    def __init__(self, config, rng, *, size=1 << 16, seed=1, busy=1.0):
        self.config = config
        self.model = UnitModel(movers(config), size=size, seed=seed)
        self.local = LocalMemories(config, self.model, rng, busy)
        self.memories = self.local.contents
        for name in self.model.inputs:
            if not name.startswith("m_axi"):
                self.model.set(name, 0)
        self.model.set("limit", 0xFFFFFFFF)
        self.model.reset()

    def run(self, which, record, *, limit=40_000):
        """Check and run a record; its error, and (if there is none) the cycles that it took and the bus's errors."""
        model = self.model
        model.set(f"{which}_record", int.from_bytes(record.pack(), "little"))
        model.set(f"{which}_check", 1)
        self.cycle()
        model.set(f"{which}_check", 0)
        while not model.get(f"{which}_checked"):
            self.cycle()
        if error := model.get(f"{which}_error"):
            return error, 0, 0
        model.set(f"{which}_begin", 1)
        self.cycle()
        model.set(f"{which}_begin", 0)
        model.set(f"{which}_record", 0)
        bad = 0
        for cycles in range(limit):
            self.cycle()
            bad += self.bad
            if self.ended[which]:
                model.check_bus()
                return 0, cycles + 1, bad
        raise AssertionError("the record does not end")

    def cycle(self):
        answer = self.local.before_edge()
        self.ended = {name: self.model.get(f"{name}_ended") for name in ("load", "store")}
        self.bad = self.model.get("load_bad")
        self.model.tick()
        self.local.after_edge(answer)
