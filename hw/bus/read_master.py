"""The master of reads: clients ask for runs of beats, bursts go out, and data come back in each client's order.

The number of a client is the id of its bursts, so a slow answer to one never holds back another. A client asks only for
what it takes without waiting for another client, or all would wait for ever.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..logic.buffer import Registered
from ..logic.unit import Unit
from .axi import BEATS_BITS, fixed, id_bits, read_ports, request_layout
from .bursts import Bursts, burst_layout

__all__ = ["ReadMaster", "beat_layout"]


def beat_layout(bus_bits: int) -> data.StructLayout:
    """A beat that was read; ``bad`` is 1 where the bus answered SLVERR or DECERR."""
    return data.StructLayout({"data": bus_bits, "bad": 1})


class ReadMaster(Unit):
    """Runs of beats to bursts of reads, and their data back.

    Parameters
    ----------
    name : str
        Its units have it before their own names.
    bus_bits : int
        Width of the bus.
    clients : sequence of str
        Names of the clients; where several ask, the first of them is heard.
    outstanding : int
        Bursts that may be on their way at once.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    CLIENT_request : in, stream of :func:`lowtide.hw.bus.axi.request_layout`
        Is taken when its last burst goes out.
    CLIENT_beat : out, stream of :func:`beat_layout`
        In the order asked for.
    m_axi_ar..., m_axi_r...
        The bus. No output depends on an input of the same cycle.
    idle : out, 1 bit
        No burst is on its way.
    """

    def __init__(
        self, name: str, bus_bits: int, clients: Sequence[str], outstanding: int, *, beats_bits: int = BEATS_BITS
    ) -> None:
        self.bus_bits, self.clients, self.outstanding = bus_bits, tuple(clients), outstanding
        self.beats_bits = beats_bits
        ports = {}
        for client in clients:
            ports[f"{client}_request"] = In(stream.Signature(request_layout(bus_bits, beats_bits)))
            ports[f"{client}_beat"] = Out(stream.Signature(beat_layout(bus_bits)))
        super().__init__(name, ports | read_ports(bus_bits, len(clients)) | {"idle": Out(1)})

    def build(self, m: Module) -> None:
        goes, comes = Signal(), Signal()  # a burst's address, a burst's last beat
        flying = Signal(range(self.outstanding + 1))
        m.d.comb += self.idle.eq(flying == 0)
        m.d.sync += flying.eq(flying + goes - comes)
        self.addresses(m, goes, flying != self.outstanding)
        self.data(m, comes)

    def addresses(self, m: Module, goes: Signal, allowed: Signal) -> None:
        """Bursts of the first client that asks go to the bus while they are ``allowed``."""
        bursts, taken = [], []
        before: list[Signal] = []
        room = Signal()
        for client in self.clients:
            request, ready = getattr(self, f"{client}_request"), Signal(name=f"{client}_goes")
            cut = self.place(
                m,
                f"{client}_bursts",
                Bursts(f"{self.name}_bursts", self.bus_bits, beats_bits=self.beats_bits),
                request_valid=request.valid,
                request_data=request.payload,
                burst_ready=ready,
            )
            m.d.comb += [
                request.ready.eq(cut.request_ready),
                ready.eq(room & ~Cat(before).any() if before else room),
            ]
            before.append(cut.burst_valid)
            bursts.append(cut)
            taken.append(cut.burst_valid & ready)
        layout = data.StructLayout({"burst": burst_layout(self.bus_bits), "id": id_bits(len(self.clients))})
        chosen = Signal(layout)
        for number, cut in reversed(list(enumerate(bursts))):
            with m.If(cut.burst_valid):
                m.d.comb += [chosen.burst.eq(cut.burst_data), chosen.id.eq(number)]
        buffer = self.place(
            m,
            "ar",
            Registered(f"{self.name}_ar", layout),
            i_valid=goes,
            i_data=chosen,
            o_ready=self.m_axi_arready,
        )
        out = data.View(layout, buffer.o_data)
        m.d.comb += [
            room.eq(allowed & buffer.i_ready),
            goes.eq(Cat(taken).any()),
            self.m_axi_arvalid.eq(buffer.o_valid),
            self.m_axi_arid.eq(out.id),
            self.m_axi_arlen.eq(out.burst.length),
            self.m_axi_araddr.eq(out.burst.address << (self.bus_bits // 8).bit_length() - 1),
            *fixed(self, "ar", self.bus_bits),
        ]

    def data(self, m: Module, comes: Signal) -> None:
        """Beats from the bus go to the client whose number they have."""
        layout = data.StructLayout({"data": self.bus_bits, "bad": 1, "last": 1, "id": id_bits(len(self.clients))})
        into, ready = Signal(layout), Signal()
        m.d.comb += [
            into.data.eq(self.m_axi_rdata),
            into.bad.eq(self.m_axi_rresp[1]),
            into.last.eq(self.m_axi_rlast),
            into.id.eq(self.m_axi_rid),
        ]
        buffer = self.place(
            m,
            "r",
            Registered(f"{self.name}_r", layout),
            i_valid=self.m_axi_rvalid,
            i_data=into,
            o_ready=ready,
        )
        m.d.comb += self.m_axi_rready.eq(buffer.i_ready)
        out = data.View(layout, buffer.o_data)
        heard = []
        for number, client in enumerate(self.clients):
            beat, its = getattr(self, f"{client}_beat"), out.id == number
            m.d.comb += [
                beat.valid.eq(buffer.o_valid & its),
                beat.payload.data.eq(out.data),
                beat.payload.bad.eq(out.bad),
            ]
            heard.append(its & beat.ready)
        m.d.comb += [ready.eq(Cat(heard).any()), comes.eq(buffer.o_valid & ready & out.last)]
