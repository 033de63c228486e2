"""Accesses to the feature memory from a group of pixels: the atoms of all rows, an offset further.

A group has the address of an atom for each row, those of its first block of channels. An *offset*, the same for all
rows, leads to other blocks and bit planes. Addresses are computed modulo twice the memory's atoms, so the highest bit
of one says that it is beyond the memory.
"""

from typing import NamedTuple

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import data

from ..config.accelerator_config import AcceleratorConfig
from ..memory.ports import address_bits

__all__ = ["Access", "access", "group_layout"]


def group_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A group of pixels: atom addresses of its rows, how many rows it has, and whether it is the last of the record."""
    return data.StructLayout(
        {
            "rows": data.ArrayLayout(address_bits(config), config.rows),
            "count": config.rows.bit_length(),
            "last": 1,
        }
    )


class Access(NamedTuple):
    """Atoms of all rows.

    Parameters
    ----------
    words : Value
        Addresses within banks, row 0 lowest.
    rows : Value
        A 1 for each row that has a pixel, and whose atom is in the memory.
    bank : Value
        Of row 0.
    beyond : Value
        Whether the atom of a row that has a pixel is beyond the memory.
    counts : Value
        A 1 for each row that has a pixel.
    """

    words: Value
    rows: Value
    bank: Value
    beyond: Value
    counts: Value


def access(m: Module, config: AcceleratorConfig, group: data.View, offset: Value) -> Access:
    """The atoms of a group's rows, ``offset`` atoms further."""
    addresses = [Signal(address_bits(config), name=f"address_{row}") for row in range(config.rows)]
    counts, beyond = Signal(config.rows, name="counts"), Signal(config.rows, name="beyond")
    for row, address in enumerate(addresses):
        m.d.comb += [
            address.eq(group.rows[row] + offset),
            counts[row].eq(group.count > row),
            beyond[row].eq(counts[row] & address[-1]),
        ]
    return Access(
        words=Cat(address[config.bank_bits : -1] for address in addresses),
        rows=counts & ~beyond,
        bank=addresses[0][: config.bank_bits],
        beyond=beyond.any(),
        counts=counts,
    )
