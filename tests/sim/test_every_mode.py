"""Every mode of every kind on the compiled model: all operand pairs, all lengths with remainders, 16-bit corners."""

import functools
from dataclasses import replace

import numpy as np
import pytest

import golden
from hw import CONFIGURATIONS, find
from hw.decoder import table_bits
from hw.formats import data_range, weight_range
from hw.pe import KINDS
from sim import Model

from golden_jobs import book, book_integers, operand, stored

FLEXIBLE = [name for name in CONFIGURATIONS if name.endswith("_flex")]
WIDE = [config.name for config in CONFIGURATIONS.values() if config.x_width == config.w_width == 16]
PAIRS = 1_000_000


@functools.cache
def model(name, size=None):
    config = find(name)
    compiled = Model(config if size is None else replace(config, name=f"{name}_{size}", rows=size, cols=size))
    for number in range(2) if table_bits(compiled.config) else ():
        compiled.load_codebook(book(compiled.config, number), number)
    return compiled


def check(compiled, x, w, mode):
    """The result of the hardware, exact in value and cycles; in block floating point with random exponents."""
    config, options = compiled.config, {}
    if mode.block_floating:
        rng, chunks = np.random.default_rng(5), -(-x.shape[1] // config.values_per_beat(mode))
        options = {"x_exponents": rng.integers(1 << config.exponent_bits, size=(x.shape[0], chunks)),
                   "w_exponents": rng.integers(1 << config.exponent_bits, size=(chunks, w.shape[1]))}
    found = compiled.gemm(x, w, mode, allow_overflow=True, **options)  # golden wraps as well
    stated = golden.gemm(x, w, mode, config, codebook=book_integers(config, mode), **options)
    assert np.array_equal(found.y, stated.y), f"{mode.label()}, K {x.shape[1]}"
    assert found.cycles == stated.cycles, f"{mode.label()}, K {x.shape[1]}"
    return found.y


def every(least_most):
    return np.arange(least_most[0], least_most[1] + 1)


@pytest.mark.parametrize("name", FLEXIBLE)
def test_all_operand_pairs_of_every_mode(name):
    """Every datum with every weight that a mode can store, 65,536 pairs at 8 bits, in another lane for each mode."""
    compiled, rng = model(name), np.random.default_rng(1)
    for number, mode in enumerate(compiled.config.operations.every_mode(compiled.config)):
        xs, ws = every(data_range(mode)), every(weight_range(mode))
        ws = ws[ws != 2] if mode.w_format == "ternary" else ws
        lane = number % compiled.config.values_per_beat(mode)
        x, w = np.zeros((len(xs), lane + 1), np.int64), stored(rng, (lane + 1, len(ws)), mode, "w")
        x[:, lane], w[lane] = xs, ws
        y = check(compiled, x, w, mode)
        if mode.w_format == mode.x_format == "plain" and not (mode.select or mode.data_terms or mode.block_floating):
            assert np.array_equal(y, np.outer(xs, ws)), mode.label()


@pytest.mark.parametrize("name", FLEXIBLE)
def test_lengths_from_1_to_300_in_every_mode(name):
    """Values and cycles, K from 1 to 300: the last chunk is whole or any part of one. On an array of 2x2, for speed."""
    compiled, rng = model(name, 2), np.random.default_rng(2)
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
