"""Codebooks from 8 bytes at a time to the integers that the array takes: four of 16 bits, one a cycle.

Unit u of codebook memory holds places ``4 u`` to ``4 u + 3`` of book ``u div 64``, modulo 256; the array drops places
beyond the size of its books. It takes an integer when no job uses the book.
"""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..array.decoder import entry_layout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit

__all__ = ["CodebookLoader"]

VALUE_BITS = 16  #: of an integer in codebook memory; the array takes the lowest ones


class CodebookLoader(Unit):
    """Units of codebook memory to integers.

    Ports
    -----
    valid : in, 1 bit
    address : in, 7 bits
        Number of the unit.
    data : in, 64 bits
    ready : out, 1 bit
        The unit is taken, with its last integer.
    codebook : out, stream of :func:`lowtide.hw.array.decoder.entry_layout`
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_codebook_loader",
            {
                "valid": In(1),
                "address": In(7),
                "data": In(4 * VALUE_BITS),
                "ready": Out(1),
                "codebook": Out(stream.Signature(entry_layout(config.array))),
            },
        )

    def build(self, m: Module) -> None:
        number, entry = Signal(2), self.codebook.payload
        goes = Signal()
        m.d.comb += [
            self.codebook.valid.eq(self.valid),
            entry.value.eq(self.data.word_select(number, VALUE_BITS)),
            entry.place.eq(Cat(number, self.address[:-1])),
            entry.book.eq(self.address[-1]),
            goes.eq(self.valid & self.codebook.ready),
            self.ready.eq(goes & (number == 3)),
        ]
        m.d.sync += number.eq(number + goes)
