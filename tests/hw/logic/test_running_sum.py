"""Sums in a row, and the three structures of sums of Booth digits: exact at the ends of their ranges and between."""

import random

import pytest
from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.sim import Simulator

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.booth import booth_dot_product
from lowtide.hw.logic.running_sum import RunningSum, running_sum
from lowtide.hw.logic.timing.stages import Stages


def simulated(m, check, *, clocked=False):
    simulator = Simulator(m)
    if clocked:
        simulator.add_clock(1e-6)
    simulator.add_testbench(check)
    simulator.run()


@pytest.mark.parametrize(
    "widths", [(1,), (4,), (3, 3), (2, 5), (4, 4, 4), (1, 1, 1, 1, 1), (6, 2, 4), (3,) * 7, (4,) * 10, (2, 9, 3, 9)]
)
def test_a_running_sum_takes_every_value_and_every_carry(widths):
    m, rng = Module(), random.Random(5)
    values = [Signal(signed(width), name=f"v{i}") for i, width in enumerate(widths)]
    carries = [Signal(name=f"c{i}") for i in range(len(widths))]
    total = running_sum(m, values, carries, "sum")
    result = Signal.like(total)
    m.d.comb += result.eq(total)

    async def check(ctx):
        for number in range(200):
            ends = [(-(1 << width - 1), (1 << width - 1) - 1) for width in widths]
            chosen = [end[number] if number < 2 else rng.randint(*end) for end in ends]
            ones = [number] * len(widths) if number < 2 else [rng.getrandbits(1) for _ in widths]
            for signal, value in zip(values + carries, chosen + ones, strict=True):
                ctx.set(signal, value)
            await ctx.delay(1e-6)
            assert ctx.get(result) == sum(chosen) + sum(ones)

    simulated(m, check)


def test_low_bits_stay_behind():
    """7 times a + 4 b, whose two lowest bits are those of a: the sum above them is the floor."""
    m, a, b = Module(), Signal(signed(4)), Signal(signed(4))
    no = Signal(7)
    first = RunningSum().plus(m, [a] * 7, list(no), "first", reach=5)
    total = first.above(2).plus(m, [b] * 7, list(no), "second")
    result = Signal(signed(12))
    m.d.comb += result.eq(Cat(first.bits[:2], total.value()).as_signed())

    async def check(ctx):
        for x in range(-8, 8):
            for y in range(-8, 8):
                ctx.set(a, x)
                ctx.set(b, y)
                await ctx.delay(1e-6)
                assert ctx.get(result) == 7 * x + 28 * y

    simulated(m, check)


@pytest.mark.parametrize("stages", [0, 1, 2])
@pytest.mark.parametrize("sums", ["tree", "chains", "chain"])
@pytest.mark.parametrize("lanes, x_bits, w_bits", [(1, 3, 2), (2, 9, 9), (3, 3, 5), (5, 2, 4), (8, 9, 8)])
def test_every_structure_is_the_dot_product_as_many_cycles_later_as_it_has_stages(sums, lanes, x_bits, w_bits, stages):
    m, rng = Module(), random.Random(7)
    xs = [Signal(signed(x_bits), name=f"x{i}") for i in range(lanes)]
    weights = [Signal(signed(w_bits), name=f"w{i}") for i in range(lanes)]
    total = booth_dot_product(m, xs, weights, sums, Stages(m, stages))
    result = Signal.like(total)
    m.d.comb += result.eq(total)

    async def check(ctx):
        ends = [[(-(1 << bits - 1), (1 << bits - 1) - 1)[end] for bits in (x_bits, w_bits)] for end in (0, 1)]
        corners = [(ends[i][0], ends[j][1]) for i in (0, 1) for j in (0, 1)]
        for number in range(100):
            if number < 4:
                chosen = [corners[number]] * lanes
            elif number % 2:
                chosen = [rng.choice(corners) for _ in range(lanes)]
            else:
                chosen = [tuple(rng.randint(ends[0][side], ends[1][side]) for side in (0, 1)) for _ in range(lanes)]
            for x, weight, (x_value, w_value) in zip(xs, weights, chosen, strict=True):
                ctx.set(x, x_value)
                ctx.set(weight, w_value)
            await ctx.delay(1e-7)
            expected.append(sum(x * w for x, w in chosen))
            if len(expected) > stages:
                assert ctx.get(result) == expected[-1 - stages]
            if stages:
                await ctx.tick()

    expected = []
    simulated(m, check, clocked=stages > 0)


@pytest.mark.parametrize(
    "fields, line",
    [
        ({"kind": "bit_serial"}, "sums is chain, allowed with digits binary is tree"),
        ({"kind": "fused"}, "sums is 'chain', kind fused has none: leave it out"),
    ],
)
def test_there_is_a_row_only_where_there_are_digits(fields, line):
    with pytest.raises(ValueError, match=line):
        ArrayConfig(name="row", sums="chain", **fields)
