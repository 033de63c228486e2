"""The first error, which stays with the number of its record, and the watchdog, which tells of a list that stands."""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error

from ...logic.unit import Unit
from .dispatch import NUMBER_BITS
from .tokens import ENGINES

__all__ = ["Errors", "Watchdog"]


class Errors(Unit):
    """Keeps the first error of several sources.

    Parameters
    ----------
    name : str
    sources : sequence of str
        Of two in one cycle that of the first source is kept.

    Ports
    -----
    clear : in, 1 bit
    SOURCE_error : in, ERROR_BITS bits
        An error in this cycle, or NONE.
    SOURCE_number : in, NUMBER_BITS bits
        Of the record of the cycle before.
    seen : out, 1 bit
        There is an error of a cycle before.
    error, number : out, ERROR_BITS and NUMBER_BITS bits
        The first error since ``clear``, a cycle later.
    """

    def __init__(self, name: str, sources: Sequence[str]) -> None:
        self.sources = tuple(sources)
        ports: dict[str, object] = {"clear": In(1)}
        for source in sources:
            ports |= {f"{source}_error": In(ERROR_BITS), f"{source}_number": In(NUMBER_BITS)}
        super().__init__(name, ports | {"seen": Out(1), "error": Out(ERROR_BITS), "number": Out(NUMBER_BITS)})

    def build(self, m: Module) -> None:
        new, number = Signal(ERROR_BITS), Signal(NUMBER_BITS)
        for source in reversed(self.sources):
            kept = Signal(ERROR_BITS, name=f"{source}_kept")
            m.d.sync += kept.eq(Mux(self.clear, 0, getattr(self, f"{source}_error")))
            with m.If(kept != 0):
                m.d.comb += [new.eq(kept), number.eq(getattr(self, f"{source}_number"))]
        m.d.comb += self.seen.eq((self.error != 0) | (new != 0))
        with m.If(self.clear):
            m.d.sync += [self.error.eq(0), self.number.eq(0)]
        with m.Elif(self.error == 0):
            m.d.sync += [self.error.eq(new), self.number.eq(number)]


class Watchdog(Unit):
    """Tells when nothing has happened for so many cycles.

    Parameters
    ----------
    name : str

    Ports
    -----
    limit : in, 32 bits
        Cycles without progress that are allowed; 0: any number.
    watch : in, 1 bit
        A list runs and does not wait for software.
    progress : in, 1 bit
        Something happens in this cycle.
    ENGINE_waiting, ENGINE_running : in, 1 bit
        The engine has a record that waits, one that runs.
    ENGINE_next, ENGINE_number : in, NUMBER_BITS bits
        Their numbers.
    next_number : in, NUMBER_BITS bits
        Of the record that no engine has yet.
    error : out, ERROR_BITS bits
        WATCHDOG for one cycle.
    number : out, NUMBER_BITS bits
        The lowest number of all records that have not ended, three cycles ago.
    """

    def __init__(self, name: str) -> None:
        ports: dict[str, object] = {"limit": In(32), "watch": In(1), "progress": In(1)}
        for engine in ENGINES:
            ports |= {f"{engine}_waiting": In(1), f"{engine}_running": In(1)}
            ports |= {f"{engine}_next": In(NUMBER_BITS), f"{engine}_number": In(NUMBER_BITS)}
        ports |= {"next_number": In(NUMBER_BITS), "error": Out(ERROR_BITS), "number": Out(NUMBER_BITS)}
        super().__init__(name, ports)

    def build(self, m: Module) -> None:
        quiet, late, progress = Signal(32), Signal(), Signal()  # progress: of the cycle before
        m.d.comb += [
            late.eq((quiet == self.limit) & (self.limit != 0) & self.watch & ~progress),
            self.error.eq(Mux(late, Const(Error.WATCHDOG, ERROR_BITS), 0)),
        ]
        m.d.sync += quiet.eq(Mux(self.watch & ~progress & ~late, quiet + 1, 0))
        m.d.sync += progress.eq(self.progress)
        lowest: Value = self.next_number
        for engine in ENGINES:
            has = Cat(getattr(self, f"{engine}_running"), getattr(self, f"{engine}_waiting"))
            own = Mux(has[0], getattr(self, f"{engine}_number"), getattr(self, f"{engine}_next"))
            least = Signal(NUMBER_BITS, name=f"lowest_with_{engine}", reset_less=True)
            m.d.sync += least.eq(Mux(has.any() & (own < lowest), own, lowest))  # nothing moves while it is wanted
            lowest = least
        m.d.comb += self.number.eq(lowest)
