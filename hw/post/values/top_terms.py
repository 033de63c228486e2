"""Top terms: the largest terms of a code's HESE encoding, as many as are wanted.

A code is a sum of few signed powers of two (:mod:`lowtide.hw.logic.hese`); of these the largest are added, so that the
next layer's data are revealed already::

    digits -> [a register] -> the highest of them, their sum, cut to the largest code

The sum of the highest terms can be one more than the largest code (127 = 128 - 1), never less than the smallest.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ...logic.hese import HeseEncoder, hese_positions
from ...logic.timing.stages import Stages
from ...logic.unit import Unit
from ..widths import VALUE_BITS

__all__ = ["MOST_TERMS", "TopTerms"]

TYPES = ("signed", "unsigned")
POSITIONS = hese_positions(VALUE_BITS, TYPES)
MOST_TERMS = (POSITIONS + 1) // 2  #: of a code: no two of its digits are neighbours


class TopTerms(Unit):
    """Keeps the largest terms of one code in each cycle.

    Parameters
    ----------
    name : str
    latency : int
        Cycles from a code to its result, 0 or 1.

    Ports
    -----
    code : in, 16 bits
        Extended to 16 bits by its sign or by zeros.
    code_signed : in, 1 bit
        Whether it is two's complement. This and all that follows is steady.
    more : in, ``MOST_TERMS`` bits
        Bit k is 1 where more than k terms are kept.
    largest : in, 16 bits
        The largest code: a 1 for each bit that a positive code may have.
    result : out, 16 bits
        ``latency`` cycles later.
    """

    def __init__(self, name: str, latency: int) -> None:
        self.latency, self.combinational = latency, not latency
        super().__init__(
            name,
            {
                **({"en": In(1)} if latency else {}),
                "code": In(VALUE_BITS),
                "code_signed": In(1),
                "more": In(MOST_TERMS),
                "largest": In(VALUE_BITS),
                "result": Out(VALUE_BITS),
            },
        )

    def build(self, m: Module) -> None:
        stage = Stages(m, self.latency)
        encoder = HeseEncoder(bits=VALUE_BITS, types=TYPES)
        digits = self.place(m, "encoder", encoder, value=self.code, value_signed=self.code_signed)
        nonzero, negative = stage.through(digits.nonzero, "nonzero"), stage.through(digits.negative, "negative")
        shown = Signal(POSITIONS)
        left = list(self.more)  # [k]: more than k terms may follow
        for place in reversed(range(0, POSITIONS, 2)):  # of two neighbours at most one is a term
            pair = nonzero[place : place + 2]
            m.d.comb += shown[place : place + 2].eq(pair & left[0].replicate(len(pair)))
            one, after = pair.any(), []
            for count, (more, fewer) in enumerate(zip(left, left[1:], strict=False)):
                more_after = Signal(name=f"more_than_{count}_behind_{place}")
                m.d.comb += more_after.eq(fewer | (more & ~one))
                after.append(more_after)
            left = after
        total, borrow = [], Const(0, 1)
        for place in range(POSITIONS):
            term, lends = shown[place], Signal(name=f"lends_{place}")
            m.d.comb += lends.eq((term & negative[place]) | (~term & borrow))
            total.append(term ^ borrow)
            borrow = lends
        # one past the largest code is the power of two above its highest bit, and no other sum has that bit
        above = Cat(Const(1, 1), self.largest) & ~Cat(self.largest, Const(0, 1))
        past = ~borrow & (Cat(total) & above).any()
        m.d.comb += self.result.eq(Mux(past, self.largest, Cat(total[:VALUE_BITS])))
