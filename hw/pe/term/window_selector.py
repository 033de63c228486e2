"""Window selector: the n largest terms of a window, in order, and what is left of it. "Receding water."

The terms lie in digit planes. As the water recedes the planes show from the highest exponent down, and inside a plane
the values in index order (Kung et al., SC 2020, section 4). Lane j takes term number j:

- a count of the terms above each plane says in which plane that is;
- a lane that is the first in its plane looks at the whole plane, the next one at what the lane before has left of it;
  either takes the lowest index that it sees. One of the two is always empty, so nothing has to choose between them, and
  signs go with the digits that are left. (To choose by whether something is left says the same, but that it does only
  counting proves: Yosys takes a minute and a half over it.)

What the last lane leaves of its plane and all planes below it is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Value, unsigned
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ...logic.arithmetic import any_of, count_ones, named
from ...logic.term_encoder import positions
from ...logic.unit import Unit
from .lane_rules import window_lanes, window_values

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["WindowSelector", "encode", "term_layout"]


def term_layout(config: ArrayConfig) -> data.StructLayout:
    """A weight term: which value of those that its lane sees, its power of two, its sign, and whether there is one."""
    return data.StructLayout(
        {
            "index": bits_for(window_values(config) - 1),
            "exponent": bits_for(positions(config) - 1),
            "negative": 1,
            "valid": 1,
        }
    )


class WindowSelector(Unit):
    """The selector of one window, combinational.

    Ports
    -----
    nonzero, negative : in, digit planes
        The lowest exponent first, one bit for each value of the window.
    lanes : in, one bit a lane
        Lanes that may take a term.
    terms : out, one a lane
        Those of other lanes are not valid.
    after : out, digit planes
        What is left without the terms of all lanes.
    left : out, 1 bit
        Some term of the window was not taken.
    """

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config, self.positions = config, positions(config)
        self.count, self.values = window_lanes(config), window_values(config)
        planes = data.ArrayLayout(unsigned(self.values), self.positions)
        super().__init__(
            f"{config.name}_window_selector",
            {
                "nonzero": In(planes),
                "negative": In(planes),
                "lanes": In(self.count),
                "terms": Out(data.ArrayLayout(term_layout(config), self.count)),
                "after": Out(planes),
                "left": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        exponents = list(reversed(range(self.positions)))  # of the planes, the highest first
        digits = [
            named(m, Cat(self.nonzero[exponent], self.negative[exponent]), f"digits_{exponent}")
            for exponent in exponents
        ]
        above = self.lanes_above(m, exponents)
        firsts = [
            named(m, end & ~start & Cat(Const(1, 1), start)[: self.count], f"first_in_{exponent}")
            for exponent, start, end in zip(exponents, above, above[1:], strict=False)
        ]
        powers, valid = self.powers(m, above, exponents), named(m, above[-1] & self.lanes, "valid")
        left, signs = Const(0, self.values), Const(0, self.values)
        for lane in range(self.count):
            found = named(
                m,
                any_of(
                    plane & first[lane].replicate(2 * self.values) for plane, first in zip(digits, firsts, strict=True)
                ),
                f"plane_begun_by_{lane}",
            )
            signs = named(m, (signs & left) | found[self.values :], f"signs_seen_by_{lane}")
            seen = named(m, left | found[: self.values], f"seen_by_{lane}")
            below = named(
                m,
                Cat(seen[:value].any() if value else Const(0, 1) for value in range(self.values)),
                f"some_below_for_{lane}",
            )  # whether a lower index is seen
            taken = named(m, seen & ~below, f"taken_by_{lane}")
            left = named(m, seen & below, f"left_by_{lane}")
            term = self.terms[lane]
            m.d.comb += [
                term.index.eq(encode(taken, range(self.values), len(term.index))),
                term.exponent.eq(Cat(power[lane] for power in powers)),
                term.negative.eq((taken & signs).any() & valid[lane]),
                term.valid.eq(valid[lane]),
            ]
        last = self.count - 1
        for exponent, start, end in zip(exponents, above, above[1:], strict=False):
            begun = end[last] & ~start[last]  # the plane of the last lane
            m.d.comb += self.after[exponent].eq(
                (self.nonzero[exponent] & start[last].replicate(self.values)) | (left & begun.replicate(self.values))
            )
        m.d.comb += self.left.eq(Cat(self.after).any() | (above[-1] & ~self.lanes).any())

    def lanes_above(self, m: Module, exponents: Iterable[int]) -> list[Value]:
        """For each plane, and for all of them together, the lanes whose terms lie above it: so many as there are terms,
        from lane 0 on. Counts are kept modulo a power of two, with a flag that says that they were beyond it."""
        bits = (self.count - 1).bit_length()
        low, beyond = Const(0, bits), Const(0, 1)
        lanes = [Const(0, self.count)]
        for exponent in exponents:
            total = low + count_ones(self.nonzero[exponent])
            low = named(m, total[:bits], f"count_to_{exponent}")
            beyond = named(m, beyond | total[bits:].any(), f"many_to_{exponent}")
            ones = Const(-1, self.count)
            lanes.append(named(m, ~(ones << low)[: self.count] | beyond.replicate(self.count), f"lanes_to_{exponent}"))
        return lanes

    def powers(self, m: Module, above: Sequence[Value], exponents: Sequence[int]) -> list[Value]:
        """The bits of the lanes' exponents, one word of lanes for each bit, 0 in an empty slot: for each bit the runs
        of planes that have it set."""
        words = []
        for bit in range(bits_for(self.positions - 1)):
            runs, start = [], None
            for number, exponent in enumerate([*exponents, 0]):
                if exponent >> bit & 1:
                    start = number if start is None else start
                elif start is not None:
                    runs.append(above[number] & ~above[start])
                    start = None
            words.append(named(m, any_of(runs), f"exponent_bit_{bit}"))
        return words


def encode(one_hot: Value, numbers: Iterable[int], width: int) -> Value:
    """The number that belongs to the set bit of ``one_hot``, zero where none is set."""
    masks = [sum(1 << i for i, number in enumerate(numbers) if number >> bit & 1) for bit in range(width)]
    return Cat((one_hot & Const(mask, len(one_hot))).any() for mask in masks)
