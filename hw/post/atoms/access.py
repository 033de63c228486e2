"""Accesses to the feature memory from a group of pixels: the atoms of all rows, an offset further.

A group has the word of an atom for each row, those of its first block of channels, and the bank of row 0; row r has
bank ``bank + r``, or where rows are shuffled ``bank + shuffled(r)``. An *offset*, the same for all rows, leads to other
blocks and bit planes. Rows whose bank wraps carry into their words::

    address of row r = word R + bank of r        words are computed with one more bit, 1 in those beyond the memory
"""

from typing import NamedTuple

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.ports import shuffled
from ...memory.rotator import Rotator

__all__ = ["Access", "access", "group_layout"]


def group_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A group of pixels, as :class:`lowtide.hw.feeders.group_buffer.GroupBuffer` gives it: words of its rows, ``head``
    the bank of row 0, ``present`` a bit for each row that has a pixel, and whether it is the last of the record."""
    return data.StructLayout(
        {
            "rows": data.ArrayLayout(config.bank_address_bits + 1, config.rows),
            "head": config.bank_bits,
            "present": config.rows,
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
        A 1 for each row that has a pixel whose atom is beyond the memory.
    """

    words: Value
    rows: Value
    bank: Value
    beyond: Value


def carries(m: Module, unit: Unit, config: AcceleratorConfig, head: Value, offset: Value) -> Value:
    """For the place of each row, whether its bank wraps ``offset`` atoms further than that of a group of this head.

    Parameters
    ----------
    m, unit : Module, Unit
        What gets the logic.
    config : AcceleratorConfig
    head, offset : Value
        As of :func:`access`.
    """
    rows, bank = config.rows, offset[: config.bank_bits]
    of_banks = Cat(Cat(bank, Const(0, 1)) + place >= rows for place in range(rows))
    rotator = Rotator(f"{config.top}_carry_rotator", count=rows, width=1, direction="down")
    found: Value = unit.place(m, "carry_rotator", rotator, amount=head, i=of_banks).o
    return found


def access(
    m: Module,
    config: AcceleratorConfig,
    group: data.View,
    offset: Value,
    carry: Value,
    shuffle: Value | None = None,
) -> Access:
    """The atoms of a group's rows, ``offset`` atoms further.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : AcceleratorConfig
    group : View of :func:`group_layout`
    offset : Value
        Of :func:`lowtide.hw.memory.ports.address_bits` bits.
    carry : Value
        That of :func:`carries`.
    shuffle : Value, optional
        Whether rows are shuffled.
    """
    rows, words = config.rows, []
    bank, word = offset[: config.bank_bits], offset[config.bank_bits :]
    beyond = Signal(rows, name="rows_beyond")
    for row in range(rows):
        own = carry[row] if shuffle is None else Mux(shuffle, carry[shuffled(row, rows)], carry[row])
        sum_word = Signal(config.bank_address_bits + 1, name=f"word_{row}")
        m.d.comb += [
            sum_word.eq((Cat(Const(1, 1), group.rows[row]) + Cat(own, word))[1:]),
            beyond[row].eq(group.present[row] & sum_word[-1]),
        ]
        words.append(sum_word[:-1])
    return Access(
        words=Cat(words),
        rows=group.present & ~beyond,
        bank=(group.head + bank)[: config.bank_bits],
        beyond=beyond,
    )
