"""Term selector: hands out the terms of a group from the largest down, L a cycle. "Receding water."

The group's terms lie in digit planes. As the water recedes the planes show from the highest exponent down, and inside a
plane the values in index order; the first k terms that show are the group's budget (Kung et al., SC 2020, section 4).
The budget is a number of slots: the sequencer enables lanes until k slots have passed, whether filled or empty.

One cycle takes the first L terms that are left. A term's *rank*, the number of terms left before it, is its lane::

    rank(plane, value) = terms left in higher planes + terms left at lower indices of its own plane

Load in one cycle, hand out from the next; a load during the last step of a beat is allowed.
"""

from amaranth.hdl import Cat, Const, Signal, unsigned
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from .arithmetic import any_of, count_ones
from .term_encoder import positions
from .unit import Unit

__all__ = ["TermSelector", "term_layout"]


def term_layout(config):
    """A weight term: the datum it belongs to, its power of two, its sign, and whether the slot is filled."""
    return data.StructLayout({
        "index": bits_for(config.group - 1), "exponent": bits_for(positions(config) - 1), "negative": 1, "valid": 1,
    })


class TermSelector(Unit):
    """The term selector of one column.

    Ports: ``load`` takes the digits ``nonzero`` and ``negative`` of a group; ``step`` takes the next L terms away;
    ``lanes`` enables lanes; ``terms`` are the L terms of this cycle, all zero in an empty slot; ``left`` says that
    terms would remain after this step.
    """

    def __init__(self, config):
        self.config = config
        self.positions = positions(config)
        digits = data.ArrayLayout(unsigned(self.positions), config.group)
        super().__init__(f"{config.name}_term_selector", {
            "en": In(1), "load": In(1), "step": In(1), "lanes": In(config.lanes),
            "nonzero": In(digits), "negative": In(digits),
            "terms": Out(data.ArrayLayout(term_layout(config), config.lanes)), "left": Out(1),
        })

    def build(self, m):
        lanes, group = self.config.lanes, self.config.group
        order = [(exponent, index) for exponent in reversed(range(self.positions)) for index in range(group)]
        left = Signal(len(order))
        negative = Signal(len(order), reset_less=True)
        ranks = self.ranks(m, left)

        taken = [Signal(len(order), name=f"taken_{lane}") for lane in range(lanes)]
        for lane in range(lanes):
            m.d.comb += taken[lane].eq(Cat(left[i] & (rank == lane) for i, rank in enumerate(ranks)))
        after = Signal(len(order))
        m.d.comb += [after.eq(left & ~any_of(taken)), self.left.eq(after.any())]

        with m.If(self.load):
            m.d.sync += [left.eq(Cat(self.nonzero[index][exponent] for exponent, index in order)),
                         negative.eq(Cat(self.negative[index][exponent] for exponent, index in order))]
        with m.Elif(self.step):
            m.d.sync += left.eq(after)

        for lane in range(lanes):
            shown = Signal(len(order), name=f"shown_{lane}")
            m.d.comb += shown.eq(taken[lane] & self.lanes[lane].replicate(len(order)))
            term = self.terms[lane]
            m.d.comb += [
                term.index.eq(encode(shown, [index for _, index in order], len(term.index))),
                term.exponent.eq(encode(shown, [exponent for exponent, _ in order], len(term.exponent))),
                term.negative.eq((shown & negative).any()),
                term.valid.eq(shown.any()),
            ]

    def ranks(self, m, left):
        """The rank of every position, saturated at the number of lanes."""
        lanes, group = self.config.lanes, self.config.group
        width = bits_for(lanes)
        ranks, before = [], Const(0, width)
        for plane in range(self.positions):
            bits = left[plane * group:(plane + 1) * group]
            for index in range(group):
                if index == 0:
                    ranks.append(before)
                else:
                    ranks.append(saturated(m, before + count_ones(bits[:index]), lanes, width, f"rank_{plane}_{index}"))
            before = saturated(m, before + count_ones(bits), lanes, width, f"before_{plane + 1}")
        return ranks


def saturated(m, value, most, width, name):
    """The smaller of ``value`` and ``most``, as a named signal."""
    result = Signal(width, name=name)
    with m.If(value > most):
        m.d.comb += result.eq(most)
    with m.Else():
        m.d.comb += result.eq(value)
    return result


def encode(one_hot, numbers, width):
    """The number that belongs to the set bit of ``one_hot``, zero where none is set."""
    return Cat(Cat(one_hot[i] for i, number in enumerate(numbers) if number >> bit & 1).any() for bit in range(width))
