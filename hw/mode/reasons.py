"""Why an engine raised its error flag: the reason codes, stable numbers for software to read."""

import enum

from .word import FIELDS

__all__ = ["Reason", "REASON_BITS", "meaning"]

#: One code for each field of the mode word (the value is not built in), then the codes of whole jobs.
Reason = enum.IntEnum("Reason", {
    "NONE": 0,
    **{f"UNSUPPORTED_{field.name.upper()}": code for code, field in enumerate(FIELDS, start=1)},
    "BUDGET_NOT_LOSSLESS": 16,
    "NO_CHUNKS": 17,
    "TERMS_LOST": 18,
    "TAIL_TOO_LONG": 19,
    "FORMAT": 20,
    "WIDTHS": 21,
    "WEIGHT_CODE": 22,
})
REASON_BITS = 5

MEANINGS = {
    Reason.NONE: "no error",
    Reason.BUDGET_NOT_LOSSLESS: "job refused: selection is off but the budget cannot hold every term of a group",
    Reason.NO_CHUNKS: "job refused: it has no chunks",
    Reason.TERMS_LOST: "a weight beyond w_bits lost terms or digits (with selection off): its result is wrong",
    Reason.TAIL_TOO_LONG: "job refused: its last chunk has more values than a chunk of this mode",
    Reason.FORMAT: "job refused: a storage format needs signed operands of more bits than the mode states",
    Reason.WIDTHS: "job refused: this pair of x_bits, w_bits and formats is not built in",
    Reason.WEIGHT_CODE: "a weight had a code without meaning (ternary 2): its result is wrong",
}


def meaning(reason):
    """One line for the documents."""
    return MEANINGS.get(reason) or f"job refused: this value of `{reason.name[12:].lower()}` is not built in"
