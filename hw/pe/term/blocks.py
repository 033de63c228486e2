"""Blocks: lanes of a window that share the high bits of their exponents, and so the wide part of their shifters.

The n lanes of a window take its terms from the largest down, t[0] to t[n-1]: some of the first have the highest bit of
the exponent set, the others have not. So whatever the terms are, half of the lanes can always be given terms that agree
in that bit, and half of the rest, and so on::

    n = 8: blocks of 4, 2, 1, 1         t[3] has the bit:      t[0..3] have it and are the block, the rest is t[4..7]
                                        t[3] has it not:       t[4..7] do not and are the block, the rest is t[0..3]

Inside a block the terms are still in order, and the next bit divides it the same way. A PE adds the lanes of a block
first and shifts their sum by the shared bit: fewer and narrower shifters and adders. An empty slot counts as exponent
zero, which is last in order as well.

A lane of its own holds the last of its exponent bits as two, ``low`` and ``high``, both 0 in an empty slot: the mask
that an empty slot needs is then part of the last shifter's multiplexer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.utils import bits_for

from ...logic.term_encoder import positions
from .lane_rules import dedicated_lanes, window_lanes, windows

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["Block", "Lane", "arrange", "blocks", "operand_layout"]


@dataclass(frozen=True)
class Lane:
    """A lane.

    Parameters
    ----------
    number : int
        Its place in the operand.
    first, values : int
        What it sees of the group: the first value, how many.
    bit : int
        The highest of the exponent bits that it does not share.
    """

    number: int
    first: int
    values: int
    bit: int

    def lanes(self) -> list[Lane]:
        """The lane itself."""
        return [self]


@dataclass(frozen=True)
class Block:
    """Lanes and smaller blocks that share an exponent bit.

    Parameters
    ----------
    number : int
        Its place in the operand.
    bit : int
        The exponent bit.
    parts : tuple of Lane and Block
        The largest first.
    """

    number: int
    bit: int
    parts: tuple[Lane | Block, ...]

    def lanes(self) -> list[Lane]:
        """All lanes in it, the one of the largest term first."""
        return [lane for part in self.parts for lane in part.lanes()]


def blocks(config: ArrayConfig) -> list[list[Lane | Block]]:
    """The lanes of a configuration as blocks: a list of lists, one dedicated lane or one window each."""
    bit = bits_for(positions(config) - 1) - 1
    lane_numbers, block_numbers = count(), count()

    def divided(lanes: int, bit: int, view: tuple[int, int]) -> list[Lane | Block]:
        parts: list[Lane | Block] = []
        while lanes:
            size = (lanes + 1) // 2 if bit and lanes > 2 else 1
            if size > 1:
                parts.append(Block(next(block_numbers), bit, tuple(divided(size, bit - 1, view))))
            else:
                parts.append(Lane(next(lane_numbers), *view, bit))
            lanes -= size
        return parts

    dedicated = [divided(1, bit, (value, 1)) for value in range(dedicated_lanes(config))]
    return dedicated + [divided(window_lanes(config), bit, view) for view in windows(config)]


def operand_layout(config: ArrayConfig) -> data.StructLayout:
    """What a PE takes every cycle: a struct for each lane, and the shared bit of each block."""
    fields, shared = {}, {}

    def collect(parts: Iterable[Lane | Block]) -> None:
        for part in parts:
            if isinstance(part, Block):
                shared[f"block_{part.number}"] = 1
                collect(part.parts)
            else:
                index = {"index": bits_for(part.values - 1)} if part.values > 1 else {}
                shift = {"shift": part.bit} if part.bit else {}
                fields[f"lane_{part.number}"] = data.StructLayout(index | shift | {"low": 1, "high": 1, "negative": 1})

    for parts in blocks(config):
        collect(parts)
    return data.StructLayout(fields | shared)


def arrange(m: Module, terms: Sequence[data.View], parts: Iterable[Lane | Block], operand: data.View) -> None:
    """Give the terms of a window to its lanes and blocks.

    Parameters
    ----------
    m : Module
        Gets the logic.
    terms : sequence of views
        Of :func:`lowtide.hw.pe.term.window_selector.term_layout`, the largest first.
    parts : lanes and blocks
    operand : view
        Of :func:`operand_layout`: the struct that is driven.
    """
    terms = list(terms)
    for part in parts:
        if isinstance(part, Lane):
            term = terms.pop(0)
            lane, last = operand[f"lane_{part.number}"], term.exponent[part.bit]
            m.d.comb += [
                lane.low.eq(term.valid & ~last),
                lane.high.eq(term.valid & last),
                lane.negative.eq(term.negative),
            ]
            if part.values > 1:
                m.d.comb += lane.index.eq(term.index)
            if part.bit:
                m.d.comb += lane.shift.eq(term.exponent[: part.bit])
            continue
        size, name = len(part.lanes()), f"block_{part.number}"
        shared, rest = operand[name], len(terms) - size
        m.d.comb += shared.eq(terms[size - 1].exponent[part.bit])
        inside = [
            either(m, shared, *pair, f"{name}_term_{number}")
            for number, pair in enumerate(zip(terms[:size], terms[rest:], strict=True))
        ]
        terms = [
            either(m, shared, *pair, f"{name}_other_{number}")
            for number, pair in enumerate(zip(terms[size:], terms[:rest], strict=True))
        ]
        arrange(m, inside, part.parts, operand)


def either(m: Module, choice: Value, one: data.View, other: data.View, name: str) -> Signal:
    """One of two terms."""
    term = Signal(one.shape(), name=name)
    m.d.comb += Cat(term).eq(Mux(choice, Cat(one), Cat(other)))
    return term
