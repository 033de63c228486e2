"""Top terms: the largest terms of a code's HESE encoding, as many as are wanted.

A code is a sum of few signed powers of two (:mod:`lowtide.hw.logic.hese`); of these the largest are added, so that the
next layer's data are revealed already::

    digits -> [a register] -> the highest of them, their sum, cut to the largest code

The sum of the highest terms can be one more than the largest code (127 = 128 - 1), never less than the smallest.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ...logic.hese import HeseEncoder, hese_positions
from ...logic.stages import Stages
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
    terms : in, 4 bits
        How many are kept; all from ``MOST_TERMS`` on.
    highest : in, 16 bits
        A 1 for the highest bit that a positive code may have.
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
                "terms": In(4),
                "highest": In(VALUE_BITS),
                "result": Out(VALUE_BITS),
            },
        )

    def build(self, m: Module) -> None:
        stage = Stages(m, self.latency)
        encoder = HeseEncoder(bits=VALUE_BITS, types=TYPES)
        digits = self.place(m, "encoder", encoder, value=self.code, value_signed=self.code_signed)
        nonzero, negative = stage.through(digits.nonzero, "nonzero"), stage.through(digits.negative, "negative")
        shown = Signal(POSITIONS)
        seen = [Const(1, 1), *(Const(0, 1) for _ in range(MOST_TERMS))]  # [k]: there are k terms at least
        limit = [Signal(name=f"limit_{count}") for count in range(MOST_TERMS)]
        m.d.comb += [each.eq(self.terms > count) for count, each in enumerate(limit)]
        for number, place in enumerate(reversed(range(0, POSITIONS, 2))):  # of two neighbours at most one is a term
            pair = nonzero[place : place + 2]
            allowed = Signal(name=f"allowed_at_{place}")
            m.d.comb += allowed.eq(Cat(limit[count] & ~seen[count + 1] for count in range(number + 1)).any())
            m.d.comb += shown[place : place + 2].eq(pair & allowed.replicate(len(pair)))
            for count in reversed(range(number + 1)):
                one_more = Signal(name=f"seen_{count + 1}_at_{place}")
                m.d.comb += one_more.eq(seen[count + 1] | (seen[count] & pair.any()))
                seen[count + 1] = one_more
        total = Signal(POSITIONS + 1)
        m.d.comb += total.eq((shown & ~negative) - (shown & negative))
        # one past the largest code is the power of two above its highest bit, and no other sum has that bit
        past = ~total[-1] & (total[1:POSITIONS] & self.highest).any()
        largest = Cat(self.highest[place:].any() for place in range(VALUE_BITS))
        m.d.comb += self.result.eq(Mux(past, largest, total[:VALUE_BITS]))
