"""The weight memory: a word is a beat of the stream ``w``, or two or four beats of narrow weights.

In a packed word of p beats the field of a value, e bits wide, holds p fields of e / p bits, that of beat 0 lowest::

    e = 8, p = 2     bits 7..4  beat 1    bits 3..0  beat 0

A narrow weight is extended to e bits: by its sign where the mode's weights are plain and signed, else by zeros. The
exponent of a column, where a word has one, is that of each of its beats.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.arithmetic import any_of
from ..logic.unit import Unit
from ..mode.word import ModeWord
from ..storage_formats import PLAIN, number
from .bank import Bank

__all__ = ["PACKINGS", "WeightMemory", "beat_layout"]

PACKINGS = (1, 2, 4)  #: beats of a word, by the record's ``weight_packing``


def beat_layout(config: AcceleratorConfig) -> data.StructLayout:
    """Where a beat of weights lies: its word, and which of the word's beats it is."""
    return data.StructLayout({"word": config.weight_address_bits, "part": 2})


class WeightMemory(Unit):
    """Weights and what unpacks them.

    Ports
    -----
    mode : in, ModeWord
    packing : in, 2 bits
        Beats of a word: 1, 2 or 4 for 0, 1, 2.
    read : in, 1 bit
        A beat is read in this cycle.
    beat : in, :func:`beat_layout`
    answer : out, the bits of a beat of the stream ``w``
        ``READ_LATENCY`` cycles later.
    write : in, 1 bit
    word : in, weight_address_bits
    data : in, 8 * weight_word_bytes bits
        The word that LOAD writes.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config, self.array = config, config.array
        self.bits = config.array.payload_bits("w")
        super().__init__(
            f"{config.top}_weight_memory",
            {
                "mode": In(ModeWord),
                "packing": In(2),
                "read": In(1),
                "beat": In(beat_layout(config)),
                "answer": Out(config.cols * self.bits),
                "write": In(1),
                "word": In(config.weight_address_bits),
                "data": In(8 * config.weight_word_bytes),
            },
        )

    def build(self, m: Module) -> None:
        used = len(self.answer)
        bank = self.place(
            m,
            "bank",
            Bank(used, self.config.weight_words),
            read=self.read,
            read_address=self.beat.word,
            write=self.write,
            write_address=self.word,
            write_data=self.data[:used],
        )
        part, extends = Signal(2, reset_less=True), Signal()
        m.d.sync += part.eq(self.beat.part)
        m.d.comb += extends.eq((self.mode.w_format == number(PLAIN)) & self.mode.w_signed)
        columns = [bank.read_data.word_select(column, self.bits) for column in range(self.config.cols)]
        m.d.comb += self.answer.eq(Cat(self.unpacked(column, part, extends) for column in columns))

    def unpacked(self, column: Value, part: Value, extends: Value) -> Value:
        """The payload of one column in a beat of its word."""
        inside = self.bits - self.array.exponent_width("w")
        choices = []
        for bits, holds in self.array.pe.element_sizes(self.array, self.mode, "w"):
            values = [column[place : place + bits] for place in range(0, inside - bits + 1, bits)]
            payload = Cat(self.value(value, part, extends) for value in values)
            choices.append(Cat(payload, Const(0, inside - len(payload))) & holds.replicate(inside))
        return Cat(any_of(choices), column[inside:])

    def value(self, value: Value, part: Value, extends: Value) -> Value:
        """One value of a beat, from its field in the word."""
        found: Value = value
        for choice, beats in enumerate(PACKINGS[1:], start=1):
            if len(value) % beats == 0:
                bits = len(value) // beats
                narrow = value.word_select(part[:choice], bits)
                wide = Cat(narrow, (narrow[-1] & extends).replicate(len(value) - bits))
                found = Mux(self.packing == choice, wide, found)
        return found
