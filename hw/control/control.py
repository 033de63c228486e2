"""The control of a machine: registers, lists, the two movers and the master of the bus, around an engine of EXEC.

::

    AXI4-Lite --> registers --> lists --+--> load  --> feature, weight memory, entries
    interrupt <--                       +--> exec      (outside)
                                        +--> store <-- feature memory
    AXI4 <--> master <--> lists, load, store
"""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Module, ResetSignal, Signal
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.execute import Exec

from ..bus.master import Master
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS
from .lists.lists import Lists
from .movers.load import Load
from .movers.store import Store
from .record_words import record_layout
from .registers.configured import configured
from .registers.registers import Registers, lite_ports

__all__ = ["Control"]

_LOAD = ("feature", "weight", "entry")  # ports of LOAD that are the machine's
_STORE = ("read", "answer")


class Control(Unit):
    """Everything of a machine but its memories, its array and what stands behind it.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    s_axi_... : AXI4-Lite
        Of the registers.
    m_axi_... : AXI4
        Of external memory. No output depends on an input of the same cycle.
    irq : out, 1 bit
        The interrupt.
    load_feature, load_weight, load_entry : out, streams
        Writes of local memories, as of :class:`lowtide.hw.control.movers.load.Load`.
    store_read, store_answer : out stream, in
        Reads of the feature memory, as of :class:`lowtide.hw.control.movers.store.Store`.
    exec_record : out, layout of EXEC
        To be copied in the cycle of ``exec_begin``. Its reserved bits and the ranges of its fields are checked.
    exec_begin : out, 1 bit
        For one cycle, while no EXEC runs.
    exec_ended : in, 1 bit
        For one cycle: everything is written.
    exec_error, exec_reason : in, ERROR_BITS and REASON_BITS bits
        An error of the record that runs, in this cycle, and the array's reason with ENGINE. The record still ends.
    exec_stop : out, 1 bit
        There is an error: what cannot end any more is to be dropped.
    exec_reset : out, 1 bit
        For one cycle: software resets everything but the registers.
    exec_active, exec_progress : in, 1 bit
        It works, for its entry; something goes on, for the watchdog.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        prefix = f"{config.name}_control"
        self.registers, self.lists = Registers(f"{prefix}_registers"), Lists(config)
        self.load, self.store = Load(config), Store(config)
        self.master = Master(
            f"{prefix}_bus",
            config.bus_bits,
            readers=("fetch", "load"),
            writers=("store", "profile"),
            outstanding=config.outstanding,
        )
        ports: dict[str, Any] = lite_ports()
        ports |= {name: port for name, port in self.master.signature.members.items() if name.startswith("m_axi")}
        ports["irq"] = Out(1)
        ports |= {f"load_{name}": self.load.signature.members[name] for name in _LOAD}
        ports |= {f"store_{name}": self.store.signature.members[name] for name in _STORE}
        ports |= {
            "exec_record": Out(record_layout(Exec)),
            "exec_begin": Out(1),
            "exec_ended": In(1),
            "exec_error": In(ERROR_BITS),
            "exec_reason": In(REASON_BITS),
            "exec_stop": Out(1),
            "exec_reset": Out(1),
            "exec_active": In(1),
            "exec_progress": In(1),
        }
        super().__init__(prefix, ports)

    def build(self, m: Module) -> None:
        own = {name: value for name, value, _ in self.ports()}
        units: dict[str, Unit] = {
            "registers": self.registers,
            "lists": self.lists,
            "load": self.load,
            "store": self.store,
            "master": self.master,
        }
        self.inputs = {
            instance: {
                name: Signal(len(value), name=f"{instance}_of_{name}")
                for name, value, member in unit.ports()
                if member.flow == In
            }
            for instance, unit in units.items()
        }
        anew = {"rst": ResetSignal() | self.exec_reset}  # what the bus has been asked for is forgotten
        placed = {
            name: self.place(m, name, unit, **self.inputs[name], **({} if name == "registers" else anew))
            for name, unit in units.items()
        }
        registers, lists = placed["registers"], placed["lists"]
        self.connect_registers(m, registers, lists)
        self.connect_bus(m, placed)
        self.connect_engines(m, placed)
        outside: dict[str, tuple[tuple[str, ...], str]] = {
            "registers": (("s_axi",), ""),
            "master": (("m_axi",), ""),
            "load": (_LOAD, "load_"),
            "store": (_STORE, "store_"),
        }
        for instance, (starts, prefix) in outside.items():
            for name, _, member in units[instance].ports():
                if name.startswith(starts):
                    outer = own[f"{prefix}{name}"]
                    if member.flow == In:
                        m.d.comb += self.inputs[instance][name].eq(outer)
                    else:
                        m.d.comb += outer.eq(getattr(placed[instance], name))

    def connect_registers(self, m: Module, registers: SimpleNamespace, lists: SimpleNamespace) -> None:
        """What software writes goes to the lists; what it reads comes from them and from the configuration."""
        config, into, fields = self.config, self.inputs["lists"], self.inputs["registers"]
        initialise, execute = registers.start_initialise, registers.start_execute
        reason, seen = Signal(REASON_BITS), Signal()
        own = (self.exec_error == int(Error.ENGINE)) & ~seen
        m.d.comb += [
            self.exec_reset.eq(registers.start_reset),
            seen.eq(lists.error != 0),
            into["start"].eq(initialise | execute),
            into["list"].eq(registers.execution_address),
            into["resume"].eq(registers.start_resume),
            into["watchdog"].eq(registers.watchdog_cycles),
            into["profile"].eq(registers.profile_address),
            self.irq.eq(
                Cat(
                    getattr(registers, f"interrupts_{what}") & getattr(registers, f"interrupts_enabled_{what}")
                    for what in ("done", "waits", "fails")
                ).any()
            ),
        ]
        with m.If(initialise):
            m.d.comb += into["list"].eq(registers.initialisation_address)
        for end in ("read_base", "read_limit", "write_base", "write_limit"):
            m.d.comb += into[end].eq(getattr(registers, f"{end}_address"))
        with m.If(own):
            m.d.sync += reason.eq(self.exec_reason)
        with m.Elif((initialise | execute) & ~lists.busy):
            m.d.sync += reason.eq(0)
        told = {
            "status_busy": lists.busy,
            "status_waiting": lists.waiting,
            "status_failed": seen,
            "error_code": lists.error,
            "error_reason": reason,
            "error_record_place": lists.error_number,
            "record_place": lists.number,
            "interrupts_done_set": lists.done,
            "interrupts_waits_set": lists.waits,
            "interrupts_fails_set": lists.fails,
            "profile_entries_entries": lists.entries,
            "cycles_cycles": lists.cycles,
            **configured(config),
        }
        m.d.comb += [fields[name].eq(value) for name, value in told.items()]

    def connect_bus(self, m: Module, placed: dict[str, SimpleNamespace]) -> None:
        """Streams of the clients to the master and back."""
        master, into = placed["master"], self.inputs["master"]
        clients = {
            "fetch": ("lists", "fetch_"),
            "load": ("load", ""),
            "store": ("store", ""),
            "profile": ("lists", "profile_"),
        }
        for client, (instance, start) in clients.items():
            unit, inputs = placed[instance], self.inputs[instance]
            for port in ("request", "beat"):
                for part in ("valid", "ready", "data"):
                    ours, theirs = f"{client}_{port}_{part}", f"{start}{port}_{part}"
                    if ours in into:
                        m.d.comb += into[ours].eq(getattr(unit, theirs))
                    else:
                        m.d.comb += inputs[theirs].eq(getattr(master, ours))
        m.d.comb += [
            self.inputs["store"]["missing"].eq(master.store_missing),
            self.inputs["lists"]["profile_missing"].eq(master.profile_missing),
            self.inputs["lists"]["profile_bad"].eq(master.profile_bad),
            self.inputs["registers"]["status_transfers"].eq(
                ~master.idle | master.store_missing | master.profile_missing
            ),
        ]

    def connect_engines(self, m: Module, placed: dict[str, SimpleNamespace]) -> None:
        """Records to the engines, and what they tell back."""
        lists, load, store, master = (placed[name] for name in ("lists", "load", "store", "master"))
        into, loads, stores, bus = (self.inputs[name] for name in ("lists", "load", "store", "master"))
        happens = [
            load.active,
            store.active,
            bus["m_axi_rvalid"] & master.m_axi_rready,
            master.m_axi_wvalid & bus["m_axi_wready"],
            bus["m_axi_bvalid"] & master.m_axi_bready,
            self.exec_progress,
        ]
        bad = {"load": load.bad, "store": master.store_bad}
        beats = {
            "load": master.load_beat_valid & load.beat_ready,
            "store": store.beat_valid & master.store_beat_ready,
        }
        for engine, unit, inputs in (("load", load, loads), ("store", store, stores)):
            m.d.comb += [
                inputs["record"].eq(getattr(lists, f"{engine}_record")),
                inputs["begin"].eq(getattr(lists, f"{engine}_begin")),
                into[f"{engine}_ended"].eq(unit.ended),
                into[f"{engine}_error"].eq(bad[engine].replicate(ERROR_BITS) & int(Error.BUS)),
                into[f"{engine}_active"].eq(unit.active),
                into[f"{engine}_waits"].eq(unit.waits),
                into[f"{engine}_beat"].eq(beats[engine]),
            ]
        m.d.comb += [
            self.exec_record.eq(lists.exec_record),
            self.exec_begin.eq(lists.exec_begin),
            self.exec_stop.eq(lists.stopping),
            into["exec_ended"].eq(self.exec_ended),
            into["exec_error"].eq(self.exec_error),
            into["exec_active"].eq(self.exec_active),
            into["exec_waits"].eq(0),
            into["exec_beat"].eq(0),
            into["progress"].eq(Cat(happens).any()),
        ]
