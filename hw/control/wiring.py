"""How the parts of a machine's control are connected: registers, lists, movers and the master of the bus."""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Module, Signal

from lowtide.common.records.errors import ERROR_BITS, Error

from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS
from .registers.configured import configured

__all__ = ["connect_bus", "connect_engines", "connect_registers"]


def connect_registers(control: Unit, m: Module, registers: SimpleNamespace, lists: SimpleNamespace) -> None:
    """What software writes goes to the lists; what it reads comes from them and from the configuration."""
    config, into, fields = control.config, control.inputs["lists"], control.inputs["registers"]
    initialise, execute = registers.start_initialise, registers.start_execute
    told: dict[str, Any] = dict(configured(config))
    reason, seen, foreign = Signal(REASON_BITS), Signal(), Signal(init=1)
    own = (control.exec_error == int(Error.ENGINE)) & ~seen
    m.d.comb += [
        control.exec_reset.eq(registers.start_reset),
        seen.eq(lists.error != 0),
        into["start"].eq(initialise | execute),
        into["list"].eq(registers.execution_address),
        into["foreign"].eq(foreign),
        into["resume"].eq(registers.start_resume),
        into["watchdog"].eq(registers.watchdog_cycles),
        into["profile"].eq(registers.profile_address),
        control.irq.eq(
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
    m.d.sync += foreign.eq(registers.program_machine != told["identity_machine"])  # no write starts a list as soon
    with m.If(own):
        m.d.sync += reason.eq(control.exec_reason)
    with m.Elif((initialise | execute) & ~lists.busy):
        m.d.sync += reason.eq(0)
    told |= {
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
    }
    m.d.comb += [fields[name].eq(value) for name, value in told.items()]


def connect_bus(control: Unit, m: Module, placed: dict[str, SimpleNamespace]) -> None:
    """Streams of the clients to the master and back."""
    master, into = placed["master"], control.inputs["master"]
    clients = {
        "fetch": ("lists", "fetch_"),
        "load": ("load", ""),
        "store": ("store", ""),
        "profile": ("lists", "profile_"),
    }
    for client, (instance, start) in clients.items():
        unit, inputs = placed[instance], control.inputs[instance]
        for port in ("request", "beat"):
            for part in ("valid", "ready", "data"):
                ours, theirs = f"{client}_{port}_{part}", f"{start}{port}_{part}"
                if ours in into:
                    m.d.comb += into[ours].eq(getattr(unit, theirs))
                else:
                    m.d.comb += inputs[theirs].eq(getattr(master, ours))
    m.d.comb += [
        control.inputs["store"]["missing"].eq(master.store_missing),
        control.inputs["lists"]["profile_missing"].eq(master.profile_missing),
        control.inputs["lists"]["profile_bad"].eq(master.profile_bad),
        control.inputs["registers"]["status_transfers"].eq(
            ~master.idle | master.store_missing | master.profile_missing
        ),
    ]


def connect_engines(control: Unit, m: Module, placed: dict[str, SimpleNamespace]) -> None:
    """Records to the engines, and what they tell back."""
    lists, load, store, master = (placed[name] for name in ("lists", "load", "store", "master"))
    into, loads, stores, bus = (control.inputs[name] for name in ("lists", "load", "store", "master"))
    happens = [
        load.active,
        store.active,
        bus["m_axi_rvalid"] & master.m_axi_rready,
        master.m_axi_wvalid & bus["m_axi_wready"],
        bus["m_axi_bvalid"] & master.m_axi_bready,
        control.exec_progress,
    ]
    bad = {"load": load.bad, "store": master.store_bad}
    beats = {
        "load": master.load_beat_valid & load.beat_ready,
        "store": store.active,
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
        control.exec_record.eq(lists.exec_record),
        control.exec_begin.eq(lists.exec_begin),
        control.exec_stop.eq(lists.stopping),
        into["exec_ended"].eq(control.exec_ended),
        into["exec_error"].eq(control.exec_error),
        into["exec_active"].eq(control.exec_active),
        into["exec_waits"].eq(0),
        into["exec_beat"].eq(0),
        *(into[each].eq(getattr(control, each)) for each in ("exec_smallest", "exec_largest") if each in into),
        into["progress"].eq(Cat(happens).any()),
    ]
