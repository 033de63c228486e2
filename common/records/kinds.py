"""The records by kind but :class:`lowtide.common.records.execute.Exec`, and lists of records."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from .errors import Error, MachineError
from .execute import Exec
from .field import stated
from .record import KIND, RECORD_BYTES, RESERVED, Kind, Record, TokenRecord

__all__ = ["KINDS", "End", "Load", "Memory", "Store", "Wait", "pack", "read", "unpack"]


class Memory(IntEnum):
    """A local memory, as LOAD and STORE name it."""

    FEATURE = 0
    WEIGHT = 1
    PARAMETER = 2
    TAP = 3
    TABLE = 4
    CODEBOOK = 5


@dataclass(frozen=True, kw_only=True)
class End(Record):
    """END: the list ends when all engines have."""

    kind: ClassVar[Kind] = Kind.END


@dataclass(frozen=True, kw_only=True)
class Wait(Record):
    """WAIT: when all engines have ended, interrupt, then wait until software writes the register ``resume``."""

    kind: ClassVar[Kind] = Kind.WAIT


def count(dimension: int) -> Any:
    """The field of how often a dimension is repeated."""
    meaning = f"how often dimension {dimension} is repeated; dimension 3 is the outermost"
    return stated(1, bits=16, least=1, group="copy", meaning=meaning)


def pitch(dimension: int) -> Any:
    """The field of a dimension's pitch in external memory."""
    meaning = f"external bytes from one run to the next of dimension {dimension}, a multiple of the unit"
    return stated(0, bits=32, signed=True, group="copy", meaning=meaning)


def local_pitch(dimension: int) -> Any:
    """The field of a dimension's pitch in local memory."""
    meaning = f"local units from one run to the next of dimension {dimension}"
    return stated(0, bits=24, signed=True, group="copy", meaning=meaning)


@dataclass(frozen=True, kw_only=True)
class Transfer(TokenRecord):
    """A copy of runs between external and local memory. The unit is an atom, a weight word or 8 bytes."""

    memory: Memory = stated(Memory.FEATURE, bits=3, choices=Memory, group="copy", meaning="the local memory")
    address: int = stated(
        0, bits=32, group="copy", meaning="external address of the first byte, a multiple of the unit"
    )
    local: int = stated(0, bits=24, group="copy", meaning="the first local unit")
    units: int = stated(1, bits=24, least=1, group="copy", meaning="units of a run")
    count_1: int = count(1)
    count_2: int = count(2)
    count_3: int = count(3)
    pitch_1: int = pitch(1)
    pitch_2: int = pitch(2)
    pitch_3: int = pitch(3)
    local_pitch_1: int = local_pitch(1)
    local_pitch_2: int = local_pitch(2)
    local_pitch_3: int = local_pitch(3)
    fill: int = stated(0, group="copy", meaning="LOAD: nothing is read, every byte of the runs becomes `fill_value`")
    fill_value: int = stated(0, bits=8, group="copy", meaning="that byte")


@dataclass(frozen=True, kw_only=True)
class Load(Transfer):
    """LOAD: from external to local memory, or a fill of local memory."""

    kind: ClassVar[Kind] = Kind.LOAD


@dataclass(frozen=True, kw_only=True)
class Store(Transfer):
    """STORE: from the feature memory to external memory."""

    kind: ClassVar[Kind] = Kind.STORE

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.memory != Memory.FEATURE:
            raise ValueError(f"memory is {self.memory} ({self.memory.name}), allowed in STORE is 0 (FEATURE)")
        if self.fill:
            raise ValueError("fill is 1, allowed in STORE is 0")


KINDS: dict[Kind, type[Record]] = {each.kind: each for each in (End, Load, Exec, Store, Wait)}


def pack(records: Iterable[Record]) -> bytes:
    """A list of records as bytes, one behind the other."""
    return b"".join(record.pack() for record in records)


def unpack(packed: bytes) -> list[Record]:
    """The records that bytes state, up to END, which is the last of a list.

    Raises
    ------
    MachineError
        What :meth:`Record.unpack` refuses, with the number of the record.
    ValueError
        END is missing.
    """
    found: list[Record] = []
    place = 0
    while not found or found[-1].kind != Kind.END:
        record = read(packed[place : place + 2 * RECORD_BYTES], len(found))
        found.append(record)
        place += record.size
    return found


def read(packed: bytes, number: int) -> Record:
    """The record at the beginning of bytes, ``number`` records behind the first of its list; errors as `unpack`."""
    first = packed[:RECORD_BYTES]
    if len(first) < RECORD_BYTES:
        raise ValueError(f"record {number} has {len(first)} bytes, allowed are {RECORD_BYTES}: END is missing")
    word = int.from_bytes(first, "little")
    kind = KIND.number_in(word)
    if word & RESERVED:
        raise MachineError(Error.RESERVED, f"reserved bits are {word & RESERVED:#x}, allowed is 0", number)
    if kind not in KINDS:
        raise MachineError(Error.KIND, f"kind is {kind}, allowed are 0 to {max(KINDS)}", number)
    of_kind = KINDS[Kind(kind)]
    try:
        return of_kind.unpack(packed[: of_kind.size])
    except MachineError as error:
        raise MachineError(error.error, error.line, number) from None
    except ValueError as error:
        raise ValueError(f"record {number}: {error}") from None
