"""The machine: control and the engine of EXEC records behind one AXI4 master, one AXI4-Lite slave and an interrupt."""

from amaranth.hdl import Module, ResetSignal, Signal
from amaranth.lib.wiring import In

from ..config.accelerator_config import AcceleratorConfig
from ..control.control import Control
from ..logic.unit import Unit
from .exec_engine import ExecEngine

__all__ = ["Machine"]

#: Ports of control and those of the engine of EXEC records that they belong to; streams by their beginning.
_JOINED = {
    "exec_record": "record",
    "exec_begin": "begin",
    "exec_stop": "stop",
    "exec_ended": "ended",
    "exec_error": "error",
    "exec_reason": "reason",
    "exec_active": "active",
    "exec_progress": "progress",
    "exec_smallest": "smallest",
    "exec_largest": "largest",
    "load_feature": "feature",
    "load_weight": "weight",
    "load_entry": "entry",
    "store_read": "read",
    "store_answer": "answer",
}
_STREAM = ("", "_valid", "_data", "_ready")
_BUSES = ("s_axi", "m_axi", "irq")  #: what begins the names of the machine's own ports


class Machine(Unit):
    """The generated design of one :class:`lowtide.hw.config.accelerator_config.AcceleratorConfig`.

    Ports
    -----
    s_axi_... : AXI4-Lite
        Of the registers, see :mod:`lowtide.hw.control.registers.register_map`.
    m_axi_... : AXI4
        Of external memory: records, what LOAD reads and STORE writes. No output depends on an input of the same cycle.
    irq : out, 1 bit
        The interrupt.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        self.control, self.engine = Control(config), ExecEngine(config)
        members = self.control.signature.members
        super().__init__(config.top, {name: members[name] for name in members if name.startswith(_BUSES)})

    def build(self, m: Module) -> None:
        own = {name: value for name, value, _ in self.ports()}
        theirs = {f"{port}{end}": f"{engine}{end}" for port, engine in _JOINED.items() for end in _STREAM}
        ports = list(self.control.ports())
        wires = {name: own.get(name, Signal(len(value), name=f"{name}_wire")) for name, value, _ in ports}
        inputs = [name for name, _, member in ports if member.flow == In]
        outputs = [name for name, _, member in ports if member.flow != In]
        control = self.place(m, "control", self.control, **{name: wires[name] for name in inputs})
        engine = self.place(
            m,
            "exec_engine",
            self.engine,
            rst=ResetSignal() | control.exec_reset,
            **{theirs[name]: wires[name] for name in outputs if name in theirs},
        )
        m.d.comb += [wires[name].eq(getattr(control, name)) for name in outputs]
        m.d.comb += [wires[name].eq(getattr(engine, theirs[name])) for name in inputs if name in theirs]
