"""The mode word: what an array computes for the length of one job, stated once for hardware and software.

It has the control registers of the published term-revealing design (encoder on, term selection on, bit widths, data
terms, group size, group budget; Kung et al., SC 2020, section 5) and beside them signedness and weight format. The
word enters with a job and travels with its operands, so that the next job may use another mode without a bubble.

Software builds a :class:`Mode`; ``Mode.word()`` is the integer for the port. Hardware views the port as
:data:`ModeWord`. A configuration supports a part of the values (``Kind.supported``); the engine refuses the others.
"""

from dataclasses import dataclass, fields, replace

from amaranth.lib import data

from lowtide.common.shown import shown

__all__ = ["CHOICES", "DATA_FORMATS", "FIELDS", "Field", "Mode", "ModeWord", "WEIGHT_FORMATS", "WORD_BITS"]

DATA_FORMATS = ("plain", "binary")
WEIGHT_FORMATS = ("plain", "log4", "log5", "ternary", "binary", "codebook16", "codebook256")
CHOICES = {"x_format": DATA_FORMATS, "w_format": WEIGHT_FORMATS}  #: fields that software states by name


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the mode word.

    name: the field's name, the same in software, Verilog and documents.
    bits: its width in the word.
    least, most: the values that it can state.
    bias: the word holds ``value - bias``.
    meaning: one line for the documents.
    """

    name: str
    bits: int
    least: int
    most: int
    meaning: str
    bias: int = 0

    def __post_init__(self):
        assert 0 <= self.least - self.bias and self.most - self.bias < 1 << self.bits


FIELDS = (
    Field(name="x_signed", bits=1, least=0, most=1, meaning="data are two's complement (1) or unsigned (0)"),
    Field(name="w_signed", bits=1, least=0, most=1, meaning="weights are two's complement (1) or unsigned (0)"),
    Field(name="hese", bits=1, least=0, most=1,
          meaning="encoder on: terms are HESE (1) or the ones of the sign-magnitude binary form (0)"),
    Field(name="select", bits=1, least=0, most=1,
          meaning="term selection on: keep the `budget` largest terms of a group (1) or every term (0)"),
    Field(name="x_bits", bits=4, least=1, most=16, bias=1, meaning="width of a datum, in bits"),
    Field(name="w_bits", bits=4, least=1, most=16, bias=1, meaning="width of a weight, decoded, in bits"),
    Field(name="data_terms", bits=5, least=0, most=16, meaning="largest terms kept of each datum, 0 keeps all"),
    Field(name="group", bits=5, least=1, most=32, bias=1, meaning="values that share one budget of terms"),
    Field(name="budget", bits=9, least=1, most=511, meaning="term slots of a group: a beat has exactly so many"),
    Field(name="x_format", bits=1, least=0, most=len(DATA_FORMATS) - 1,
          meaning="how data are stored: " + ", ".join(f"{i} {name}" for i, name in enumerate(DATA_FORMATS))),
    Field(name="w_format", bits=3, least=0, most=len(WEIGHT_FORMATS) - 1,
          meaning="how weights are stored: " + ", ".join(f"{i} {name}" for i, name in enumerate(WEIGHT_FORMATS))),
    Field(name="codebook", bits=1, least=0, most=1, meaning="which of two codebooks the weights are decoded with"),
    Field(name="block_floating", bits=1, least=0, most=1,
          meaning="every chunk has an exponent of its own on either side (1) or operands are integers (0)"),
)

ModeWord = data.StructLayout({field.name: field.bits for field in FIELDS})
WORD_BITS = ModeWord.size


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One setting of the mode word, in the words of the field. Raises ``ValueError`` for a value out of range.

    The defaults are signed 8-bit operands without terms: what the kind ``parallel`` understands.
    """

    x_signed: bool = True
    w_signed: bool = True
    hese: bool = False
    select: bool = False
    x_bits: int = 8
    w_bits: int = 8
    data_terms: int = 0
    group: int = 1
    budget: int = 1
    x_format: str = "plain"
    w_format: str = "plain"
    codebook: int = 0
    block_floating: bool = False

    def __post_init__(self):
        for field in FIELDS:
            value = getattr(self, field.name)
            if field.name in CHOICES:
                if not isinstance(value, str) or value not in CHOICES[field.name]:
                    raise ValueError(f"{field.name} is {shown(value)}, allowed are {', '.join(CHOICES[field.name])}")
            elif not _is_whole(value) or not field.least <= value <= field.most:
                raise ValueError(f"{field.name} is {shown(value)}, allowed are {field.least} to {field.most}")

    def number(self, name):
        """The value of a field as the integer that :data:`FIELDS` ranges over."""
        value = getattr(self, name)
        return CHOICES[name].index(value) if name in CHOICES else int(value)

    def word(self):
        """The mode word as an integer of ``WORD_BITS`` bits."""
        word, offset = 0, 0
        for field in FIELDS:
            word |= (self.number(field.name) - field.bias) << offset
            offset += field.bits
        return word

    @classmethod
    def of_word(cls, word):
        """The mode that a word states. Raises ``ValueError`` for one that states none."""
        if not 0 <= word < 1 << WORD_BITS:
            raise ValueError(f"word is {word:#x}, allowed are 0 to {(1 << WORD_BITS) - 1:#x}")
        values = {}
        for field in FIELDS:
            number = (word & (1 << field.bits) - 1) + field.bias
            word >>= field.bits
            if not field.least <= number <= field.most:
                raise ValueError(f"{field.name} is {number}, allowed are {field.least} to {field.most}")
            values[field.name] = CHOICES[field.name][number] if field.name in CHOICES else number
        return cls(**values)

    def change(self, **values):
        """A copy with some fields replaced."""
        return replace(self, **values)

    def label(self):
        """A short name: operands, and for terms the encoding, group and budget. ``u8 x s8 TR hese g8 k12``"""
        def operand(signed, bits):
            return f"{'s' if signed else 'u'}{bits}"

        x, w = operand(self.x_signed, self.x_bits), operand(self.w_signed, self.w_bits)
        parts = [f"{x if self.x_format == 'plain' else self.x_format} x {w}"]
        if self.w_format != "plain":
            parts[0] += f" {self.w_format}" + (f" {self.codebook}" if self.codebook else "")
        if self.block_floating:
            parts.append("block floating")
        if self.group > 1 or self.budget > 1 or self.hese or self.select:
            parts += ["TR" if self.select else "QT", "hese" if self.hese else "binary",
                      f"g{self.group} k{self.budget}"]
            if self.data_terms:
                parts.append(f"s{self.data_terms}")
        return " ".join(parts)


def _is_whole(value):
    """Whether a value is one whole number, of any type of number."""
    try:
        return bool(int(value) == value)
    except (TypeError, ValueError, OverflowError):
        return False


assert tuple(field.name for field in FIELDS) == tuple(field.name for field in fields(Mode))
