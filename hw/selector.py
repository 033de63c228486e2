"""Term selector: hands out the terms of a group from the largest down, L a cycle. "Receding water."

The group's terms lie in digit planes. As the water recedes the planes show from the highest exponent down, and inside a
plane the values in index order; the first k terms that show are the group's budget (Kung et al., SC 2020, section 4).
The budget is a number of slots: the sequencer enables lanes until k slots have passed, whether filled or empty.

One cycle takes the first L terms that are left. Each lane first finds its plane, then its place in the plane::

    before[p]   terms left in the planes above plane p
    lane j      takes the term number j - before[p] of the plane p with before[p] <= j < before[p + 1]

Load in one cycle, hand out from the next; a load during the last step of a beat is allowed.
"""

from amaranth.hdl import Cat, Const, Mux, Signal, Value, unsigned
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
        exponents = list(reversed(range(self.positions)))  # of the planes, the highest first
        left = [Signal(group, name=f"left_{exponent}") for exponent in exponents]
        negative = [Signal(group, name=f"negative_{exponent}", reset_less=True) for exponent in exponents]
        before = self.counts(m, left, lanes + 1)

        for lane in range(lanes):
            reached = [count > lane for count in before]  # the lane's term lies above this plane
            here = Signal(self.positions, name=f"plane_of_{lane}")
            m.d.comb += here.eq(Cat(end & ~start for start, end in zip(reached, reached[1:], strict=False)))
            plane = chosen(m, here, left, f"left_for_{lane}")
            number = Signal(range(lane + 1), name=f"number_of_{lane}")
            m.d.comb += number.eq(lane - chosen(m, here, before[:-1], f"before_{lane}"))
            match = Signal(group, name=f"match_{lane}")
            m.d.comb += match.eq(Cat(plane[i] & (count_before(plane, i) == number) for i in range(group))
                                 & self.lanes[lane].replicate(group))
            term = self.terms[lane]
            m.d.comb += [
                term.index.eq(encode(match, range(group), len(term.index))),
                term.exponent.eq(encode(here & self.lanes[lane].replicate(len(here)), exponents, len(term.exponent))),
                term.negative.eq((match & chosen(m, here, negative, f"negative_for_{lane}")).any()),
                term.valid.eq(reached[-1] & self.lanes[lane]),
            ]

        after = self.after(m, left, before, lanes)
        m.d.comb += self.left.eq(before[-1] > lanes)
        for plane, exponent in enumerate(exponents):
            with m.If(self.load):
                m.d.sync += [left[plane].eq(Cat(digits[exponent] for digits in self.nonzero)),
                             negative[plane].eq(Cat(digits[exponent] for digits in self.negative))]
            with m.Elif(self.step):
                m.d.sync += left[plane].eq(after[plane])

    def counts(self, m, left, most):
        """Terms left above each plane, and in all, saturated at ``most``."""
        counts = [Const(0, bits_for(most))]
        for plane in left:
            total = counts[-1] + count_ones(plane)
            counts.append(Signal(bits_for(most), name=f"before_plane_{len(counts)}"))
            m.d.comb += counts[-1].eq(Mux(total > most, most, total))
        return counts

    def after(self, m, left, before, lanes):
        """What is left of each plane after this step: nothing, its terms from a number on, or everything."""
        broken = Signal(self.positions)  # the one plane that the lanes take in part, if there is one
        m.d.comb += broken.eq(Cat((start < lanes) & (end > lanes)
                                  for start, end in zip(before, before[1:], strict=False)))
        plane = chosen(m, broken, left, "left_in_broken")
        room = Signal(range(lanes + 1))
        m.d.comb += room.eq(lanes - chosen(m, broken, before[:-1], "before_broken"))
        kept = Signal(len(plane))
        m.d.comb += kept.eq(Cat(plane[i] & (count_before(plane, i) >= room) for i in range(len(plane))))
        return [(plane & (start >= lanes).replicate(len(plane))) | (kept & is_broken.replicate(len(kept)))
                for plane, start, is_broken in zip(left, before, broken, strict=False)]


def chosen(m, one_hot, values, name):
    """The value whose bit is set in ``one_hot``, zero where none is, as a named signal."""
    result = Signal.like(Value.cast(values[-1]), name=name)
    m.d.comb += result.eq(any_of(Value.cast(value) & bit.replicate(len(value))
                                 for value, bit in zip(values, one_hot, strict=True)))
    return result


def count_before(bits, position):
    """How many bits are set below a position."""
    return count_ones(bits[:position]) if position else Const(0)


def encode(one_hot, numbers, width):
    """The number that belongs to the set bit of ``one_hot``, zero where none is set."""
    return Cat(Cat(one_hot[i] for i, number in enumerate(numbers) if number >> bit & 1).any() for bit in range(width))
