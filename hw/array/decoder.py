"""Weight decoder: the codes of a storage format become integers, at the north edge, before anything else.

The formats are those of :mod:`lowtide.hw.mode.formats`. A payload holds values of one width in each mode; each format
has its own. Combinational, one for each column. Codebooks are tables of integers that every column reads; there are
two, so that one can be loaded while jobs use the other.
"""

from amaranth.hdl import Cat, Const, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..logic.arithmetic import any_of
from ..logic.unit import Unit
from ..mode.formats import FORMATS
from ..mode.word import DATA_FORMATS, WEIGHT_FORMATS, ModeWord

__all__ = ["Codebooks", "WeightDecoder", "decoded_formats", "entry_layout", "refused_formats",
           "table_bits", "uses_codebook"]


def decoded_formats(config):
    """Formats of a configuration that the edge decodes."""
    return tuple(name for name in config.w_formats if name != "plain") if config.pe.decoder else ()


def book_size(config):
    """Integers of a codebook: those of the largest that the configuration has, 0 without one."""
    return max([16 * ("codebook16" in config.w_formats), 256 * ("codebook256" in config.w_formats)])


def table_bits(config):
    """Bits of a codebook."""
    return book_size(config) * config.w_width


def entry_layout(config):
    """Payload of the ``codebook`` stream: one integer, its place in the table, and which of the two tables."""
    return data.StructLayout({"value": config.w_width, "place": 8, "book": 1})


def uses_codebook(mode):
    """Whether a mode, a ``ModeWord`` view, decodes with a codebook."""
    return mode.w_format.matches(*(WEIGHT_FORMATS.index(name) for name in WEIGHT_FORMATS if "codebook" in name))


def refused_formats(config, mode):
    """Conditions under which a mode's format does not go with its operands: one-bit values (:func:`format_refusal`)."""
    for name in config.w_formats:
        if (least := FORMATS[name].least_bits) is not None:  # the word holds w_bits - 1
            yield (mode.w_format == WEIGHT_FORMATS.index(name)) & (~mode.w_signed | (mode.w_bits < least - 1))
    if "binary" in config.x_formats:
        yield (mode.x_format == DATA_FORMATS.index("binary")) & (~mode.x_signed | (mode.x_bits < 1))


class WeightDecoder(Unit):
    """One column's decoder. Ports: ``values`` (payload), ``used`` (values that count), ``mode``, ``entries`` of the
    codebook where there is one; ``decoded``; ``invalid``, a used value has a code without meaning."""

    combinational = True

    def __init__(self, config):
        self.config = config
        bits = config.pe.stream_bits(config, "w")
        ports = {"mode": In(ModeWord), "used": In(config.chunk), "values": In(bits)}
        if table_bits(config):
            ports["entries"] = In(table_bits(config))
        super().__init__(f"{config.name}_weight_decoder", ports | {"decoded": Out(bits), "invalid": Out(1)})

    def build(self, m):
        config, kind = self.config, self.config.pe
        choices, coded = [], []
        m.d.comb += self.invalid.eq(0)  # of a format without codes that mean nothing
        for name in decoded_formats(config):
            bits = kind.decoded_bits(config, name)
            holds = Signal(name=f"is_{name}")
            m.d.comb += holds.eq(self.mode.w_format == WEIGHT_FORMATS.index(name))
            integers = Cat(self.integer(name, self.values.word_select(place, bits)[:FORMATS[name].code_bits], bits)
                           for place in range(len(self.values) // bits))
            choices.append(Cat(integers, Const(0, len(self.values) - len(integers)))
                           & holds.replicate(len(self.values)))
            coded.append(holds)
            if name == "ternary":
                wrong = [self.values.word_select(place, bits)[:2] == 2 for place in range(len(self.values) // bits)]
                m.d.comb += self.invalid.eq((Cat(wrong)[:len(self.used)] & self.used).any() & holds)
        plain = self.values & (~Cat(coded).any()).replicate(len(self.values))
        m.d.comb += self.decoded.eq(any_of([plain, *choices]))

    def integer(self, name, code, bits):
        """The integer of ``bits`` bits that a code stands for."""
        if name == "ternary":
            return Cat(code[0], (code[0] & code[1]).replicate(bits - 1))
        if name == "binary":
            return Cat(Const(1, 1), (~code[0]).replicate(bits - 1))
        if name.startswith("log"):
            exponent, negative = code[:-1], code[-1]
            magnitude = Cat(exponent == place + 1 for place in range(bits))
            return Mux(negative, -magnitude, magnitude)[:bits]
        size = 1 << FORMATS[name].code_bits
        return self.entries[:size * self.config.w_width].word_select(code, self.config.w_width)[:bits]


class Codebooks(Unit):
    """Two codebooks. Ports: stream ``codebook``, ``in_use`` (books that must not change now), ``chosen``;
    ``entries`` of the chosen one."""

    def __init__(self, config):
        self.config = config
        super().__init__(f"{config.name}_codebooks", {
            "codebook": In(stream.Signature(entry_layout(config))), "in_use": In(2), "chosen": In(1),
            "entries": Out(table_bits(config)),
        })

    def build(self, m):
        size, entry = book_size(self.config), self.codebook.payload
        m.d.comb += self.codebook.ready.eq(~self.in_use.bit_select(entry.book, 1))
        books = []
        for book in range(2):
            integers = [Signal(self.config.w_width, name=f"book_{book}_{place}", reset_less=True)
                        for place in range(size)]
            for place, integer in enumerate(integers):
                with m.If(self.codebook.valid & self.codebook.ready & (entry.book == book) & (entry.place == place)):
                    m.d.sync += integer.eq(entry.value)
            books.append(Cat(integers))
        m.d.comb += self.entries.eq(Mux(self.chosen, books[1], books[0]))
