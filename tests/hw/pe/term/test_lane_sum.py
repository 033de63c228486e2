"""The arithmetic of a `term` PE by itself: every form of lanes and blocks, random terms and the largest sums."""

import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import data
from amaranth.sim import Simulator

from lowtide.common.ranges import operand_range
from lowtide.hw import ArrayConfig
from lowtide.hw.logic.offset_sum import signed_sum
from lowtide.hw.logic.term_encoder import positions
from lowtide.hw.pe.term.blocks import Block, blocks, operand_layout
from lowtide.hw.pe.term.lane_sum import LaneSum

BOTH = ("signed", "unsigned")
FORMS = [
    {"lanes": 1},
    {"lanes": 2},
    {"lanes": 3},
    {"lanes": 5},
    {"lanes": 8},
    {"lanes": 10},
    {"lanes": 16},
    {"lanes": 8, "x_types": "signed"},
    {"lanes": 7, "x_types": "unsigned"},
    {"lanes": 9, "w_types": BOTH},
    {"lanes": 8, "dedicated": True},
    {"lanes": 10, "dedicated": True},
    {"lanes": 12, "dedicated": True, "window": 2},
    {"lanes": 8, "window": 4},
    {"lanes": 16, "window": 1},
    {"lanes": 4, "group": 1},
    {"lanes": 6, "group": 3},
    {"lanes": 5, "x_width": 16, "w_width": 16, "acc_width": 48, "w_types": BOTH},
    {"lanes": 5, "w_width": 2},
    {"lanes": 6, "w_width": 4, "x_width": 3},
]


def simulated(module, check):
    async def bench(ctx):
        await check(ctx)

    simulator = Simulator(module)
    simulator.add_testbench(bench)
    simulator.run()


def operand_of(config, choose):
    """A north operand as the encoder may send it: (dict of fields, terms as (value, exponent, negative)).

    ``choose(low, high)`` draws an integer; an exponent that no term can have is lowered.
    """
    fields, terms = {}, []

    def fill(part, shared):
        if isinstance(part, Block):
            bit = choose(0, 1) if shared + (1 << part.bit) < positions(config) else 0
            fields[f"block_{part.number}"] = bit
            for inner in part.parts:
                fill(inner, shared + (bit << part.bit))
            return
        valid, index = choose(0, 3) > 0, choose(0, part.values - 1)
        exponent = min(choose(0, (2 << part.bit) - 1), positions(config) - 1 - shared)
        last, negative = exponent >> part.bit, valid and bool(choose(0, 1))
        lane = {"low": int(valid and not last), "high": int(valid and last), "negative": int(negative)}
        if part.values > 1:
            lane["index"] = index
        if part.bit:
            lane["shift"] = exponent & (1 << part.bit) - 1
        fields[f"lane_{part.number}"] = lane
        if valid:
            terms.append((part.first + index, shared + exponent, negative))

    for parts in blocks(config):
        for part in parts:
            fill(part, 0)
    return fields, terms


@pytest.mark.parametrize("form", FORMS, ids=lambda form: "_".join(f"{key}_{value}" for key, value in form.items()))
def test_the_sum_of_the_lanes(form):
    config, rng = ArrayConfig(**{"kind": "term", "group": 8} | form), random.Random(3)
    m = Module()
    west = Signal(config.pe.west_shape(config))
    north = Signal(operand_layout(config))
    x_signed = Signal()
    total, carry = LaneSum(m, config, west, north, x_signed).total()
    result = Signal.like(total + carry)
    m.d.comb += result.eq(total + carry)

    async def check(ctx):
        for number in range(400):
            is_signed = rng.choice(config.signs("x"))
            low, high = operand_range(config.x_width, is_signed)
            extreme = number % 4 == 0
            values = [rng.choice((low, high)) if extreme else rng.randint(low, high) for _ in range(config.group)]
            if number % 8 == 0:
                values = [values[0]] * config.group
            end = rng.randint(0, 1)

            def choose(least, most, number=number, end=end):
                if number % 8 == 0:  # every lane the same: the largest sums
                    return most if end or most > 1 else least
                return rng.randint(least, most)

            fields, terms = operand_of(config, choose)
            ctx.set(x_signed, is_signed)
            ctx.set(west, [value & (1 << config.x_width) - 1 for value in values])
            ctx.set(north, fields)
            await ctx.delay(1e-6)
            expected = sum((-1 if negative else 1) * values[value] << exponent for value, exponent, negative in terms)
            assert ctx.get(result) == expected, (values, terms)

    simulated(m, check)


@pytest.mark.parametrize(
    "widths", [(1,), (4,), (3, 3), (2, 5), (4, 4, 4), (1, 1, 1, 1, 1), (6, 2, 4), (3,) * 7, (4,) * 10, (2, 9, 3, 9)]
)
def test_sums_in_offset_binary(widths):
    m, rng = Module(), random.Random(5)
    values = Signal(data.StructLayout({f"v{i}": width for i, width in enumerate(widths)}))
    carries = Signal(len(widths))
    total, left = signed_sum(m, [values[f"v{i}"].as_signed() for i in range(len(widths))], carries, "sum")
    result = Signal.like(total + left)
    m.d.comb += result.eq(total + left)

    async def check(ctx):
        for number in range(300):
            ends = [(-(1 << width - 1), (1 << width - 1) - 1) for width in widths]
            chosen = [end[number] if number < 2 else rng.randint(*end) for end in ends]
            ones = [number] * len(widths) if number < 2 else [rng.getrandbits(1) for _ in widths]
            ctx.set(
                values,
                {
                    f"v{i}": value & (1 << width) - 1
                    for i, (value, width) in enumerate(zip(chosen, widths, strict=True))
                },
            )
            ctx.set(carries, sum(one << i for i, one in enumerate(ones)))
            await ctx.delay(1e-6)
            assert ctx.get(result) == sum(chosen) + sum(ones)

    simulated(m, check)
