"""What passes between the memories of an accelerator and those that read and write them.

Every client of the feature memory has the same interface: up to R words, one in each bank, in the order of the rows of
the array. Row r has bank ``bank + r`` modulo R (a write may shuffle its rows, see :func:`shuffled`), so any R
consecutive atoms are one access::

    cycle     0        1
    request   taken    .
    answer    .        R atoms, row 0 lowest     READ_LATENCY cycles later, for this cycle only

Atom addresses are computed modulo twice the atoms of the memory, :func:`address_bits`: one whose highest bit is 1 is
beyond the memory, and not accessed.
"""

from amaranth.hdl import Cat, Const, Mux, Shape, Value
from amaranth.lib import data

from lowtide.common.records.execute import Exec

from ..config.accelerator_config import AcceleratorConfig

__all__ = [
    "READ_LATENCY",
    "address_bits",
    "banks_layout",
    "consecutive",
    "consecutive_by_bank",
    "loaded_layout",
    "read_layout",
    "record_layout",
    "shuffled",
    "write_layout",
]

READ_LATENCY = 1  #: cycles from the one in which a read is taken to the one that has its answer


def address_bits(config: AcceleratorConfig) -> int:
    """Width in which atom addresses are computed: one bit more than they need, 1 in those beyond the memory."""
    return config.feature_address_bits + 1


def record_layout(*names: str) -> data.StructLayout:
    """Some fields of the record EXEC, as wide as there, in the order of the record."""
    return data.StructLayout(
        {field.name: Shape(field.bits, field.signed) for field in Exec.layout() if field.name in names}
    )


def read_layout(config: AcceleratorConfig, rows: int | None = None) -> data.StructLayout:
    """A read of the feature memory, of all rows or of so many.

    ``words``: address of each row's word within its bank; ``rows``: one bit for each row that is read, the answer of
    the others is undefined; ``bank``: that of row 0.
    """
    return data.StructLayout(
        {
            "words": data.ArrayLayout(config.bank_address_bits, rows or config.rows),
            "rows": rows or config.rows,
            "bank": config.bank_bits,
        }
    )


def banks_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A read of R consecutive atoms, told bank by bank, so that nothing is rotated on its way.

    ``words``: address of each bank's word; ``bank``: that of row 0. Every bank is read.
    """
    return data.StructLayout(
        {"words": data.ArrayLayout(config.bank_address_bits, config.rows), "bank": config.bank_bits}
    )


def write_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A write of the feature memory: as a read, with ``data``, an atom for each row, and ``shuffle``, whether row r has
    bank ``bank + shuffled(r, R)`` instead of ``bank + r``."""
    return data.StructLayout(
        read_layout(config).members | {"data": data.ArrayLayout(config.atom_bits, config.rows), "shuffle": 1}
    )


def loaded_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A write of LOAD: never shuffled, and of the first rows alone, as many as a beat of the bus has atoms."""
    rows = config.atoms_per_bus_beat
    return data.StructLayout(read_layout(config, rows).members | {"data": data.ArrayLayout(config.atom_bits, rows)})


def shuffled(row: int, rows: int) -> int:
    """The place of a row whose pixels are stored apart by even and odd columns: ``(row mod 2) R / 2 + row div 2``."""
    return row % 2 * (rows // 2) + row // 2


def consecutive(config: AcceleratorConfig, bank: Value, word: Value, following: Value, rows: int) -> Value:
    """Where atoms with consecutive addresses lie, row by row.

    Parameters
    ----------
    config : AcceleratorConfig
    bank, word : Value
        Of the first atom.
    following : Value
        The word behind that one.
    rows : int
        How many.

    Returns
    -------
    Value
        The words of :func:`read_layout`.
    """
    return Cat(Mux(Cat(bank, Const(0, 1)) + row >= config.rows, following, word) for row in range(rows))


def consecutive_by_bank(config: AcceleratorConfig, bank: Value, word: Value, following: Value) -> Value:
    """Where R atoms with consecutive addresses lie, bank by bank: the words of :func:`banks_layout`. Parameters as of
    :func:`consecutive`."""
    others = [Mux(bank > place, following, word) for place in range(config.rows - 1)]
    return Cat(*others, word)  # an atom of the last bank is never behind the word
