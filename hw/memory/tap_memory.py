"""The tap memory: where each tap of a kernel lies beside the output pixel's place in the input.

An entry is 8 bytes in external memory, a :class:`lowtide.common.records.entries.Tap`. What is kept of it is as much of
the offset as addresses have bits, and the numbers of rows and columns.
"""

from amaranth.hdl import Cat, Module, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from lowtide.common.records.entries import ENTRY_BYTES, Tap

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from .bank import Bank
from .ports import address_bits

__all__ = ["TapMemory", "tap_layout"]


def tap_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A tap: ``offset``, in atoms, modulo the range of addresses, and the rows ``dy`` and columns ``dx``."""
    return data.StructLayout({"offset": address_bits(config), "dy": signed(8), "dx": signed(8)})


class TapMemory(Unit):
    """Taps, read by the nest of loops and written by LOAD.

    Ports
    -----
    read : in, 1 bit
    read_entry : in
        Number of the tap that is read.
    tap : out, :func:`tap_layout`
        The one that was read last, from the cycle behind ``read`` on.
    write : in, 1 bit
    write_entry : in
    data : in, 64 bits
        The entry as it lies in external memory.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        number = (config.taps - 1).bit_length()
        super().__init__(
            f"{config.top}_tap_memory",
            {
                "read": In(1),
                "read_entry": In(number),
                "tap": Out(tap_layout(config)),
                "write": In(1),
                "write_entry": In(number),
                "data": In(8 * ENTRY_BYTES),
            },
        )

    def build(self, m: Module) -> None:
        layout = tap_layout(self.config)
        kept = []
        for field in Tap.layout():
            value, bits = self.data[field.lowest_bit : field.end], layout[field.name].width
            kept.append(Cat(value[:bits], value[-1].replicate(max(0, bits - len(value)))))
        bank = self.place(
            m,
            "bank",
            Bank(layout.size, self.config.taps),
            read=self.read,
            read_address=self.read_entry,
            write=self.write,
            write_address=self.write_entry,
            write_data=Cat(kept),
        )
        m.d.comb += self.tap.eq(bank.read_data)
