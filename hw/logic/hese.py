"""HESE encoder: an integer as the fewest signed powers of two, in one pass over its bits, two at a time.

Hybrid Encoding for Signed Expressions (Kung et al., SC 2020, section 3) gives the canonical non-adjacent form. One
mode bit walks from the least significant bit up, looking at the window ``(b[i+1], b[i])``::

    nonzero[i] = b[i] ^ mode        negative[i] = b[i+1]        next mode = majority(b[i], b[i+1], mode)

Combinational; in hardware the mode bit is the carry chain of ``x + 2x``.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib.wiring import In, Out

from .unit import Unit

__all__ = ["HeseEncoder", "hese_positions"]


def hese_positions(bits: int, types: Sequence[str]) -> int:
    """Digit positions of the encoding: unsigned values need one more (171 = 256-64-16-4-1)."""
    return bits + ("unsigned" in types)


class HeseEncoder(Unit):
    """A stand-alone HESE encoder for values of ``bits`` bits (2 to 16).

    Parameters
    ----------
    bits : int
    types : sequence of str
        Number types: "signed", "unsigned" or both.
    name : str or None
        Of the module; None makes one of bits and types.

    Ports
    -----
    value : in, ``bits`` bits
    value_signed : in, 1 bit
        Only where there are both number types: whether the value is two's complement.
    nonzero, negative : out, one bit for each power of two
        ``negative`` only where ``nonzero``.
    """

    combinational = True

    def __init__(self, *, bits: int, types: Sequence[str], name: str | None = None) -> None:
        if not 2 <= bits <= 16:
            raise ValueError(f"bits is {bits}, allowed are 2 to 16")
        if not types or len(set(types)) != len(types) or not set(types) <= {"signed", "unsigned"}:
            raise ValueError(f"types is {', '.join(types) or 'empty'}, allowed are signed, unsigned or both")
        self.bits, self.types = bits, tuple(types)
        self.positions = hese_positions(bits, types)
        ports = {"value": In(bits)}
        if len(self.types) == 2:
            ports["value_signed"] = In(1)
        ports |= {"nonzero": Out(self.positions), "negative": Out(self.positions)}
        suffix = "".join(kind[0] for kind in sorted(self.types))
        super().__init__(name or f"hese_encoder_{bits}{suffix}", ports)

    def build(self, m: Module) -> None:
        if len(self.types) == 2:
            sign = self.value[-1] & self.value_signed
        else:
            sign = self.value[-1] if self.types == ("signed",) else Const(0)
        window = Cat(self.value, sign, sign)
        mode = Const(0)
        for i in range(self.positions):
            low, high = window[i], window[i + 1]
            next_mode = Signal(name=f"mode_{i + 1}")
            m.d.comb += [
                self.nonzero[i].eq(low ^ mode),
                self.negative[i].eq(self.nonzero[i] & high),
                next_mode.eq((low & high) | (mode & (low | high))),
            ]
            mode = next_mode
