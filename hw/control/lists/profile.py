"""Writes the entries of records that have ended to memory, 32 bytes each, one behind the other as they end."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ...bus.axi import ADDRESS_BITS, request_layout
from ...bus.write_master import written_layout
from ...logic.unit import Unit
from .blocks import PROFILE
from .dispatch import NUMBER_BITS
from .lane import entry_layout
from .tokens import ENGINES

__all__ = ["Profile"]


class Profile(Unit):
    """Entries of the three lanes to the bus; of several that wait the first engine's is next.

    Parameters
    ----------
    name : str
    bus_bits : int
        Width of the bus.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    start : in, 1 bit
        For one cycle: the next entry is the first.
    address : in, 27 bits
        Of the first entry, in entries.
    base, limit : in, 32 bits
        First and last byte of the window for writes. An entry beyond is dropped.
    ENGINE_entry : in, streams of :func:`lowtide.hw.control.lists.lane.entry_layout`
    request, beat : out, streams
        To the master of writes.
    idle : out, 1 bit
        No entry is on its way to the bus.
    outside : out, 1 bit
        For one cycle: an entry is beyond the window.
    number : out, NUMBER_BITS bits
        Of the record whose entry was taken last.
    entries : out, 27 bits
        That were taken since ``start``.
    """

    def __init__(self, name: str, bus_bits: int, beats_bits: int) -> None:
        self.bus_bits = bus_bits
        ports: dict[str, object] = {
            "start": In(1),
            "address": In(PROFILE.number_bits),
            "base": In(ADDRESS_BITS),
            "limit": In(ADDRESS_BITS),
        }
        ports |= {f"{engine}_entry": In(stream.Signature(entry_layout())) for engine in ENGINES}
        super().__init__(
            name,
            ports
            | {
                "request": Out(stream.Signature(request_layout(bus_bits, beats_bits))),
                "beat": Out(stream.Signature(written_layout(bus_bits))),
                "idle": Out(1),
                "outside": Out(1),
                "number": Out(NUMBER_BITS),
                "entries": Out(PROFILE.number_bits),
            },
        )

    def build(self, m: Module) -> None:
        beats = 8 * PROFILE.size // self.bus_bits
        entry = Signal(entry_layout(), reset_less=True)
        asking, part, giving = Signal(), Signal(range(max(2, beats))), Signal()
        at = Signal(PROFILE.number_bits)
        ready, taken, inside = Signal(), Signal(), Signal()
        chosen, last = Signal(entry_layout()), Signal(NUMBER_BITS, reset_less=True)
        before: list[Signal] = []
        for engine in ENGINES:
            source = getattr(self, f"{engine}_entry")
            m.d.comb += source.ready.eq(ready & ~Cat(before).any() if before else ready)
            before.append(source.valid)
        for engine in reversed(ENGINES):
            source = getattr(self, f"{engine}_entry")
            with m.If(source.valid):
                m.d.comb += chosen.eq(source.payload)
        m.d.comb += [
            ready.eq(~asking & ~giving),
            taken.eq(ready & Cat(before).any()),
            inside.eq(PROFILE.are_inside(at, self.base, self.limit)),
            self.outside.eq(taken & ~inside),
            self.number.eq(last),
            self.idle.eq(~asking & ~giving),
            self.request.valid.eq(asking),
            self.request.payload.beats.eq(beats),
            self.beat.valid.eq(giving),
            self.beat.payload.data.eq(entry.as_value().word_select(part, self.bus_bits)),
            self.beat.payload.strobe.eq(~0),
        ]
        where = Signal.like(at, reset_less=True)
        m.d.comb += self.request.payload.address.eq(PROFILE.beat_address(where, self.bus_bits))
        with m.If(taken):
            m.d.sync += [
                entry.eq(chosen),
                last.eq(chosen.number),
                asking.eq(inside),
                giving.eq(inside),
                where.eq(at),
                at.eq(at + 1),
                self.entries.eq(self.entries + 1),
                part.eq(0),
            ]
        with m.Else():
            with m.If(self.request.ready):
                m.d.sync += asking.eq(0)
            with m.If(giving & self.beat.ready):
                m.d.sync += [part.eq(part + 1), giving.eq(part != beats - 1)]
        with m.If(self.start):
            m.d.sync += [at.eq(self.address), self.entries.eq(0)]
