"""What the masters of the AXI4 bus share: the ports of its channels and what never changes in them.

Addresses have 32 bits and count bytes; inside of the machine the bus is addressed by whole beats. Every burst is of
kind INCR, its beats are as wide as the bus, and it stays inside of 4,096 bytes.
"""

from typing import Any

from amaranth.lib import data
from amaranth.lib.wiring import In, Out

__all__ = [
    "ADDRESS_BITS",
    "BEATS_BITS",
    "PAGE",
    "beat_bits",
    "fixed",
    "id_bits",
    "read_ports",
    "request_layout",
    "write_ports",
]

ADDRESS_BITS = 32  #: of a byte in external memory
BEATS_BITS = 30  #: of a number of beats: all of external memory with 32 bits
PAGE = 4096  #: bytes that a burst stays inside of
_INCREMENT = 0b01
_CACHE = 0b0011  #: normal, not cacheable, bufferable
_PROTECTION = 0b000  #: unprivileged, secure, data


def beat_bits(bus_bits: int) -> int:
    """Width of the address of a beat of a bus of so many bits."""
    return ADDRESS_BITS - (bus_bits // 8).bit_length() + 1


def id_bits(clients: int) -> int:
    """Width of the number of one of so many clients, at least 1."""
    return max(1, (clients - 1).bit_length())


def request_layout(bus_bits: int, beats_bits: int = BEATS_BITS) -> data.StructLayout:
    """What a client asks for: the address of the first beat, and how many beats follow each other (at least 1), a
    number of ``beats_bits`` bits."""
    return data.StructLayout({"address": beat_bits(bus_bits), "beats": beats_bits})


def _address_ports(letters: str, clients: int) -> dict[str, Any]:
    return {
        f"m_axi_{letters}id": Out(id_bits(clients)),
        f"m_axi_{letters}addr": Out(ADDRESS_BITS),
        f"m_axi_{letters}len": Out(8),
        f"m_axi_{letters}size": Out(3),
        f"m_axi_{letters}burst": Out(2),
        f"m_axi_{letters}cache": Out(4),
        f"m_axi_{letters}prot": Out(3),
        f"m_axi_{letters}valid": Out(1),
        f"m_axi_{letters}ready": In(1),
    }


def read_ports(bus_bits: int, clients: int) -> dict[str, Any]:
    """The ports of a master's two channels of reads."""
    return _address_ports("ar", clients) | {
        "m_axi_rid": In(id_bits(clients)),
        "m_axi_rdata": In(bus_bits),
        "m_axi_rresp": In(2),
        "m_axi_rlast": In(1),
        "m_axi_rvalid": In(1),
        "m_axi_rready": Out(1),
    }


def write_ports(bus_bits: int, clients: int) -> dict[str, Any]:
    """The ports of a master's three channels of writes."""
    return _address_ports("aw", clients) | {
        "m_axi_wdata": Out(bus_bits),
        "m_axi_wstrb": Out(bus_bits // 8),
        "m_axi_wlast": Out(1),
        "m_axi_wvalid": Out(1),
        "m_axi_wready": In(1),
        "m_axi_bid": In(id_bits(clients)),
        "m_axi_bresp": In(2),
        "m_axi_bvalid": In(1),
        "m_axi_bready": Out(1),
    }


def fixed(unit: Any, letters: str, bus_bits: int) -> list[Any]:
    """Assignments to the ports of an address channel (``ar`` or ``aw``) that are the same for all bursts."""
    return [
        getattr(unit, f"m_axi_{letters}size").eq((bus_bits // 8).bit_length() - 1),
        getattr(unit, f"m_axi_{letters}burst").eq(_INCREMENT),
        getattr(unit, f"m_axi_{letters}cache").eq(_CACHE),
        getattr(unit, f"m_axi_{letters}prot").eq(_PROTECTION),
    ]
