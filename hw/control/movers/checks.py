"""One check for the records of both movers: a record that comes while the other one's is checked waits for that.

Records come one behind the other and are checked in a few tens of cycles, so one rarely waits.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS
from lowtide.common.records.kinds import Load

from ...bus.axi import ADDRESS_BITS
from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..record_words import record_layout
from .transfer_check import WINDOWS, TransferCheck

__all__ = ["MOVERS", "Checks"]

MOVERS = ("load", "store")


class Checks(Unit):
    """Checks records of LOAD and STORE.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    MOVER_record : in, layout of the record
        Stays the same from ``MOVER_start`` until ``MOVER_done``.
    MOVER_start : in, 1 bit
        For one cycle: a new record. Never of both.
    read_base, read_limit, write_base, write_limit : in, 32 bits
        First and last byte of the windows of external memory.
    MOVER_done : out, 1 bit
        The record is checked; until the next ``MOVER_start``.
    MOVER_error : out, ERROR_BITS bits
        RANGE, ADDRESS, WINDOW or NONE, when ``MOVER_done``.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        ports: dict[str, object] = {}
        for mover in MOVERS:
            ports |= {f"{mover}_record": In(record_layout(Load)), f"{mover}_start": In(1)}
        ports |= {name: In(ADDRESS_BITS) for name in WINDOWS}
        for mover in MOVERS:
            ports |= {f"{mover}_done": Out(1), f"{mover}_error": Out(ERROR_BITS)}
        super().__init__(f"{config.name}_checks", ports)

    def build(self, m: Module) -> None:
        held, stores = Signal(), Signal()  # whether it is STORE's record that is checked, now and in the next cycle
        busy, begins, starts, ends = Signal(), Signal(), Signal(), Signal()  # a check begins, and in the next cycle
        waiting = Signal(2)  # records of either mover that are not begun
        wanted = Cat(waiting[side] | getattr(self, f"{mover}_start") for side, mover in enumerate(MOVERS))
        again = Mux(held, self.store_start, self.load_start)  # the record that is checked is gone, another one is there
        m.d.comb += [
            stores.eq(Mux(busy, held, ~wanted[0])),
            starts.eq(Mux(busy, again, wanted.any())),
        ]
        check = self.place(
            m,
            "check",
            TransferCheck(self.config),
            record=Mux(held, self.store_record, self.load_record),
            stores=held,
            start=begins,
            **{name: getattr(self, name) for name in WINDOWS},
        )
        m.d.comb += ends.eq(busy & check.done & ~again)
        m.d.sync += [
            held.eq(stores),
            begins.eq(starts),
            busy.eq(starts | (busy & ~ends)),
            waiting.eq(wanted & ~Cat(starts & ~stores, starts & stores)),
        ]
        for side, mover in enumerate(MOVERS):
            here, found = busy & (held == side), Signal(ERROR_BITS, name=f"{mover}_found", reset_less=True)
            done = Signal(name=f"{mover}_is_done")
            with m.If(getattr(self, f"{mover}_start")):
                m.d.sync += done.eq(0)
            with m.Elif(ends & here):
                m.d.sync += [done.eq(1), found.eq(check.error)]
            m.d.comb += [
                getattr(self, f"{mover}_done").eq(done & ~getattr(self, f"{mover}_start")),
                getattr(self, f"{mover}_error").eq(found),
            ]
