"""The three lanes with the checks of the movers' records and the tokens: what lies between dispatch and the engines."""

from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.record import RECORD_BYTES

from ...bus.axi import ADDRESS_BITS
from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...post.widths import EXTREMES, SUM_BITS
from ..movers.checks import MOVERS, Checks
from ..movers.transfer_check import WINDOWS
from ..record_words import RECORDS, record_layout
from .dispatch import NUMBER_BITS
from .lane import COUNTER_BITS, Lane, entry_layout
from .tokens import ENGINES, Tokens

__all__ = ["ENGINE_INPUTS", "WATCHED", "Lanes", "extreme_ports"]

#: What an engine tells: the record has ended, its error, and what its entry counts.
ENGINE_INPUTS = {"ended": 1, "error": ERROR_BITS, "active": 1, "waits": 1, "beat": 1}
#: What the watchdog sees of an engine.
WATCHED = {"waiting": 1, "running": 1, "next": NUMBER_BITS, "number": NUMBER_BITS}


def extreme_ports(config: AcceleratorConfig) -> dict[str, object]:
    """Ports for the smallest and the largest sum of a record EXEC, where they can be measured."""
    return {f"exec_{what}": In(signed(SUM_BITS)) for what in EXTREMES} if "measure" in config.post else {}


def later(m: Module, value: Value, name: str, reset: int | None = None) -> Signal:
    """A value, a cycle later: at first a stated one, or any."""
    register = Signal(value.shape(), name=f"{name}_before", reset_less=reset is None, init=reset or 0)
    m.d.sync += register.eq(value)
    return register


class Lanes(Unit):
    """The records before the three engines.

    Parameters
    ----------
    name : str
    config : AcceleratorConfig

    Ports
    -----
    clear : in, 1 bit
        A list begins: there are no tokens.
    stop, cycle, profiled : in
        As of :class:`lowtide.hw.control.lists.lane.Lane`, the same for all.
    index, data, error, number : in
        The same. They, ``ENGINE_write`` and ``ENGINE_whole`` reach the lanes a cycle later.
    read_base, read_limit, write_base, write_limit : in, 32 bits
        First and last byte of the windows.
    ENGINE_write, ENGINE_whole, ENGINE_free, ENGINE_record, ENGINE_entry
        As of the engine's lane.
    ENGINE_begin : out, 1 bit
        Its record begins.
    ENGINE_ended, ENGINE_error, ENGINE_active, ENGINE_waits, ENGINE_beat : in
        As of :class:`lowtide.hw.control.lists.lists.Lists`.
    exec_smallest, exec_largest : in
        As of that; only where sums can be measured.
    ENGINE_waiting, ENGINE_running, ENGINE_next, ENGINE_number : out
        Whether a record waits, whether one runs, and their numbers.
    ENGINE_told : out, ERROR_BITS bits
        An error of this cycle: of a record that would begin, of the engine, or of the tokens that it gives. It is that
        of ENGINE_number of the next cycle.
    idle : out, 1 bit
        No record waits or runs, and every entry has left.
    """

    def __init__(self, name: str, config: AcceleratorConfig) -> None:
        self.config = config
        ports: dict[str, object] = {
            "clear": In(1),
            "stop": In(1),
            "cycle": In(COUNTER_BITS),
            "profiled": In(1),
            "index": In(range(16 * RECORD_BYTES // config.bus_bits)),
            "data": In(config.bus_bits),
            "error": In(ERROR_BITS),
            "number": In(NUMBER_BITS),
            **{name: In(ADDRESS_BITS) for name in WINDOWS},
        }
        for engine in ENGINES:
            ports |= {f"{engine}_write": In(1), f"{engine}_whole": In(1), f"{engine}_free": Out(1)}
            ports |= {f"{engine}_record": Out(record_layout(RECORDS[engine])), f"{engine}_begin": Out(1)}
            ports |= {f"{engine}_{what}": In(bits) for what, bits in ENGINE_INPUTS.items()}
            ports |= {f"{engine}_{what}": Out(bits) for what, bits in WATCHED.items()}
            ports |= {f"{engine}_told": Out(ERROR_BITS), f"{engine}_entry": Out(stream.Signature(entry_layout()))}
        super().__init__(name, ports | extreme_ports(config) | {"idle": Out(1)})

    def build(self, m: Module) -> None:
        words = {name: later(m, getattr(self, name), name) for name in ("index", "data", "error", "number")}
        allowed = {engine: Signal(name=f"{engine}_allowed") for engine in ENGINES}
        checked = {engine: Signal(name=f"{engine}_checked") for engine in ENGINES}
        errors = {engine: Signal(ERROR_BITS, name=f"{engine}_check_error") for engine in ENGINES}
        lanes = {
            engine: self.lane(
                m, engine, **words, allowed=allowed[engine], checked=checked[engine], check_error=errors[engine]
            )
            for engine in ENGINES
        }
        checks = self.place(
            m,
            "checks",
            Checks(self.config),
            **{f"{mover}_record": lanes[mover].record for mover in MOVERS},
            **{f"{mover}_start": lanes[mover].check for mover in MOVERS},
            **{name: getattr(self, name) for name in WINDOWS},
        )
        m.d.comb += checked["exec"].eq(~lanes["exec"].check)  # a cycle after its last word
        for mover in MOVERS:
            m.d.comb += [
                checked[mover].eq(getattr(checks, f"{mover}_done")),
                errors[mover].eq(getattr(checks, f"{mover}_error")),
            ]
        tokens = self.tokens(m, lanes)
        for engine, lane in lanes.items():
            over = Mux(getattr(tokens, f"{engine}_overflows"), Const(Error.RANGE, ERROR_BITS), 0)
            own, entry = getattr(self, f"{engine}_error"), getattr(self, f"{engine}_entry")
            outputs = {
                "free": lane.free,
                "record": lane.record,
                "begin": lane.begins,
                "waiting": lane.waiting,
                "running": lane.running,
                "next": lane.next_number,
                "number": lane.running_number,
                "told": Mux(lane.fails, lane.code, Mux(own != 0, own, over)),
            }
            m.d.comb += [getattr(self, f"{engine}_{name}").eq(value) for name, value in outputs.items()]
            m.d.comb += [
                allowed[engine].eq(getattr(tokens, f"{engine}_allowed")),
                entry.valid.eq(lane.entry_valid),
                entry.payload.eq(lane.entry_data),
            ]
        m.d.comb += self.idle.eq(~Cat(lane.waiting | lane.running | lane.entry_valid for lane in lanes.values()).any())

    def lane(self, m: Module, engine: str, **inputs: Value) -> SimpleNamespace:
        """The registers before an engine."""
        own, shared = ("ended", "active", "waits", "beat"), ("stop", "cycle", "profiled")
        words = ((name, f"{engine}_{name}") for name in ("write", "whole"))
        measures = engine == "exec" and "measure" in self.config.post
        return self.place(
            m,
            f"{engine}_lane",
            Lane(f"{self.name}_{engine}", engine, self.config.bus_bits, measures=measures),
            **({what: getattr(self, f"exec_{what}") for what in EXTREMES} if measures else {}),
            **{name: getattr(self, f"{engine}_{name}") for name in own},
            **{name: getattr(self, name) for name in shared},
            **{name: later(m, getattr(self, port), port, reset=0) for name, port in words},
            **inputs,
            entry_ready=getattr(self, f"{engine}_entry").ready,
        )

    def tokens(self, m: Module, lanes: dict[str, SimpleNamespace]) -> SimpleNamespace:
        """The counters of tokens."""
        inputs: dict[str, Value] = {}
        for engine, lane in lanes.items():
            record = getattr(self, f"{engine}_record")
            inputs |= {f"{engine}_take_{side}": record[f"take_{side}"] for side in "ab"}
            inputs |= {f"{engine}_give_{side}": getattr(lane, f"give_{side}") for side in "ab"}
            inputs |= {f"{engine}_begins": lane.begins, f"{engine}_ends": getattr(self, f"{engine}_ended")}
        return self.place(m, "tokens", Tokens(f"{self.name}_tokens"), clear=self.clear, **inputs)
