"""Cuts what a client asks for into bursts of the bus, each a register before it is wanted.

As :class:`lowtide.hw.bus.bursts.Bursts`, for a master that compares a burst with much else before it goes out: neither
the request nor how it is cut is in a path of the cycle in which it goes::

    cycle          0    1    2    3    4
    request        a    a    a    b    b         a has two bursts
    burst.valid         1    1         1
    burst.ready         1    1
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .axi import BEATS_BITS, beat_bits, request_layout
from .bursts import burst_layout, longest_burst

__all__ = ["BurstsAhead"]


class BurstsAhead(Unit):
    """Requests of any length to bursts, one each cycle but for the first of a request, which comes a cycle later.

    Parameters
    ----------
    name : str
    bus_bits : int
        Width of the bus.
    most : int
        Beats of the longest burst, a power of two.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    request : in, stream of :func:`lowtide.hw.bus.axi.request_layout`
        Is taken when its last burst is.
    anew : in, 1 bit
        There will be another request in the next cycle, though none is taken; only where this one is not ``begun``,
        and no burst goes out.
    burst : out, stream of :func:`lowtide.hw.bus.bursts.burst_layout`
    left : out, ``beats_bits`` bits
        Beats of the request that no burst has had yet, where a burst is there.
    beats : out
        Of the burst.
    begun : out, 1 bit
        The request has had a burst.
    """

    def __init__(self, name: str, bus_bits: int, most: int, *, beats_bits: int = BEATS_BITS) -> None:
        self.bus_bits, self.longest = bus_bits, longest_burst(bus_bits, most)
        super().__init__(
            name,
            {
                "request": In(stream.Signature(request_layout(bus_bits, beats_bits))),
                "anew": In(1),
                "burst": Out(stream.Signature(burst_layout(bus_bits))),
                "left": Out(beats_bits),
                "beats": Out(range(self.longest + 1)),
                "begun": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        known = Signal()  # the burst is that of the request
        address = Signal(beat_bits(self.bus_bits), reset_less=True)
        held = Signal.like(self.left, name="held", reset_less=True)
        length = Signal(range(self.longest + 1), reset_less=True)  # of the burst
        last = Signal(reset_less=True)
        place = (self.longest - 1).bit_length()  # bits of the address of a beat within the longest burst
        m.d.comb += [
            self.burst.valid.eq(known),
            self.burst.payload.address.eq(address),
            self.burst.payload.length.eq(length - 1),
            self.beats.eq(length),
            self.burst.payload.last.eq(last),
            self.request.ready.eq(known & self.burst.ready & last),
            self.left.eq(held),
        ]
        at, beats = Signal.like(address), Signal.like(held)  # of the burst behind this one, or of the first
        room, ends = Signal.like(length), Signal()
        above = Cat(beats[place + 1 :], Const(0, 1))  # requests may be too short for a burst of the longest
        m.d.comb += [
            at.eq(Mux(known, Cat(Const(0, place), address[place:] + 1), self.request.payload.address)),
            beats.eq(Mux(known, held - length, self.request.payload.beats)),
            room.eq(self.longest - at[:place]),
            ends.eq(~above.any() & (beats[: place + 1] <= room)),
        ]
        with m.If(Mux(known, self.burst.ready, self.request.valid)):
            m.d.sync += [
                known.eq(~known | ~last),
                self.begun.eq(known & ~last),
                address.eq(at),
                held.eq(beats),
                length.eq(Mux(ends, beats, room)),
                last.eq(ends),
            ]
        with m.If(self.anew):
            m.d.sync += known.eq(0)
