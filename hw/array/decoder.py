"""Weight decoder: the codes of a storage format become integers, at the north edge, before anything else.

The formats are those of :mod:`lowtide.hw.storage_formats`. A payload holds values of one width in each mode; each
format has its own. Combinational, one for each column. Codebooks are tables of integers that every column reads; there
are two, so that one can be loaded while jobs use the other.
"""

from collections.abc import Iterator

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.arithmetic import any_of
from ..logic.unit import Unit
from ..mode.word import ModeWord
from ..storage_formats import FORMATS, FORMATS_OF_DATA, StorageFormat, find, number
from ..storage_formats.format import Table

__all__ = [
    "Codebooks",
    "WeightDecoder",
    "decoded_formats",
    "entry_layout",
    "refused_formats",
    "table_bits",
    "uses_codebook",
]

PLACE_BITS = max(stored.code_bits or 0 for stored in FORMATS if stored.entries)  #: of an entry's place in its codebook


def decoded_formats(config: ArrayConfig) -> tuple[StorageFormat, ...]:
    """Storage formats of a configuration that the edge decodes."""
    return (
        tuple(stored for stored in map(find, config.w_formats) if stored.code_bits is not None)
        if config.pe.decoder
        else ()
    )


def book_size(config: ArrayConfig) -> int:
    """Integers of a codebook: those of the largest that the configuration has, 0 without one."""
    return max(find(name).entries for name in config.w_formats)


def table_bits(config: ArrayConfig) -> int:
    """Bits of a codebook."""
    return book_size(config) * config.w_width


def entry_layout(config: ArrayConfig) -> data.StructLayout:
    """Payload of the ``codebook`` stream: one integer, its place in the table, and which of the two tables."""
    return data.StructLayout({"value": config.w_width, "place": PLACE_BITS, "book": 1})


def uses_codebook(mode: data.View) -> Value:
    """Whether a mode, a ``ModeWord`` view, decodes with a codebook."""
    return mode.w_format.matches(*(number(stored) for stored in FORMATS if stored.entries))


def refused_formats(config: ArrayConfig, mode: data.View) -> Iterator[Value]:
    """Conditions under which a mode's format does not go with its operands: one-bit values (:func:`format_refusal`)."""
    for stored in map(find, config.w_formats):
        if (least := stored.least_bits) is not None:  # the word holds w_bits - 1
            yield (mode.w_format == number(stored)) & (~mode.w_signed | (mode.w_bits < least - 1))
    for stored in map(find, config.x_formats):
        if (least := stored.least_bits) is not None:
            yield (mode.x_format == FORMATS_OF_DATA.index(stored)) & (~mode.x_signed | (mode.x_bits < least - 1))


class WeightDecoder(Unit):
    """One column's decoder.

    Ports
    -----
    mode : in, ModeWord
    used : in, one bit for each value of the largest chunk
        Values that count.
    values : in, the kind's ``stream_bits`` of ``w``
        Payload of the column.
    entries : in, :func:`table_bits` bits
        Only where a format needs it: the codebook.
    decoded : out, as wide as ``values``
        The payload with integers in the place of codes.
    invalid : out, 1 bit
        A value that counts has a code without meaning.
    """

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        bits = config.pe.stream_bits(config, "w")
        ports = {"mode": In(ModeWord), "used": In(config.chunk), "values": In(bits)}
        if table_bits(config):
            ports["entries"] = In(table_bits(config))
        super().__init__(f"{config.name}_weight_decoder", ports | {"decoded": Out(bits), "invalid": Out(1)})

    def build(self, m: Module) -> None:
        config, kind = self.config, self.config.pe
        choices, coded, reported = [], [], []  # reported: codes without meaning
        m.d.comb += self.invalid.eq(0)
        table = Table(self.entries, config.w_width) if table_bits(config) else None
        for stored in decoded_formats(config):
            bits = kind.decoded_bits(config, stored.name)
            holds = Signal(name=f"is_{stored.name}")
            m.d.comb += holds.eq(self.mode.w_format == number(stored))
            integers = Cat(
                stored.decode(self.values.word_select(place, bits)[: stored.code_bits], bits, table)
                for place in range(len(self.values) // bits)
            )
            choices.append(
                Cat(integers, Const(0, len(self.values) - len(integers))) & holds.replicate(len(self.values))
            )
            coded.append(holds)
            if stored.meaningless:
                wrong = [
                    any_of(
                        [
                            self.values.word_select(place, bits)[: stored.code_bits] == code
                            for code in stored.meaningless
                        ]
                    )
                    for place in range(len(self.values) // bits)
                ]
                reported.append((Cat(wrong)[: len(self.used)] & self.used).any() & holds)
                m.d.comb += self.invalid.eq(any_of(reported))
        plain = self.values & (~Cat(coded).any()).replicate(len(self.values))
        m.d.comb += self.decoded.eq(any_of([plain, *choices]))


class Codebooks(Unit):
    """Two codebooks.

    Ports
    -----
    codebook : in, stream of :func:`entry_layout`
    in_use : in, 2 bits
        Books that must not change now.
    chosen : in, 1 bit
        The book that is read.
    entries : out, :func:`table_bits` bits
        Its integers, place 0 lowest.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_codebooks",
            {
                "codebook": In(stream.Signature(entry_layout(config))),
                "in_use": In(2),
                "chosen": In(1),
                "entries": Out(table_bits(config)),
            },
        )

    def build(self, m: Module) -> None:
        size, entry = book_size(self.config), self.codebook.payload
        m.d.comb += self.codebook.ready.eq(~self.in_use.bit_select(entry.book, 1))
        books = []
        for book in range(2):
            integers = [
                Signal(self.config.w_width, name=f"book_{book}_{place}", reset_less=True) for place in range(size)
            ]
            for place, integer in enumerate(integers):
                with m.If(self.codebook.valid & self.codebook.ready & (entry.book == book) & (entry.place == place)):
                    m.d.sync += integer.eq(entry.value)
            books.append(Cat(integers))
        m.d.comb += self.entries.eq(Mux(self.chosen, books[1], books[0]))
