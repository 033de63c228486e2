"""Every mode of every kind on the compiled model: all operand pairs, all lengths with remainders, 16-bit corners."""

import functools

import numpy as np
import pytest

from bench.operand_pairs import difference, load_books, operand, pairs, stored
from hw import CONFIGURATIONS, find
from hw.formats import data_range, weight_range
from hw.pe import KINDS
from sim import Model

from named_arrays import sized

FLEXIBLE = [name for name in CONFIGURATIONS if name.endswith("_flex")]
WIDE = [config.name for config in CONFIGURATIONS.values() if config.x_width == config.w_width == 16]
PAIRS = 1_000_000


@functools.cache
def model(name):
    return load_books(Model(sized(name, 2, 2)))


def check(compiled, x, w, mode):
    """The result of the hardware, exact in value and cycles; in block floating point with random exponents."""
    y, line = difference(compiled, x, w, mode)
    assert not line, line
    return y


@pytest.mark.parametrize("name", FLEXIBLE)
def test_all_operand_pairs_of_every_mode(name):
    """Every datum with every weight that a mode can store, 65,536 pairs at 8 bits, in another lane for each mode."""
    compiled = model(name)
    for mode, x, w in pairs(compiled.config):
        y = check(compiled, x, w, mode)
        if mode.w_format == mode.x_format == "plain" and not (mode.select or mode.data_terms or mode.block_floating):
            assert np.array_equal(y, x[:, -1:] * w[-1]), mode.label()


@pytest.mark.parametrize("name", FLEXIBLE)
def test_lengths_from_1_to_300_in_every_mode(name):
    """Values and cycles, K from 1 to 300: the last chunk is whole or any part of one."""
    compiled, rng = model(name), np.random.default_rng(2)
    for mode in compiled.config.operations.every_mode(compiled.config):
        x, w = stored(rng, (compiled.config.rows, 300), mode, "x"), stored(rng, (300, compiled.config.cols), mode, "w")
        for k in range(1, 301):
            check(compiled, x[:, :k], w[:k], mode)


@pytest.mark.parametrize("name", WIDE)
def test_16_bit_operands_at_their_corners_and_a_million_at_random(name):
    compiled, rng = model(name), np.random.default_rng(16)
    near = sorted({sign * ((1 << power) + step) for power in range(16) for step in (-1, 0, 1) for sign in (-1, 1)})
    modes = [mode for mode in compiled.config.modes() if 16 in (mode.x_bits, mode.w_bits)]
    assert modes
    for mode in modes:
        xs, ws = (np.array([value for value in near if least <= value <= most])
                  for least, most in (data_range(mode), weight_range(mode)))
        check(compiled, xs[:, None], ws[None, :], mode)
    mode = next(mode for mode in modes if mode.x_bits == mode.w_bits == 16)
    size = 64
    check(compiled, operand(rng, (size, PAIRS // size**2), 16, mode.x_signed),
          operand(rng, (PAIRS // size**2, size), 16, mode.w_signed), mode)


def test_every_kind_is_flexible_and_wide_somewhere():
    assert {find(name).kind for name in FLEXIBLE} == {find(name).kind for name in WIDE} == set(KINDS)
