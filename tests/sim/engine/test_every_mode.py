"""Every mode of every kind on the compiled model: operand pairs, lengths with remainders, 16-bit corners, and random
modes of everything that the engine accepts.

`Kind.every_mode` lists what the engine accepts. The modes that documents show take all operand pairs, 65,536 at 8 bits,
where a product takes two cycles or less; each of the others all pairs where a PE does them in 1,024 cycles. Where
they are more, as many random ones and the corners: tests_long has the rest.
"""

import functools
from dataclasses import asdict

import numpy as np
import pytest

from lowtide import golden
from lowtide.formal.engine_checks.operand_pairs import (
    book_integers,
    difference,
    has_narrow_book,
    load_books,
    operand,
    pairs,
    stored,
)
from lowtide.hw import CONFIGURATIONS, ArrayConfig, Mode, find
from lowtide.hw.config.fields import settings_for
from lowtide.hw.config.named import representative
from lowtide.hw.mode.formats import stored_range
from lowtide.hw.pe import KINDS
from lowtide.sim import Model, ModelError
from lowtide.sim.engine.packing import weight_rows

from named_arrays import sized
from random_choices import near_mode, near_word

FLEXIBLE = [representative(kind).name for kind in KINDS]
WIDE = [config.name for config in CONFIGURATIONS.values() if config.x_width == config.w_width == 16]
PAIRS = 1 << 16
SHOWN_CYCLES = 2 << 16
CYCLES = 1 << 10


@functools.cache
def model(name):
    """A kind that takes many cycles a product has more PEs: a simulation does about as many cycles a second."""
    size = 4 if find(name).kind == "term_pair" else 2
    return load_books(Model(sized(name, size, size), quick=name in WIDE))


def check(compiled, x, w, mode):
    """The result of the hardware, exact in value and cycles; in block floating point with random exponents."""
    y, line = difference(compiled, x, w, mode)
    assert not line, line
    return y


@pytest.mark.parametrize("name", FLEXIBLE)
def test_operand_pairs_of_every_mode(name):
    """Data with weights that a mode can store, in another lane for each mode."""
    compiled = model(name)
    shown = compiled.config.modes()
    others = [mode for mode in compiled.config.pe.every_mode(compiled.config) if mode not in set(shown)]
    found = *pairs(compiled.config, shown, most=SHOWN_CYCLES), *pairs(compiled.config, others, most=CYCLES)
    for mode, x, w in found:
        y = check(compiled, x, w, mode)
        if mode.w_format == mode.x_format == "plain" and not (
            mode.select or mode.data_terms or mode.has_exponents("w")
        ):
            assert np.array_equal(y, x[:, -1:] * w[-1]), mode.label()


@pytest.mark.parametrize("name", FLEXIBLE)
def test_lengths_to_300_in_every_mode_of_the_documents(name):
    """Values and cycles: the last chunk is whole or any part of one, behind none to three others, or more of them."""
    compiled, rng = model(name), np.random.default_rng(2)
    for mode in compiled.config.modes():
        x, w = stored(rng, (compiled.config.rows, 300), mode, "x"), stored(rng, (300, compiled.config.cols), mode, "w")
        few = min(4 * compiled.config.values_per_beat(mode), 300)
        for k in (*range(1, few + 1), *rng.integers(few, 300, size=8), 300):
            check(compiled, x[:, :k], w[: weight_rows(k, compiled.config, mode)], mode)


@pytest.mark.parametrize("name", WIDE)
def test_16_bit_operands_at_their_corners_and_at_random(name):
    compiled, rng = model(name), np.random.default_rng(16)
    near = sorted({sign * ((1 << power) + step) for power in range(16) for step in (-1, 0, 1) for sign in (-1, 1)})
    modes = [mode for mode in compiled.config.modes() if 16 in (mode.x_bits, mode.w_bits)]
    assert modes
    for mode in modes:
        xs, ws = (
            np.array([value for value in near if least <= value <= most])
            for least, most in (stored_range(mode, "x"), stored_range(mode, "w"))
        )
        check(compiled, xs[:, None], ws[None, :], mode)
    mode = next(mode for mode in modes if mode.x_bits == mode.w_bits == 16)
    size = 64
    check(
        compiled,
        operand(rng, (size, PAIRS // size**2), 16, mode.x_signed),
        operand(rng, (PAIRS // size**2, size), 16, mode.w_signed),
        mode,
    )


SMALL = {"rows": 2, "cols": 2, "w_types": ("signed", "unsigned")}
OTHERS = [
    ArrayConfig(name="test_words_ruled", kind="term", lanes=8, group=4, dedicated=True, window=2, x_width=5, **SMALL),
    ArrayConfig(
        name="test_words_coefficients",
        kind="term_pair",
        group=5,
        accumulation="coefficients",
        coefficient_width=20,
        w_formats=("plain", "log4", "codebook16"),
        **SMALL,
    ),
    ArrayConfig(
        name="test_words_fused", kind="fused", x_width=16, w_formats=("plain", "binary", "codebook16"), **SMALL
    ),
    ArrayConfig(name="test_words_serial", kind="bit_serial", lanes=3, digits="booth", w_width=7, **SMALL),
]


def words_model(config):
    """Of a small array of this configuration."""
    if config in OTHERS:
        return Model(config, quick=True)
    return model(config.name)


@pytest.mark.parametrize("config", [*map(find, [*FLEXIBLE, *WIDE]), *OTHERS], ids=lambda config: config.name)
def test_random_modes_of_all_that_the_engine_accepts(config):
    """The fields of the mode word drawn independently; what is accepted runs, one mode after the other at once."""
    compiled, rng = words_model(config), np.random.default_rng(7)
    config, products, count = compiled.config, [], 0
    while count < 300:
        mode = near_mode(config, rng, stray=0.02)
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        count += 1
        m, n, k = (int(rng.integers(1, most + 1)) for most in (3, 3, 3 * config.values_per_beat(mode)))
        x, w = stored(rng, (m, k), mode, "x"), stored(rng, (weight_rows(k, config, mode), n), mode, "w")
        if has_narrow_book(config, mode) or mode.has_exponents("w"):
            check(compiled, x, w, mode)
        else:
            products.append((x, w, mode))
    load_books(compiled)
    found = compiled.run(products, allow_overflow=True)
    for (x, w, mode), y in zip(products, found.y, strict=True):
        stated = golden.gemm(x, w, mode, config, codebook=book_integers(config, mode))
        assert np.array_equal(y, stated.y), f"{mode.label()}, K {x.shape[1]}"


@pytest.mark.parametrize("config", [*map(find, [*FLEXIBLE, *WIDE]), *OTHERS], ids=lambda config: config.name)
def test_the_engine_refuses_what_the_configuration_refuses(config):
    """Random mode words, those that state no mode among them: the engine's flag says what `check_mode` says."""
    compiled, rng, refused = words_model(config), np.random.default_rng(8), 0
    config = compiled.config
    good = config.modes()[0]
    x, w = np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64)

    class Stated(Mode):
        """A mode that software accepts, whose word is another."""

    for _ in range(200):
        word = near_word(config, rng)
        try:
            mode = Mode.of_word(word)
            config.check_mode(mode)
            continue  # the test above runs these
        except ValueError:
            refused += 1
        Stated.word = lambda self, word=word: word
        with pytest.raises(ModelError, match="raised its error flag"):
            compiled.gemm(x, w, Stated(**asdict(good)))
    assert refused > 50


def test_every_kind_that_can_be_wide_is_so_somewhere():
    """As wide as its operands can be, in a named configuration whose modes are run here."""

    def can_be_wide(kind):
        allowed = {each.name: each.allowed for each in settings_for(kind)}
        return 16 in allowed["x_width"] and 16 in allowed["w_width"]

    assert {find(name).kind for name in WIDE} == set(filter(can_be_wide, KINDS))
