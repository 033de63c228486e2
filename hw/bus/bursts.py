"""Cuts what a client asks for into bursts of the bus.

A burst ends where the request does, or at the next multiple of its longest length: it is a power of two of beats that
divides 4,096 bytes, so no burst crosses a boundary of these.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .axi import BEATS_BITS, PAGE, beat_bits, request_layout

__all__ = ["LONGEST", "Bursts", "burst_layout", "longest_burst"]

LONGEST = 256  #: beats of a burst that AXI4 allows


def longest_burst(bus_bits: int, most: int = LONGEST) -> int:
    """Beats of the longest burst: at most ``most``, a power of two, and at most 4,096 bytes."""
    return min(most, PAGE * 8 // bus_bits)


def burst_layout(bus_bits: int) -> data.StructLayout:
    """A burst: address of its first beat, number of its beats less one, whether it is the last of its request."""
    return data.StructLayout({"address": beat_bits(bus_bits), "length": 8, "last": 1})


class Bursts(Unit):
    """Requests of any length to bursts, one each cycle.

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
    burst : out, stream of :func:`burst_layout`
    """

    def __init__(self, name: str, bus_bits: int, most: int = LONGEST, *, beats_bits: int = BEATS_BITS) -> None:
        self.bus_bits, self.longest = bus_bits, longest_burst(bus_bits, most)
        super().__init__(
            name,
            {
                "request": In(stream.Signature(request_layout(bus_bits, beats_bits))),
                "burst": Out(stream.Signature(burst_layout(bus_bits))),
            },
        )

    def build(self, m: Module) -> None:
        address = Signal(beat_bits(self.bus_bits), reset_less=True)
        held = Signal.like(self.request.payload.beats, name="held", reset_less=True)
        begun = Signal()  # the request has had a burst
        at, beats = Signal.like(address), Signal.like(held)  # of the burst; those that no burst has had yet
        place = (self.longest - 1).bit_length()  # bits of the address of a beat within the longest burst
        room, ends = Signal(range(self.longest + 1)), Signal()
        above = Cat(beats[place + 1 :], Const(0, 1))  # requests may be too short for a burst of the longest
        m.d.comb += [
            at.eq(Mux(begun, address, self.request.payload.address)),
            beats.eq(Mux(begun, held, self.request.payload.beats)),
            room.eq(self.longest - at[:place]),
            ends.eq(~above.any() & (beats[: place + 1] <= room)),
            self.burst.valid.eq(self.request.valid),
            self.burst.payload.address.eq(at),
            self.burst.payload.length.eq(Mux(ends, beats[: place + 1] - 1, ~at[:place])),  # room - 1 is what at lacks
            self.burst.payload.last.eq(ends),
            self.request.ready.eq(self.burst.ready & ends),
        ]
        with m.If(self.burst.valid & self.burst.ready):
            m.d.sync += [begun.eq(~ends), address.eq(at + room), held.eq(beats - room)]  # not used where it ends
