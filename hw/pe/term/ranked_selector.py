"""Ranked selector: the terms of one cycle of a window by their rank, with register stages inside.

:class:`~lowtide.hw.pe.term.window_selector.WindowSelector` takes the largest terms away and goes on with what is left:
what it takes in one cycle must be known in the next, which no register can cut. Here nothing is taken away. A term's
*rank* is the number of terms before it, and lane j of n takes in the step that comes after ``base`` terms the one of
rank ``base + j``. The same terms, and every way leads forward:

- count the terms of each plane, and add up those *above* each plane, less ``base``: parallel prefix sums;
- lane j is in the plane that has no more than j terms above, and more than j above the next one;
- it sees that plane alone, and takes the digit that has ``j - above`` others of the plane at lower indices.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed, unsigned
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ...logic.arithmetic import any_of, count_ones, named
from ...logic.term_encoder import positions
from ...logic.timing.stages import Stages
from ...logic.unit import Unit
from .lane_rules import dedicated_lanes, window_lanes, window_values
from .window_selector import encode, term_layout

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["RankedSelector", "is_ranked", "rank_stages"]

CUTS = {0: (), 1: (2, 4, 7), 2: (1, 2, 3, 4, 5, 6, 7)}  #: by `pipeline`, the numbers of the cuts that are there


def is_ranked(config: ArrayConfig) -> bool:
    """Whether terms are handed out by rank: with stages, and without dedicated lanes, which take theirs before the
    windows do, so that what a window is left with is not a matter of ranks."""
    return config.pipeline > 0 and not dedicated_lanes(config)


def rank_stages(config: ArrayConfig) -> int:
    """Cycles from the digits of a group to its terms."""
    return len(CUTS[config.pipeline]) if is_ranked(config) else 0


class RankedSelector(Unit):
    """The selector of one window, :func:`rank_stages` cycles long.

    Parameters
    ----------
    config : ArrayConfig
    base_bits : int
        Of ``base``.

    Ports
    -----
    nonzero, negative : in, digit planes
        The lowest exponent first, one bit for each value of the window.
    base : in, ``base_bits`` bits
        Slots of these lanes in the earlier steps of the beat.
    lanes : in, one bit a lane
        Lanes that may take a term.
    terms : out, one a lane
        Those of other lanes are not valid.
    left : out, 1 bit
        Some term of the window was not taken.
    """

    def __init__(self, config: ArrayConfig, base_bits: int) -> None:
        self.config, self.positions = config, positions(config)
        self.count, self.values = window_lanes(config), window_values(config)
        planes = data.ArrayLayout(unsigned(self.values), self.positions)
        super().__init__(
            f"{config.name}_ranked_selector",
            {
                "en": In(1),
                "nonzero": In(planes),
                "negative": In(planes),
                "base": In(base_bits),
                "lanes": In(self.count),
                "terms": Out(data.ArrayLayout(term_layout(config), self.count)),
                "left": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        self.m, self.at = m, 0
        exponents = list(reversed(range(self.positions)))  # of the planes, the highest first
        digits: list[Value] = [Cat(self.nonzero[exponent], self.negative[exponent]) for exponent in exponents]
        lanes: Value = self.lanes
        counts = [count_ones(self.nonzero[exponent]) for exponent in exponents]
        before = -self.base
        digits, counts, (before, lanes) = self.cut(digits=digits, counts=counts, rest=[before, lanes])
        above, distance = [before, *counts], 1
        while distance < len(above):
            above = [each + above[place - distance] if place >= distance else each for place, each in enumerate(above)]
            above = self.narrowed(above, distance)
            distance *= 2
            if distance == 4:
                digits, above, (lanes,) = self.cut(digits=digits, above=above, rest=[lanes])
        if distance < 4:
            digits, above, (lanes,) = self.cut(digits=digits, above=above, rest=[lanes])
        digits, above, (lanes,) = self.cut(digits=digits, above=above, rest=[lanes])

        over = [
            named(m, Cat(each > lane for lane in range(self.count)), f"lanes_to_{n}") for n, each in enumerate(above)
        ]
        low_bits = bits_for(self.values - 1)
        lows: list[Value] = [each[:low_bits] for each in above[:-1]]
        more = above[-1] > self.count
        digits, over, lows, (lanes, more) = self.cut(digits=digits, over=over, lows=lows, rest=[lanes, more])

        inside = [
            named(m, end & ~start, f"in_{exponent}")
            for exponent, (start, end) in zip(exponents, pairwise(over), strict=True)
        ]
        valid = over[-1] & lanes
        left = more | (over[-1] & ~lanes).any()
        # from here each digit goes to every lane: long wires, which have a cycle without what they choose by
        digits, inside, lows, (valid, left) = self.cut(digits=digits, inside=inside, lows=lows, rest=[valid, left])
        found, places, powers = [], [], []
        for lane in range(self.count):
            here = [each[lane] for each in inside]
            found.append(chosen(digits, here))
            places.append((lane - chosen(lows, here))[:low_bits])
            powers.append(encode(Cat(here), exponents, bits_for(self.positions - 1)))
        found, places, powers, (valid, left) = self.cut(found=found, places=places, powers=powers, rest=[valid, left])

        taken, signs = [], []
        for lane, (seen, place) in enumerate(zip(found, places, strict=True)):
            nonzero = named(m, seen[: self.values], f"seen_by_{lane}")
            rank = [count_ones(nonzero[:value])[:low_bits] if value else Const(0) for value in range(self.values)]
            own = Cat(nonzero[value] & (rank[value] == place) for value in range(self.values))
            taken.append(named(m, own, f"taken_by_{lane}"))
            signs.append(seen[self.values :])
        taken, signs, powers, (valid, left) = self.cut(taken=taken, signs=signs, powers=powers, rest=[valid, left])

        for lane, term in enumerate(self.terms):
            m.d.comb += [
                term.index.eq(encode(taken[lane], range(self.values), len(term.index))),
                term.exponent.eq(powers[lane]),
                term.negative.eq((taken[lane] & signs[lane]).any() & valid[lane]),
                term.valid.eq(valid[lane]),
            ]
        m.d.comb += self.left.eq(left)

    def narrowed(self, sums: Sequence[Value], distance: int) -> list[Value]:
        """Sums as signals no wider than ``base`` and all terms need."""
        most = max(self.positions * self.values, (1 << len(self.base)) - 1)
        found = []
        for place, each in enumerate(sums):
            bits = min(Value.cast(each).shape().width, bits_for(most) + 1)
            is_signed = place < 2 * distance  # `base` is in it
            signal = Signal(signed(bits) if is_signed else unsigned(bits), name=f"above_{place}_by_{2 * distance}")
            self.m.d.comb += signal.eq(each)
            found.append(signal)
        return found

    def cut(self, **groups: Sequence[Value]) -> list[list[Value]]:
        """Values behind the next cut, group by group, in the order in which they are given."""
        self.at += 1
        if self.at not in CUTS[self.config.pipeline]:
            return [list(values) for values in groups.values()]
        stages = Stages(self.m, self.at)
        return [
            [stages.cut(self.at, value, f"{name}_{place}") for place, value in enumerate(values)]
            for name, values in groups.items()
        ]


def chosen(words: Sequence[Value], one_hot: Sequence[Value]) -> Value:
    """The word whose bit is set, zero where none is."""
    return any_of(word & bit.replicate(len(word)) for word, bit in zip(words, one_hot, strict=True))
