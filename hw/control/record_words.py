"""Records as hardware sees them: the layout of their bits, and checks of what every machine checks."""

from amaranth.hdl import Cat, Const, Value, signed, unsigned
from amaranth.lib import data

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Load, Store
from lowtide.common.records.record import Record

__all__ = ["KIND_BITS", "RECORDS", "mask_of", "out_of_range", "record_layout", "word_bits"]

KIND_BITS = 4  #: the first ones of a record: its kind
#: The records of each engine.
RECORDS: dict[str, type[Load] | type[Exec] | type[Store]] = {"load": Load, "exec": Exec, "store": Store}


def record_layout(record: type[Record]) -> data.StructLayout:
    """The fields of a kind of records as a struct, without gaps, the header's first."""
    fields = record.layout()
    for field, before in zip(fields[1:], fields, strict=False):
        if field.lowest_bit != before.end:
            raise ValueError(
                f"{record.__name__}: field {field.name} begins at bit {field.lowest_bit}, not {before.end}"
            )
    return data.StructLayout(
        {field.name: (signed if field.signed else unsigned)(field.bits) for field in fields},
    )


def word_bits(record: type[Record]) -> int:
    """Bits of a record in memory."""
    return 8 * record.size


def mask_of(record: type[Record]) -> int:
    """Ones in the bits that are 0 in every record of a kind."""
    return record.reserved()


def out_of_range(record: type[Record], word: data.View) -> Value:
    """Whether a field of a record has a value that no machine takes."""
    wrong = []
    for field in record.stated():
        value = word[field.name]
        low, high = (-(1 << field.bits - 1), (1 << field.bits - 1) - 1) if field.signed else (0, (1 << field.bits) - 1)
        if field.least > low:
            wrong.append(value < field.least)
        if field.most < high:
            wrong.append(value > field.most)
    return Cat(wrong).any() if wrong else Const(0, 1)
