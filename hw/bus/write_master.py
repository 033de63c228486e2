"""The master of writes: clients give runs of beats and their data, bursts go out when all their data are there.

So a burst never holds the bus while it waits for data. Bursts are short, as they are collected first: 16 beats. Every
response is counted; a client's writes have arrived when none of its responses is missing.
"""

from collections.abc import Sequence
from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..logic.buffer import Registered
from ..logic.unit import Unit
from ..memory.queue import Queue
from .axi import BEATS_BITS, fixed, id_bits, request_layout, write_ports
from .bursts import burst_layout, longest_burst
from .bursts_ahead import BurstsAhead

__all__ = ["WRITE_BEATS", "WriteMaster", "written_layout"]

WRITE_BEATS = 16  #: of the longest burst of writes


def written_layout(bus_bits: int) -> data.StructLayout:
    """A beat to write, and which of its bytes count."""
    return data.StructLayout({"data": bus_bits, "strobe": bus_bits // 8})


class WriteMaster(Unit):
    """Runs of beats with their data to bursts of writes.

    Parameters
    ----------
    name : str
        Its units have it before their own names.
    bus_bits : int
        Width of the bus.
    clients : sequence of str
        Names of the clients. One that asks has its turn when the request of another has gone out.
    outstanding : int
        Responses of a client that may be missing at once.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    CLIENT_request : in, stream of :func:`lowtide.hw.bus.axi.request_layout`
        Is taken when its last burst goes out. Valid no later than the first of its data.
    CLIENT_beat : in, stream of :func:`written_layout`
        The data of the requests, one behind the other.
    CLIENT_missing : out, 1 bit
        Responses to bursts that went out are missing.
    CLIENT_bad : out, 1 bit
        For one cycle: a response is SLVERR or DECERR.
    m_axi_aw..., m_axi_w..., m_axi_b...
        The bus. No output depends on an input of the same cycle.
    """

    def __init__(
        self, name: str, bus_bits: int, clients: Sequence[str], outstanding: int, *, beats_bits: int = BEATS_BITS
    ) -> None:
        self.bus_bits, self.clients, self.outstanding = bus_bits, tuple(clients), outstanding
        self.beats_bits = beats_bits
        self.longest = longest_burst(bus_bits, WRITE_BEATS)
        ports = {}
        for client in clients:
            ports[f"{client}_request"] = In(stream.Signature(request_layout(bus_bits, beats_bits)))
            ports[f"{client}_beat"] = In(stream.Signature(written_layout(bus_bits)))
            ports[f"{client}_missing"] = Out(1)
            ports[f"{client}_bad"] = Out(1)
        super().__init__(name, ports | write_ports(bus_bits, len(clients)))

    def build(self, m: Module) -> None:
        several = len(self.clients) > 1
        owner = Signal(id_bits(len(self.clients))) if several else Const(0, 1)  # the client that writes
        its = SimpleNamespace(  # of the owner
            request=Signal(request_layout(self.bus_bits, self.beats_bits), name="request"),
            beat=Signal(written_layout(self.bus_bits), name="beat"),
            asks=Signal(name="asks"),
            gives=Signal(name="gives"),
            asked=Signal(name="asked"),  # its request can be taken
            taken=Signal(name="taken"),  # its beat can
            waits=Signal(range(self.longest + 3), name="waits"),  # beats that are collected for bursts yet to go
            whole=Signal(name="whole"),  # that is all of its request, were that not begun
            others=Signal(name="others"),  # another client asks
            turns=Signal(name="turns"),  # it may become the owner
        )
        for number, client in enumerate(self.clients):
            its_request, its_beat = getattr(self, f"{client}_request"), getattr(self, f"{client}_beat")
            waiting = [
                (place % len(self.clients), getattr(self, f"{self.clients[place % len(self.clients)]}_request").valid)
                for place in range(number + 1, number + len(self.clients))
            ]
            with m.If(owner == number):
                m.d.comb += [
                    its.request.eq(its_request.payload),
                    its.beat.eq(its_beat.payload),
                    its.asks.eq(its_request.valid),
                    its.whole.eq(its_request.payload.beats <= its.waits),
                    its.gives.eq(its_beat.valid),
                    its_request.ready.eq(its.asked),
                    its_beat.ready.eq(its.taken),
                    its.others.eq(Cat(valid for _, valid in waiting).any() if several else 0),
                ]
                for place, valid in reversed(waiting):
                    with m.If(its.turns & valid):
                        m.d.sync += owner.eq(place)
        self.bursts(m, owner, its)

    def bursts(self, m: Module, owner: Value, its: SimpleNamespace) -> None:
        """A burst begins when its data are collected: its address goes out, its beats follow one a cycle.

        While another client asks nothing is collected beyond the request that has begun, so its turn comes behind that.
        """
        goes, leaves, holds, enough = Signal(), Signal(), Signal(), Signal()
        served = Signal()  # a request of the owner has gone out since its turn began
        collected = self.place(
            m,
            "collected",
            # a burst, the last beat of the one before, and one that comes meanwhile: a beat goes out in every cycle
            Queue(f"{self.name}_collected", width=written_layout(self.bus_bits).size, most=self.longest + 2),
            start=0,
            i_valid=its.gives & ~holds,
            i_data=its.beat,
            o_ready=leaves,
        )
        cut = self.place(
            m,
            "bursts",
            BurstsAhead(f"{self.name}_bursts", self.bus_bits, self.longest, beats_bits=self.beats_bits),
            request_valid=its.asks,
            request_data=its.request,
            anew=its.turns,
            burst_ready=goes,
        )
        left = Signal(range(self.longest + 1))  # beats of the burst that leaves
        enters, begun = its.gives & ~holds & collected.i_ready, Mux(goes, cut.beats, 0)
        m.d.comb += [
            enough.eq(Mux(its.asks, Mux(cut.burst_valid, cut.left <= its.waits, its.whole), its.waits == 0)),
            holds.eq(its.turns | (its.others & enough)),
            its.taken.eq(collected.i_ready & ~holds),
            its.turns.eq(its.others & (its.waits == 0) & ~cut.begun & (served | ~its.asks)),
        ]
        with m.If(its.turns):
            m.d.sync += served.eq(0)
        with m.Elif(its.asks & its.asked):
            m.d.sync += served.eq(1)
        last = Signal()
        layout = data.StructLayout({"burst": burst_layout(self.bus_bits), "id": id_bits(len(self.clients))})
        chosen = Signal(layout)
        m.d.comb += [its.asked.eq(cut.request_ready), chosen.burst.eq(cut.burst_data), chosen.id.eq(owner)]
        address = self.place(
            m,
            "aw",
            Registered(f"{self.name}_aw", layout),
            i_valid=goes,
            i_data=chosen,
            o_ready=self.m_axi_awready,
        )
        out = data.View(layout, address.o_data)
        beats = data.StructLayout({"beat": written_layout(self.bus_bits), "last": 1})
        written = self.place(
            m,
            "w",
            Registered(f"{self.name}_w", beats),
            i_valid=left != 0,
            i_data=Cat(collected.o_data, last),
            o_ready=self.m_axi_wready,
        )
        shown = data.View(beats, written.o_data)
        full = self.responses(m, owner, goes)
        m.d.comb += [
            last.eq(left == 1),
            leaves.eq((left != 0) & written.i_ready),
            goes.eq(
                cut.burst_valid & ((left == 0) | (last & leaves)) & (its.waits >= cut.beats) & address.i_ready & ~full
            ),
            self.m_axi_awvalid.eq(address.o_valid),
            self.m_axi_awid.eq(out.id),
            self.m_axi_awlen.eq(out.burst.length),
            self.m_axi_awaddr.eq(out.burst.address << (self.bus_bits // 8).bit_length() - 1),
            *fixed(self, "aw", self.bus_bits),
            self.m_axi_wvalid.eq(written.o_valid),
            self.m_axi_wdata.eq(shown.beat.data),
            self.m_axi_wstrb.eq(shown.beat.strobe),
            self.m_axi_wlast.eq(shown.last),
        ]
        m.d.sync += [left.eq(Mux(goes, begun, left - leaves)), its.waits.eq(its.waits + enters - begun)]

    def responses(self, m: Module, owner: Value, goes: Signal) -> Signal:
        """Counts the responses that are missing, client by client; returns whether the owner may send no more."""
        full = Signal()
        m.d.comb += self.m_axi_bready.eq(1)
        for number, client in enumerate(self.clients):
            missing = Signal(range(self.outstanding + 1), name=f"{client}_responses")
            comes, sends = Signal(name=f"{client}_answered"), Signal(name=f"{client}_sends")
            m.d.comb += [
                comes.eq(self.m_axi_bvalid & (self.m_axi_bid == number)),
                sends.eq(goes & (owner == number)),
                getattr(self, f"{client}_missing").eq(missing != 0),
                getattr(self, f"{client}_bad").eq(comes & self.m_axi_bresp[1]),
            ]
            m.d.sync += missing.eq(missing + sends - comes)
            with m.If(owner == number):
                m.d.comb += full.eq(missing == self.outstanding)
        return full
