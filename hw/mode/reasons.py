"""Why an engine raised its error flag: the reason codes, stable numbers for software to read.

A code is never changed and never used again: software that was built with an older header reads it. Each stands in one
place: that of a mode field whose value is not built in with the field (:class:`lowtide.hw.mode.word.Mode`), all others
in :data:`OTHERS`. The next free code is one above the largest of both.
"""

import enum
from collections.abc import Iterable
from typing import Self

from .field import Field
from .word import FIELDS

__all__ = ["REASON_BITS", "Explained", "Reason", "reasons"]

REASON_BITS = 5  #: width of the port ``reason``: codes 0 to 31

#: The reasons that are no field's: name to code and one line for the documents.
OTHERS = {
    "NONE": (0, "no error"),
    "BUDGET_NOT_LOSSLESS": (16, "job refused: selection is off but the budget cannot hold every term of a group"),
    "NO_CHUNKS": (17, "job refused: it has no chunks"),
    "TERMS_LOST": (18, "a weight beyond w_bits lost terms or digits (with selection off): its result is wrong"),
    "TAIL_TOO_LONG": (19, "job refused: its last chunk has more values than a chunk of this mode"),
    "FORMAT": (20, "job refused: a storage format needs signed operands of more bits than the mode states"),
    "WIDTHS": (21, "job refused: these x_bits, w_bits, formats and this `diagonal` are not built in together"),
    "WEIGHT_CODE": (22, "a weight had a code without meaning (ternary 2): its result is wrong"),
}


class Explained(enum.IntEnum):
    """Codes that each have a meaning, one line for the documents."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


def reasons(fields: Iterable[Field], others: dict[str, tuple[int, str]], bits: int) -> type[Explained]:
    """The enumeration of all reason codes, in their order.

    Parameters
    ----------
    fields : sequence of lowtide.hw.mode.field.Field
        Fields of the mode word: each has the reason ``UNSUPPORTED_NAME``.
    others : dict
        Name to code and meaning of the other reasons.
    bits : int
        Width of a code.

    Raises
    ------
    ValueError
        Two reasons with one code, or a code that does not fit.
    """
    found = dict(others)
    for field in fields:
        line = f"job refused: this value of `{field.name}` is not built in"
        found[f"UNSUPPORTED_{field.name.upper()}"] = field.reason, line
    owners: dict[int, str] = {}
    for name, (code, _) in found.items():
        if code in owners:
            raise ValueError(f"reason code of {name} is {code}, that of {owners[code]}: allowed are codes of its own")
        if not 0 <= code < 1 << bits:
            raise ValueError(
                f"reason code of {name} is {code}, allowed in {bits} bits are 0 to {(1 << bits) - 1}: widen REASON_BITS"
            )
        owners[code] = name
    members = {owners[code]: found[owners[code]] for code in sorted(owners)}
    return Explained("Reason", members)  # type: ignore[arg-type,return-value]  # the call that makes an enumeration


Reason = reasons(FIELDS, OTHERS, REASON_BITS)
