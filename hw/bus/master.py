"""The machine's AXI4 master: the master of reads and the master of writes side by side."""

from collections.abc import Sequence

from amaranth.hdl import Module
from amaranth.lib.wiring import In, Member

from ..logic.unit import Unit
from .axi import BEATS_BITS
from .read_master import ReadMaster
from .write_master import WriteMaster

__all__ = ["Master"]


class Master(Unit):
    """Five channels of an AXI4 bus, for clients that read and clients that write.

    Parameters
    ----------
    name : str
    bus_bits : int
        Width of the bus.
    readers, writers : sequence of str
        Names of the clients.
    outstanding : int
        Bursts of reads that may be on their way, and responses that a client that writes may wait for.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    CLIENT_..., idle, m_axi_...
        Those of :class:`lowtide.hw.bus.read_master.ReadMaster` and
        :class:`lowtide.hw.bus.write_master.WriteMaster`.
    """

    def __init__(
        self,
        name: str,
        bus_bits: int,
        *,
        readers: Sequence[str],
        writers: Sequence[str],
        outstanding: int,
        beats_bits: int = BEATS_BITS,
    ) -> None:
        self.read = ReadMaster(f"{name}_read", bus_bits, readers, outstanding, beats_bits=beats_bits)
        self.write = WriteMaster(f"{name}_write", bus_bits, writers, outstanding, beats_bits=beats_bits)
        members: dict[str, Member] = {}
        for half in (self.read, self.write):
            members |= half.signature.members
        super().__init__(name, members)

    def build(self, m: Module) -> None:
        own = {name: value for name, value, _ in self.ports()}
        for instance, half in (("read", self.read), ("write", self.write)):
            ports = list(half.ports())
            inputs = {name: own[name] for name, _, member in ports if member.flow == In}
            outputs = self.place(m, instance, half, **inputs)
            m.d.comb += [own[name].eq(getattr(outputs, name)) for name, _, member in ports if member.flow != In]
