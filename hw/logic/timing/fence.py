"""Fences: nets that synthesis leaves as they are.

Units are mapped one by one, so a net that goes through a module of its own stays a net. Where one of several conditions
comes late, what is made of the others goes through a fence, and one gate is left behind the late one; where much hangs
on a condition, what is in a hurry is made of another copy of it::

    others ----- | fence | --+
                             +-- one gate --> in time
    late --------------------+
"""

from amaranth.hdl import Module, Value
from amaranth.lib.wiring import In, Out

from ..unit import Unit

__all__ = ["Fence", "fenced"]


class Fence(Unit):
    """What comes out is what goes in.

    Parameters
    ----------
    bits : int

    Ports
    -----
    i : in, ``bits`` bits
    o : out, ``bits`` bits
    """

    combinational = True

    def __init__(self, bits: int) -> None:
        super().__init__(f"fence_{bits}", {"i": In(bits), "o": Out(bits)})

    def build(self, m: Module) -> None:
        m.d.comb += self.o.eq(self.i)


def fenced(unit: Unit, m: Module, value: Value, name: str) -> Value:
    """A value behind a fence of that name, in a unit."""
    found: Value = unit.place(m, f"{name}_fence", Fence(len(value)), i=value).o
    return found
