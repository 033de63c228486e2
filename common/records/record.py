"""What all records share: the header, and packing to bytes and back.

A record is 64 bytes, EXEC two times 64, little-endian. Fields lie without gaps in the order in which they are stated;
all bits behind the last one are reserved and 0.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from typing import ClassVar, Self

from .errors import Error, MachineError
from .field import Field, fields_of, stated

__all__ = ["HEADER", "HEADER_BITS", "KIND", "RECORD_BYTES", "RESERVED", "Kind", "Record", "TokenRecord"]

RECORD_BYTES = 64  #: of a record; EXEC has twice as many
HEADER_BITS = 32  #: of a record, the same in all


class Kind(IntEnum):
    """What a record is: the number in its lowest bits."""

    END = 0
    LOAD = 1
    EXEC = 2
    STORE = 3
    WAIT = 4


@dataclass(frozen=True, kw_only=True)
class Header:
    """The lowest 32 bits of every record."""

    kind: int = stated(None, bits=4, choices=Kind, group="header", meaning="END, LOAD, EXEC, STORE or WAIT")
    take_a: int = stated(
        0, bits=3, group="header", meaning="tokens taken before it begins, given by the next engine of the ring"
    )
    take_b: int = stated(0, bits=3, group="header", meaning="the same, given by the engine behind the next one")
    give_a: int = stated(
        0, bits=3, group="header", meaning="tokens given to the next engine of the ring when it has ended"
    )
    give_b: int = stated(0, bits=3, group="header", meaning="the same, to the engine behind the next one")
    reserved: int = stated(0, bits=16, most=0, group="header", meaning="0")


HEADER = fields_of(Header)
KIND = HEADER[0]
RESERVED = HEADER[-1].put(0, -1)  #: the header's reserved bits


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record of a kind. Raises ``ValueError``, one line, for a value that a field cannot state.

    Attributes
    ----------
    kind : Kind
    size : int
        Bytes of a record.
    """

    kind: ClassVar[Kind]
    size: ClassVar[int] = RECORD_BYTES

    def __post_init__(self) -> None:
        for field in self.stated():
            if not field.holds(value := getattr(self, field.name)):
                object.__setattr__(self, field.name, field.value(value))

    @classmethod
    @cache
    def layout(cls) -> tuple[Field, ...]:
        """All fields of the records of this kind, the header's first, lowest bits first."""
        return fields_of(cls, HEADER)

    @classmethod
    @cache
    def stated(cls) -> tuple[Field, ...]:
        """The fields that a record of this kind states: END and WAIT take and give no tokens."""
        names = {each.name for each in fields(cls)}
        return tuple(field for field in cls.layout() if field.name in names)

    @classmethod
    @cache
    def reserved(cls) -> int:
        """A word of ``size`` bytes with ones in the reserved bits: those that are 0 in every record of this kind."""
        word = (1 << 8 * cls.size) - 1
        for field in (KIND, *cls.stated()):
            word = field.put(word, 0)
        return word

    def pack(self) -> bytes:
        """The record as ``size`` bytes."""
        word = KIND.put(0, self.kind)
        for field in self.stated():
            word = field.put(word, getattr(self, field.name))
        return word.to_bytes(self.size, "little")

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The record of this kind that bytes state.

        Raises
        ------
        MachineError
            A ``ValueError``, of several errors the one with the lowest code: RESERVED, KIND (another kind) or RANGE.
        ValueError
            Other than ``size`` bytes.
        """
        if len(packed) != cls.size:
            raise ValueError(f"{cls.kind.name} has {len(packed)} bytes, allowed are {cls.size}")
        word = int.from_bytes(packed, "little")
        kind = KIND.number_in(word)
        if reserved := word & (cls.reserved() if kind == cls.kind else RESERVED):
            raise MachineError(Error.RESERVED, f"reserved bits of {cls.kind.name} are {reserved:#x}, allowed is 0")
        if kind != cls.kind:
            raise MachineError(Error.KIND, f"kind is {kind}, allowed in {cls.kind.name} is {int(cls.kind)}")
        try:
            return cls(**{field.name: field.number_in(word) for field in cls.stated()})
        except ValueError as error:
            raise MachineError(Error.RANGE, str(error)) from None


@dataclass(frozen=True, kw_only=True)
class TokenRecord(Record):
    """A record of one of the three engines, which takes and gives tokens: see the header."""

    take_a: int = 0
    take_b: int = 0
    give_a: int = 0
    give_b: int = 0
