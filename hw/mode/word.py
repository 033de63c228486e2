"""The mode word: what an array computes for the length of one job, stated once for hardware and software.

It has the control registers of the published term-revealing design (encoder on, term selection on, bit widths, data
terms, group size, group budget; Kung et al., SC 2020, section 5) and beside them signedness and weight format. The
word enters with a job and travels with its operands, so that the next job may use another mode without a bubble.

Software builds a :class:`Mode`; ``Mode.word()`` is the integer for the port. Hardware views the port as
:data:`ModeWord`. A configuration supports a part of the values (``Kind.supported``); the engine refuses the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from amaranth.lib import data

from .. import storage_formats
from .field import fields_of, stated

__all__ = ["BY_NAME", "DATA_FORMATS", "FIELDS", "Mode", "ModeWord", "WEIGHT_FORMATS", "WORD_BITS"]

WEIGHT_FORMATS, DATA_FORMATS = (
    tuple(each.name for each in formats) for formats in (storage_formats.FORMATS, storage_formats.FORMATS_OF_DATA)
)


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One setting of the mode word, in the words of the field. Raises ``ValueError`` for a value out of range.

    The defaults are signed 8-bit operands without terms: what the kind ``parallel`` understands. A new field comes
    last, with a reason code that no other reason has (:mod:`lowtide.hw.mode.reasons`).
    """

    x_signed: bool = stated(True, reason=1, meaning="data are two's complement (1) or unsigned (0)")
    w_signed: bool = stated(True, reason=2, meaning="weights are two's complement (1) or unsigned (0)")
    hese: bool = stated(
        False, reason=3, meaning="encoder on: terms are HESE (1) or the ones of the sign-magnitude binary form (0)"
    )
    select: bool = stated(
        False, reason=4, meaning="term selection on: keep the `budget` largest terms of a group (1) or every term (0)"
    )
    x_bits: int = stated(8, reason=5, bits=4, least=1, most=16, bias=1, meaning="width of a datum, in bits")
    w_bits: int = stated(8, reason=6, bits=4, least=1, most=16, bias=1, meaning="width of a weight, decoded, in bits")
    data_terms: int = stated(0, reason=7, bits=5, most=16, meaning="largest terms kept of each datum, 0 keeps all")
    group: int = stated(1, reason=8, bits=5, least=1, most=32, bias=1, meaning="values that share one budget of terms")
    budget: int = stated(
        1, reason=9, bits=9, least=1, most=511, meaning="term slots of a group: a beat has exactly so many"
    )
    x_format: str = stated("plain", reason=10, bits=2, choices=DATA_FORMATS, meaning="how data are stored")
    w_format: str = stated("plain", reason=11, bits=4, choices=WEIGHT_FORMATS, meaning="how weights are stored")
    codebook: int = stated(0, reason=12, meaning="which of two codebooks the weights are decoded with")
    block_floating: bool = stated(
        False,
        reason=13,
        meaning="every chunk has an exponent of its own on either side (1) or operands are integers (0)",
    )
    group_exponent: bool = stated(
        False,
        reason=23,
        meaning="every chunk of weights has an exponent e, its weights count 2^e times (1), or none (0)",
    )
    diagonal: bool = stated(
        False,
        reason=24,
        meaning="a chunk of weights is one weight, which column c multiplies by value c modulo the values of a chunk "
        "(1), or as many as one of data (0)",
    )

    def __post_init__(self) -> None:
        for field in FIELDS:
            field.check(getattr(self, field.name))

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, int]) -> Self:
        """The mode of a number for each field, a dict: those that :data:`FIELDS` range over.

        Raises ``ValueError`` for a number that no mode has.
        """
        return cls(**{field.name: field.value(numbers[field.name]) for field in FIELDS})

    def number(self, name: str) -> int:
        """The value of a field as the integer that :data:`FIELDS` ranges over."""
        return BY_NAME[name].number(getattr(self, name))

    def word(self) -> int:
        """The mode word as an integer of ``WORD_BITS`` bits."""
        word = 0
        for field in FIELDS:
            word = field.put(word, self.number(field.name))
        return word

    @classmethod
    def of_word(cls, word: int) -> Self:
        """The mode that a word states. Raises ``ValueError`` for one that states none."""
        if not 0 <= word < 1 << WORD_BITS:
            raise ValueError(f"word is {word:#x}, allowed are 0 to {(1 << WORD_BITS) - 1:#x}")
        return cls.of_numbers({field.name: field.number_in(word) for field in FIELDS})

    def storage(self, side: str) -> storage_formats.StorageFormat:
        """The storage format of an operand, a :class:`lowtide.hw.storage_formats.StorageFormat`; side: "x" or "w"."""
        return storage_formats.find(getattr(self, f"{side}_format"))

    def has_exponents(self, side: str) -> bool:
        """Whether every chunk of ``side``, "x" or "w", has an exponent."""
        return self.block_floating or (side == "w" and self.group_exponent)

    def change(self, **values: Any) -> Self:
        """A copy with some fields replaced."""
        return replace(self, **values)

    def label(self) -> str:
        """A short name: operands, and for terms the encoding, group and budget. ``u8 x s8 TR hese g8 k12``"""

        def operand(signed: bool, bits: int) -> str:
            return f"{'s' if signed else 'u'}{bits}"

        x, w = operand(self.x_signed, self.x_bits), operand(self.w_signed, self.w_bits)
        parts = [f"{x if self.storage('x').code_bits is None else self.x_format} x {w}"]
        if self.storage("w").code_bits is not None:
            parts[0] += f" {self.w_format}" + (f" {self.codebook}" if self.codebook else "")
        if self.block_floating:
            parts.append("block floating")
        if self.group_exponent:
            parts.append("group exponent")
        if self.diagonal:
            parts.append("diagonal")
        if self.group > 1 or self.budget > 1 or self.hese or self.select:
            parts += ["TR" if self.select else "QT", "hese" if self.hese else "binary", f"g{self.group} k{self.budget}"]
            if self.data_terms:
                parts.append(f"s{self.data_terms}")
        return " ".join(parts)


FIELDS = fields_of(Mode)
BY_NAME = {field.name: field for field in FIELDS}
ModeWord = data.StructLayout({field.name: field.bits for field in FIELDS})
WORD_BITS: int = ModeWord.size
