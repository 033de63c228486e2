"""The control of a machine: registers, lists, the two movers and the master of the bus, around an engine of EXEC.

::

    AXI4-Lite --> registers --> lists --+--> load  --> feature, weight memory, entries
    interrupt <--                       +--> exec      (outside)
                                        +--> store <-- feature memory
    AXI4 <--> master <--> lists, load, store
"""

from typing import Any

from amaranth.hdl import Module, ResetSignal, Signal, signed
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS
from lowtide.common.records.execute import Exec

from ..bus.master import Master
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS
from ..post.widths import EXTREMES, SUM_BITS
from .lists.lists import Lists
from .movers.load import Load
from .movers.places import beats_bits
from .movers.store import Store
from .record_words import record_layout
from .registers.registers import Registers, lite_ports
from .wiring import connect_bus, connect_engines, connect_registers

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
    exec_smallest, exec_largest : in, 32 bits, signed
        For its entry, from ``exec_ended`` to the next ``exec_begin``; only where sums can be measured.
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
            beats_bits=beats_bits(config),
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
        if "measure" in config.post:
            ports |= {f"exec_{what}": In(signed(SUM_BITS)) for what in EXTREMES}
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
        connect_registers(self, m, registers, lists)
        connect_bus(self, m, placed)
        connect_engines(self, m, placed)
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
