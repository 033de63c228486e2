"""Table: 256 values of 16 bits, read by the low 8 bits of a code. Each lane has a copy; all are loaded at once."""

from amaranth.hdl import Module, Mux, Signal, signed
from amaranth.lib.wiring import In, Out

from lowtide.common.records.entries import ENTRY_BYTES

from ...logic.unit import Unit
from ...memory.bank import Bank
from ..widths import VALUE_BITS

__all__ = ["ENTRIES", "TABLE_ADDRESS_BITS", "TABLE_LATENCY", "Table"]

ENTRIES = 256
TABLE_LATENCY = 1  #: cycles from a code to its value
_A_WORD = 8 * ENTRY_BYTES // VALUE_BITS  # entries that are loaded at a time
_WORDS = ENTRIES // _A_WORD
TABLE_ADDRESS_BITS = (_WORDS - 1).bit_length()  #: of four entries


class Table(Unit):
    """The table of one lane, or a register.

    Ports
    -----
    advance : in, 1 bit
        A code is taken; where it is 0 the result stays.
    lookup : in, 1 bit
        The result is the entry of the code, else the code itself.
    code : in, 16 bits, signed
    result : out, 16 bits, signed
        ``TABLE_LATENCY`` cycles later.
    write : in, 1 bit
        Loads four entries; no code is to be looked up in this cycle.
    address : in, 6 bits
        Of the first of them, divided by four.
    entries : in, 64 bits
        The first one lowest.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            name,
            {
                "advance": In(1),
                "lookup": In(1),
                "code": In(signed(VALUE_BITS)),
                "result": Out(signed(VALUE_BITS)),
                "write": In(1),
                "address": In(TABLE_ADDRESS_BITS),
                "entries": In(8 * ENTRY_BYTES),
            },
        )

    def build(self, m: Module) -> None:
        code = Signal(VALUE_BITS, reset_less=True)
        place = (_A_WORD - 1).bit_length()
        words = self.place(
            m,
            "memory",
            Bank(8 * ENTRY_BYTES, _WORDS),
            read=self.advance & self.lookup,
            read_address=self.code[place : place + len(self.address)],
            write=self.write,
            write_address=self.address,
            write_data=self.entries,
        )
        with m.If(self.advance):
            m.d.sync += code.eq(self.code)
        entry = words.read_data.word_select(code[:place], VALUE_BITS)
        m.d.comb += self.result.eq(Mux(self.lookup, entry, code))
