"""A bank: one memory with one read and one write port, a module of its own.

Its name says its size, so that every memory of one size is the same module: a user puts an SRAM macro into its place by
leaving it out and giving another module of this name and these ports. Synthesis for FPGAs makes block RAM of it.
"""

from amaranth.hdl import Module
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit

__all__ = ["Bank"]


class Bank(Unit):
    """A memory that reads and writes one word each a cycle.

    What is read while the same word is written is undefined, and nothing may depend on it.

    Parameters
    ----------
    width : int
        Bits of a word.
    depth : int
        Words, a power of two from 2.

    Ports
    -----
    read : in, 1 bit
        Read in this cycle.
    read_address : in
    read_data : out, width bits
        The word that was read last: from the cycle behind ``read`` until the next one.
    write : in, 1 bit
    write_address : in
    write_data : in, width bits
    """

    def __init__(self, width: int, depth: int) -> None:
        self.width, self.depth = width, depth
        address = (depth - 1).bit_length()
        super().__init__(
            f"bank_{depth}x{width}",
            {
                "read": In(1),
                "read_address": In(address),
                "read_data": Out(width),
                "write": In(1),
                "write_address": In(address),
                "write_data": In(width),
            },
        )

    def build(self, m: Module) -> None:
        m.submodules.words = words = Memory(shape=self.width, depth=self.depth, init=[])
        reads, writes = words.read_port(), words.write_port()
        m.d.comb += [
            reads.en.eq(self.read),
            reads.addr.eq(self.read_address),
            self.read_data.eq(reads.data),
            writes.en.eq(self.write),
            writes.addr.eq(self.write_address),
            writes.data.eq(self.write_data),
        ]
