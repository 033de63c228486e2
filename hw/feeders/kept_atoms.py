"""What the west feeder gives to rows that have no answer: atoms that the array did not take, or padding."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit

__all__ = ["KeptAtoms"]


class KeptAtoms(Unit):
    """Atoms of an earlier answer with their padding, or padding alone: a unit of its own, so that synthesis chooses
    between these before the answer is there, which comes last.

    Parameters
    ----------
    name : str
    rows : int
        R.
    bits : int
        Of an atom.

    Ports
    -----
    full : in, 1 bit
        What came a cycle ago, or before, was not taken.
    padding : in, ``bits`` bits
    given : in, R atoms
        What rows are given in this cycle; kept where that was not ``full`` already.
    others : out, R atoms
    """

    def __init__(self, name: str, *, rows: int, bits: int) -> None:
        self.rows = rows
        atoms = data.ArrayLayout(bits, rows)
        super().__init__(name, {"full": In(1), "padding": In(bits), "given": In(atoms), "others": Out(atoms)})

    def build(self, m: Module) -> None:
        kept = Signal(self.given.shape(), reset_less=True)
        with m.If(~self.full):
            m.d.sync += kept.eq(self.given)
        m.d.comb += [self.others[row].eq(Mux(self.full, kept[row], self.padding)) for row in range(self.rows)]
