"""Codes of the machine's errors: stable numbers for software to read."""

from enum import IntEnum
from typing import Self

__all__ = ["ERROR_BITS", "Error", "MachineError"]

ERROR_BITS = 4  #: width of a code


class Error(IntEnum):
    """Why the machine stopped: a code and one line for the documents. A code is never changed and never used again."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    NONE = 0, "no error"
    RESERVED = 1, "a reserved bit of a record is not 0"
    KIND = 2, "a record of no kind"
    RANGE = 3, "a field has a value that it cannot have, or that is not built in"
    ADDRESS = 4, "an access beyond a local memory"
    WINDOW = 5, "an access to external memory beyond the windows that the registers state"
    ENGINE = 6, "the array raised its error flag: its own reason says why"
    OVERFLOW = 7, "a result and its bias leave 32 bits"
    BUS = 8, "the bus answered SLVERR or DECERR"
    WATCHDOG = 9, "no engine went on for as long as the watchdog allows"
    START = 10, "started while it ran"
    FOREIGN = 11, "the list is for another machine"


class MachineError(ValueError):
    """What the machine refuses, or stops at.

    Parameters
    ----------
    error : Error
    line : str
        What is wrong, in one line.
    record : int or None
        Records in the list before the one that is wrong, where there is one.
    """

    def __init__(self, error: Error, line: str, record: int | None = None) -> None:
        super().__init__(f"{error.name}: {line}" if record is None else f"record {record}: {error.name}: {line}")
        self.error, self.line, self.record = error, line, record
