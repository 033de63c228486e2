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
    "consecutive",
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


def consecutive(config: AcceleratorConfig, address: Value, following: Value, rows: int) -> tuple[Value, Value]:
    """Where atoms with consecutive addresses lie, row r that of ``address + r``.

    Parameters
    ----------
    config : AcceleratorConfig
    address : Value
        Of the first atom, of ``feature_address_bits`` bits.
    following : Value
        The word behind that of the address.
    rows : int
        How many.

    Returns
    -------
    words : Value
        As of :func:`read_layout`.
    bank : Value
    """
    bank, word = address[: config.bank_bits], address[config.bank_bits :]
    beyond = [Cat(bank, Const(0, 1)) + row >= config.rows for row in range(rows)]
    return Cat(Mux(beyond[row], following, word) for row in range(rows)), bank
