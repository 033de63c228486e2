"""Products packed into one multiplier: exact for all operands, and in as many DSP blocks as lanes."""

import random
from dataclasses import replace

import numpy as np
import pytest
from amaranth.sim import Simulator

from lowtide.hw import verilog
from lowtide.hw.logic.packed_products import PackedProducts
from lowtide.hw.logic.packing import BLOCKS, MOST_RESIDUE, Block, Packing
from lowtide.synth.flow import synthesise
from lowtide.synth.targets import target

DSP48, MULT18 = BLOCKS
BYTES = Packing(DSP48, 1, 2, 8, (-128, 255), (-128, 127))
NIBBLES = Packing(DSP48, 2, 2, 8, (-8, 15), (-8, 7))
MIXED = Packing(MULT18, 1, 2, 8, (-128, 255), (-8, 7))


def drawn(number):
    """A packing that fits: tiles, lanes, ranges and multipliers of any size."""
    chance = random.Random(f"packing {number}")
    while True:
        sides = [(chance.choice((0, -1 << chance.randint(1, 8))), (1 << chance.randint(1, 8)) - 1) for _ in "xw"]
        wide = chance.randint(6, 25)
        block = Block("drawn", wide, chance.randint(4, wide))
        try:
            return Packing(block, chance.randint(1, 3), chance.randint(1, 3), chance.randint(1, 9), *sides)
        except ValueError as error:
            assert "do not fit words of" in str(error)


def fits(low, high, bits):
    """Whether signed numbers of so many bits hold a range."""
    return -(1 << bits - 1) <= low and high < 1 << bits - 1


@pytest.mark.parametrize("number", range(40))
def test_words_fit_the_multiplier_and_fields_are_as_wide_as_they_can_be(number):
    packing = drawn(number)
    wide, narrow = packing.block.wide, packing.block.narrow

    def words_fit(field):
        ends = []
        for (low, high), lines, step in (
            (packing.x, packing.rows, field),
            (packing.w, packing.cols, field * packing.rows),
        ):
            ends.append([sum(end << step * line for line in range(lines)) for end in (low, high)])
        x, w = ends
        return (fits(*x, wide) and fits(*w, narrow)) or (fits(*x, narrow) and fits(*w, wide))

    low, high = packing.sums
    assert packing.residue <= min(MOST_RESIDUE, packing.field)
    assert fits(low, high, packing.field + packing.residue)
    assert words_fit(packing.field)
    assert not packing.residue or not words_fit(packing.field + 1)


def test_two_products_of_bytes_are_exact_for_all_operands():
    """The sums in fields of 16 bits, and what is carried from the lower one into the upper one."""
    packing = replace(BYTES, lanes=1)
    assert (packing.field, packing.residue) == (16, 0)
    x, w = np.arange(-128, 256)[:, None], np.arange(-128, 128)
    for upper in range(-128, 128):
        words = x * (w + (upper << 16))
        low = (words + (1 << 15)) % (1 << 16) - (1 << 15)
        assert np.array_equal(low, x * w) and np.array_equal((words - low) >> 16, np.broadcast_to(x * upper, low.shape))


def test_eight_lanes_need_residues():
    assert [(each.field, each.residue) for each in (BYTES, NIBBLES, MIXED)] == [(16, 3), (10, 1), (13, 2)]


@pytest.mark.parametrize("packing", [BYTES, NIBBLES, MIXED, *map(drawn, range(5))])
@pytest.mark.parametrize("in_a_row", [False, True])
def test_the_unit_gives_the_dot_products(packing, in_a_row):
    """Corners of the ranges first, then any operands."""
    unit, rng = PackedProducts("tile", packing, in_a_row=in_a_row), np.random.default_rng(3)
    shapes = (packing.x, (packing.rows, packing.lanes)), (packing.w, (packing.cols, packing.lanes))

    async def check(ctx):
        for number in range(120):
            if number < 4:
                x, w = (np.full(shape, ends[number >> side & 1]) for side, (ends, shape) in enumerate(shapes))
            elif number < 60:
                x, w = (rng.choice(ends, shape) for ends, shape in shapes)
            else:
                x, w = (rng.integers(*ends, shape, endpoint=True) for ends, shape in shapes)
            ctx.set(unit.x, x.tolist())
            ctx.set(unit.w, w.tolist())
            await ctx.delay(1e-6)
            found = [[ctx.get(unit.sums[i][j]) for j in range(packing.cols)] for i in range(packing.rows)]
            assert found == (x @ w.T).tolist()

    simulator = Simulator(unit)
    simulator.add_testbench(check)
    simulator.run()


@pytest.mark.parametrize(
    "packing, name, block",
    [(BYTES, "xc7_dsp", "dsp48"), (NIBBLES, "xc7_dsp", "dsp48"), (MIXED, "ecp5_dsp", "mult18")],
)
def test_a_lane_takes_one_block(packing, name, block):
    text = verilog(PackedProducts("tile", packing, in_a_row=True))
    assert synthesise(text, "tile", target(name), "plain").total("tile")[block] == packing.lanes


def test_blocks_add_lanes_that_are_in_a_row():
    """Two products of bytes in each of eight blocks: what is left for LUTs is less than one adder of a sum a lane."""
    areas = [
        synthesise(verilog(PackedProducts("tile", BYTES, in_a_row=form)), "tile", target("xc7_dsp"), "plain")
        for form in (True, False)
    ]
    in_a_row, in_pairs = (each.total("tile")["area"] for each in areas)
    assert in_a_row < 19 * 8 < in_pairs


@pytest.mark.parametrize("field", ["rows", "cols", "lanes"])
def test_a_tile_has_rows_columns_and_lanes(field):
    with pytest.raises(ValueError, match=f"{field} is 0, allowed are integers from 1"):
        replace(BYTES, **{field: 0})
