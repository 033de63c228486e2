"""Products packed into one multiplier: exact for all operands, and in as many DSP blocks as lanes."""

import numpy as np
import pytest
from amaranth.sim import Simulator

from lowtide.hw import verilog
from lowtide.hw.logic.packed_products import PackedProducts
from lowtide.synth.flow import synthesise
from lowtide.synth.targets import target

BYTES = {"rows": 1, "cols": 2, "lanes": 1, "x_bits": 8, "w_bits": 8}
NIBBLES = {"rows": 2, "cols": 2, "lanes": 4, "x_bits": 4, "w_bits": 4}
MIXED = {"rows": 1, "cols": 2, "lanes": 1, "x_bits": 8, "w_bits": 4}


def apart(words, field, count):
    """Fields of words, the lowest first: each is what is left over, as a signed number, of a multiple of 2^field."""
    found = []
    for _ in range(count):
        value = (words + (1 << field - 1)) % (1 << field) - (1 << field - 1)
        found.append(value)
        words = (words - value) >> field
    assert not words.any()
    return found


def test_two_products_of_bytes_are_exact_for_all_operands():
    x, w = np.arange(-128, 256)[:, None], np.arange(-128, 128)
    for upper in range(-128, 128):
        low, high = apart(x * (w + (upper << 16)), 16, 2)
        assert np.array_equal(low, x * w) and np.array_equal(high, np.broadcast_to(x * upper, high.shape))


def test_sums_of_four_lanes_of_nibbles_fit_their_fields():
    products = np.arange(-8, 16)[:, None] * np.arange(-8, 8)
    assert PackedProducts("tile", **NIBBLES).field == 10
    assert 4 * products.min() >= -512 and 4 * products.max() <= 511


@pytest.mark.parametrize("shape", [BYTES, NIBBLES, MIXED, BYTES | {"lanes": 3, "rows": 2}, MIXED | {"cols": 3}])
def test_the_unit_gives_the_dot_products(shape):
    unit, rng = PackedProducts("tile", **shape), np.random.default_rng(3)
    rows, cols, lanes, x_bits, w_bits = shape.values()

    async def check(ctx):
        for number in range(120):
            is_signed = number & 1
            x_ends = (-(1 << x_bits - 1), (1 << x_bits - 1) - 1) if is_signed else (0, (1 << x_bits) - 1)
            w_ends = -(1 << w_bits - 1), (1 << w_bits - 1) - 1
            if number < 60:
                x, w = rng.choice(x_ends, (rows, lanes)), rng.choice(w_ends, (cols, lanes))
            else:
                x, w = rng.integers(*x_ends, (rows, lanes)), rng.integers(*w_ends, (cols, lanes))
            if number < 8:
                x, w = np.full_like(x, x_ends[number >> 1 & 1]), np.full_like(w, w_ends[number >> 2])
            ctx.set(unit.x_signed, is_signed)
            ctx.set(unit.x, (x % (1 << x_bits)).tolist())
            ctx.set(unit.w, (w % (1 << w_bits)).tolist())
            await ctx.delay(1e-6)
            found = [[ctx.get(unit.sums[i][j]) for j in range(cols)] for i in range(rows)]
            assert found == (x @ w.T).tolist()

    simulator = Simulator(unit)
    simulator.add_testbench(check)
    simulator.run()


@pytest.mark.parametrize("shape", [BYTES, NIBBLES])
def test_a_lane_takes_one_dsp_block(shape):
    text = verilog(PackedProducts("tile", **shape))
    assert synthesise(text, "tile", target("xc7_dsp"), "plain").total("tile")["dsp48"] == shape["lanes"]


def test_a_tile_has_rows():
    with pytest.raises(ValueError, match="rows is 0, allowed are integers from 1"):
        PackedProducts("tile", **BYTES | {"rows": 0})
