"""Entries of the parameter and the tap memory: 8 bytes each."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from .field import Field, fields_of, stated

__all__ = ["ENTRY_BYTES", "Entry", "Parameter", "Tap"]

ENTRY_BYTES = 8  #: of a parameter, a tap, four entries of the table or of a codebook


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry of 8 bytes. Bits that no field has are written as 0 and ignored. Raises ``ValueError``, one line, for a
    value that a field cannot state."""

    size: ClassVar[int] = ENTRY_BYTES

    def __post_init__(self) -> None:
        for field in self.layout():
            object.__setattr__(self, field.name, field.value(getattr(self, field.name)))

    @classmethod
    @cache
    def layout(cls) -> tuple[Field, ...]:
        """The fields, lowest bits first."""
        return fields_of(cls)

    def pack(self) -> bytes:
        """The entry as 8 bytes, little-endian."""
        word = 0
        for field in self.layout():
            word = field.put(word, getattr(self, field.name))
        return word.to_bytes(self.size, "little")

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The entry that 8 bytes state. Raises ``ValueError`` for another number of them."""
        if len(packed) != cls.size:
            raise ValueError(f"{cls.__name__} has {len(packed)} bytes, allowed are {cls.size}")
        word = int.from_bytes(packed, "little")
        return cls(**{field.name: field.number_in(word) for field in cls.layout()})


@dataclass(frozen=True, kw_only=True)
class Parameter(Entry):
    """What an output channel's results are multiplied with: ``round_shift((A + bias) multiplier, shift)``."""

    bias: int = stated(0, bits=32, signed=True, meaning="added to the result")
    multiplier: int = stated(0, bits=24, meaning="factor; its low `multiplier_bits` bits count")
    shift: int = stated(0, bits=6, meaning="how far the product is shifted down, rounded")


@dataclass(frozen=True, kw_only=True)
class Tap(Entry):
    """Where a tap of the kernel lies beside the output pixel's place in the input."""

    offset: int = stated(0, bits=24, signed=True, meaning="atoms from the output pixel's place")
    dy: int = stated(0, bits=8, signed=True, at=32, meaning="rows from there, for padding")
    dx: int = stated(0, bits=8, signed=True, meaning="columns from there, for padding")
