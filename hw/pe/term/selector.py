"""Term selector: hands out the terms of a group from the largest down, one for each lane and cycle.

The digits of a group are kept in planes, one for each power of two. In every step the dedicated lanes come first, each
takes the highest digit of its value; then the lanes of each window take the largest of what is left of it
(:mod:`lowtide.hw.pe.term.window_selector`, :mod:`lowtide.hw.pe.term.lane_rules`). The budget is a number of slots: the
sequencer enables lanes until so many slots have passed, whether filled or empty.

Load in one cycle, hand out from the next; a load during the last step of a beat is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Signal, Value, unsigned
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ...logic.arithmetic import highest
from ...logic.term_encoder import positions
from ...logic.unit import Unit
from .lane_rules import dedicated_lanes, window_lanes, windows
from .ranked_selector import RankedSelector, is_ranked
from .window_selector import WindowSelector, encode, term_layout

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["TermSelector"]


class TermSelector(Unit):
    """The term selector of one column.

    Ports
    -----
    load : in, 1 bit
        Take the digits of a group.
    step : in, 1 bit
        Take the terms of this cycle away.
    lanes : in, one bit a lane
        Lanes that may take a term.
    nonzero, negative : in, one digit an exponent for each value of the group
    terms : out, one a lane
        The terms of this cycle: those of dedicated lanes, then of each window, the largest first.
    left : out, 1 bit
        Terms would remain after this step.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        self.positions = positions(config)
        digits = data.ArrayLayout(unsigned(self.positions), config.group)
        super().__init__(
            f"{config.name}_term_selector",
            {
                "en": In(1),
                "load": In(1),
                "step": In(1),
                "lanes": In(config.lanes),
                "nonzero": In(digits),
                "negative": In(digits),
                "terms": Out(data.ArrayLayout(term_layout(config), config.lanes)),
                "left": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        config, exponents = self.config, range(self.positions)
        left = [Signal(config.group, name=f"left_{exponent}", reset_less=True) for exponent in exponents]
        negative = [Signal(config.group, name=f"negative_{exponent}", reset_less=True) for exponent in exponents]
        lost, after = [], left
        if dedicated := dedicated_lanes(config):
            after, missed = self.dedicated(m, left, negative)
            lost.append(missed)
        if is_ranked(config):
            self.ranked(m, left, negative, lost)
        elif windows(config):
            after = self.windowed(m, dedicated, after, negative, lost)
        else:
            lost.append(Cat(after).any())
        m.d.comb += self.left.eq(Cat(lost).any())
        for exponent in exponents:
            with m.If(self.load):
                m.d.sync += [
                    left[exponent].eq(Cat(digits[exponent] for digits in self.nonzero)),
                    negative[exponent].eq(Cat(digits[exponent] for digits in self.negative)),
                ]
            if not is_ranked(config):
                with m.Elif(self.step):
                    m.d.sync += left[exponent].eq(after[exponent])

    def ranked(self, m: Module, planes: Sequence[Value], negative: Sequence[Value], lost: list[Value]) -> None:
        """The terms of all lanes by their rank, :func:`rank_stages` cycles later. Adds to ``lost``."""
        config, count = self.config, window_lanes(self.config)
        rounds = -(-config.budget // config.lanes)
        base = Signal(bits_for(rounds * count), reset_less=True)  # slots of each window that have passed
        with m.If(self.load):
            m.d.sync += base.eq(0)
        with m.Elif(self.step):
            m.d.sync += base.eq(base + count)
        for number, (first, values) in enumerate(windows(config)):
            lanes, seen = slice(number * count, (number + 1) * count), slice(first, first + values)
            outputs = self.place(
                m,
                f"window_{number}",
                RankedSelector(config, len(base)),
                base=base,
                lanes=self.lanes[lanes],
                nonzero=Cat(plane[seen] for plane in planes),
                negative=Cat(plane[seen] for plane in negative),
            )
            m.d.comb += [self.terms[number * count + index].eq(term) for index, term in enumerate(outputs.terms)]
            lost.append(outputs.left)

    def dedicated(self, m: Module, left: Sequence[Signal], negative: Sequence[Signal]) -> tuple[list[Signal], Value]:
        """The terms of the dedicated lanes; the planes without them, and whether a lane was off that had one."""
        taken, missed = [], []
        for lane in range(dedicated_lanes(self.config)):
            top, term = Signal(self.positions, name=f"highest_of_{lane}"), self.terms[lane]
            exists = Signal(name=f"any_of_{lane}")
            m.d.comb += [
                top.eq(Cat(highest([plane[lane] for plane in left]))),
                exists.eq(Cat(plane[lane] for plane in left).any()),
                term.index.eq(0),
                term.exponent.eq(encode(top, range(self.positions), len(term.exponent))),
                term.negative.eq((top & Cat(plane[lane] for plane in negative)).any() & self.lanes[lane]),
                term.valid.eq(exists & self.lanes[lane]),
            ]
            taken.append(top)
            missed.append(exists & ~self.lanes[lane])
        remaining = []
        for exponent, plane in enumerate(left):
            remaining.append(Signal(self.config.group, name=f"remaining_{exponent}"))
            m.d.comb += remaining[-1].eq(plane & ~Cat(top[exponent] for top in taken))
        return remaining, Cat(missed).any()

    def windowed(
        self, m: Module, lane: int, planes: Sequence[Value], negative: Sequence[Value], lost: list[Value]
    ) -> list[Value]:
        """The terms of the windows' lanes, from ``lane`` on; the planes without them. Adds to ``lost``."""
        after: list[list[Value]] = [[] for _ in planes]
        count = window_lanes(self.config)
        for number, (first, values) in enumerate(windows(self.config)):
            lanes, seen = slice(lane, lane + count), slice(first, first + values)
            outputs = self.place(
                m,
                f"window_{number}",
                WindowSelector(self.config),
                lanes=self.lanes[lanes],
                nonzero=Cat(plane[seen] for plane in planes),
                negative=Cat(plane[seen] for plane in negative),
            )
            m.d.comb += [self.terms[lane + index].eq(term) for index, term in enumerate(outputs.terms)]
            for plane, rest in zip(after, outputs.after, strict=True):
                plane.append(rest)
            lost.append(outputs.left)
            lane += count
        return [Cat(plane) for plane in after]
