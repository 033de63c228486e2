"""Skid buffer: a place for the one result that still comes while the news that ``y`` waits is on its way.

Without it, whether the array proceeds depends on ``y.ready`` in the same cycle. With it, that is a register: a result
that cannot leave is kept, the array stops one cycle later, and what comes then waits in the readout::

    cycle        0    1    2    3    4
    i.valid      1    1    1    1    1        results a, b, b, b, c
    y.ready      1->0 0    0    1    1        from cycle 0 on `a` waits
    proceed      1    0    0    0    1        `a` is kept; it leaves in cycle 3, `b` in cycle 4

A result that need not wait passes through in no time.
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from .timing.enable import Enable
from .unit import Unit

__all__ = ["SkidBuffer"]


class SkidBuffer(Unit):
    """A stream that can be stopped by a register.

    Parameters
    ----------
    name : str
    bits : int
        Of the payload.
    own_choice : bool
        Whether what leaves is chosen by a register of its own, since much hangs on ``proceed`` elsewhere. It is not
        reset (:class:`lowtide.hw.logic.timing.enable.Enable`): no word may come in the first cycle after a reset.

    Ports
    -----
    i_valid, i_data : in, 1 and ``bits`` bits
        A payload that is taken in each cycle with ``proceed``.
    proceed : out, 1 bit
        A register: nothing is kept.
    proceeds : out, 1 bit
        What it is in the next cycle.
    o : out, stream of ``bits`` bits
    """

    def __init__(self, name: str, bits: int, *, own_choice: bool = False) -> None:
        self.own_choice = own_choice
        super().__init__(
            name,
            {
                "i_valid": In(1),
                "i_data": In(bits),
                "proceed": Out(1, init=1),
                "proceeds": Out(1),
                "o": Out(stream.Signature(bits)),
            },
        )

    def build(self, m: Module) -> None:
        kept = Signal(len(self.i_data), reset_less=True)
        passes = self.proceed
        if self.own_choice:
            passes = self.place(m, "passes", Enable(f"{self.name}_passes"), i=self.proceeds).o
        with m.If(self.proceed):
            m.d.sync += kept.eq(self.i_data)
        m.d.comb += [
            self.o.valid.eq(self.i_valid | ~self.proceed),
            self.o.payload.eq(Mux(passes, self.i_data, kept)),
            self.proceeds.eq(~self.o.valid | self.o.ready),
        ]
        m.d.sync += self.proceed.eq(self.proceeds)
