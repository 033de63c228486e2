"""What each PE kind accepts, and its values and cycles per beat."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    KINDS,
    Mode,
    booth_digits,
    gemm,
    job_cycles,
    largest_k,
)
from lowtide.golden.gemm import check

from kind_arrays import (
    BOOTH,
    COEFFICIENTS,
    FUSED,
    PAIR,
    PARALLEL,
    PLANE,
    SERIAL,
    SUBWORD,
    TERM,
    TR,
    accepts,
    refusal,
)


@pytest.mark.parametrize(
    "array, mode, values, cycles",
    [
        (PAIR, TR, 8, 12 * 3),
        (PAIR, replace(TR, data_terms=0), 8, 12 * 4),
        (PAIR, replace(TR, data_terms=0, x_signed=False), 8, 12 * 5),
        (PAIR, replace(TR, data_terms=0, hese=False), 8, 12 * 7),
        (PAIR, replace(TR, data_terms=0, x_bits=16), 8, 12 * 8),
        (PAIR, Mode(hese=True, group=2, budget=8), 2, 8 * 4),
        (SERIAL, Mode(), 4, 8),
        (SERIAL, Mode(w_bits=1, x_bits=2), 4, 1),
        (SERIAL, Mode(w_bits=16), 4, 16),
        (BOOTH, Mode(), 4, 4),
        (BOOTH, Mode(w_signed=False), 4, 5),
        (BOOTH, Mode(w_bits=7), 4, 4),
        (BOOTH, Mode(w_bits=1), 4, 1),
        (PLANE, Mode(), 64, 64),
        (PLANE, Mode(x_bits=1, w_bits=3), 64, 3),
        (PLANE, Mode(w_bits=2, w_format="ternary"), 64, 16),
        (PLANE, Mode(x_bits=2, w_bits=2, x_format="binary", w_format="binary"), 64, 1),
        (PLANE, Mode(x_bits=2, w_bits=2), 64, 4),
        (FUSED, Mode(x_bits=2, w_bits=2), 16, 1),
        (FUSED, Mode(x_bits=8, w_bits=2), 4, 1),
        (FUSED, Mode(x_bits=2, w_bits=4), 8, 1),
        (FUSED, Mode(x_bits=4, w_bits=4), 4, 1),
        (FUSED, Mode(), 1, 1),
        (FUSED, Mode(x_bits=16), 1, 2),
        (FUSED, Mode(w_bits=16), 1, 2),
        (FUSED, Mode(x_bits=16, w_bits=16), 1, 4),
        (SUBWORD, Mode(), 1, 1),
        (SUBWORD, Mode(x_bits=4, w_bits=4), 2, 1),
        (SUBWORD, Mode(x_bits=2, w_bits=2), 4, 1),
        (replace(SUBWORD, x_width=16, w_width=16), Mode(x_bits=16, w_bits=16), 1, 1),
        (replace(SUBWORD, x_width=16, w_width=16), Mode(x_bits=4, w_bits=4), 4, 1),
    ],
)
def test_values_and_cycles_of_a_beat(array, mode, values, cycles):
    kind = KINDS[array.kind]
    assert (kind.values_per_beat(mode, array), kind.cycles_per_beat(mode, array)) == (values, cycles)
    assert job_cycles(3 * values, mode, array) == 3 * cycles
    assert job_cycles(3 * values + 1, mode, array) == 4 * cycles


def test_booth_cycles_are_the_digits_of_a_weight():
    for bits, signed in itertools.product(range(1, 17), (True, False)):
        mode = Mode(w_bits=bits, w_signed=signed)
        assert job_cycles(4, mode, BOOTH) == booth_digits([0], bits=bits, signed=signed).shape[-1]


def test_published_speedup_of_fused_operands():
    """Bit Fusion: sixteen times as many products of 2-bit operands as of 8-bit ones."""
    assert job_cycles(160, Mode(), FUSED) == 16 * job_cycles(160, Mode(x_bits=2, w_bits=2), FUSED)


@pytest.mark.parametrize("x_width, w_width", [(16, 16), (8, 16), (5, 3)])
@pytest.mark.parametrize("array, x_least, w_least", [
    (PARALLEL, 2, 2), (TERM, 2, 2), (PAIR, 2, 2), (SERIAL, 2, 1), (BOOTH, 2, 1), (PLANE, 1, 1)])  # fmt: skip
def test_any_width_from_the_least_to_the_built_one(array, x_least, w_least, x_width, w_width):
    array = replace(array, x_width=x_width, w_width=w_width)
    for x_bits, w_bits in itertools.product(range(18), repeat=2):
        mode = Mode(x_bits=x_bits, w_bits=w_bits, select=array.kind.startswith("term"))
        assert accepts(mode, array) == (x_least <= x_bits <= x_width and w_least <= w_bits <= w_width)


@pytest.mark.parametrize("x_width, w_width", [(16, 16), (8, 16), (8, 8), (16, 8), (4, 8), (8, 2)])
def test_fused_widths(x_width, w_width):
    array = replace(FUSED, x_width=x_width, w_width=w_width)
    legal = {*itertools.product((2, 4, 8), repeat=2), (16, 8), (8, 16), (16, 16)}
    for x_bits, w_bits in itertools.product(range(1, 17), repeat=2):
        expected = (x_bits, w_bits) in legal and x_bits <= x_width and w_bits <= w_width
        assert accepts(Mode(x_bits=x_bits, w_bits=w_bits), array) == expected, (x_bits, w_bits)


@pytest.mark.parametrize("width", [8, 16])
def test_subword_widths(width):
    array = replace(SUBWORD, x_width=width, w_width=width)
    for x_bits, w_bits in itertools.product(range(1, 17), repeat=2):
        expected = x_bits == w_bits and x_bits in (width, width // 2, width // 4)
        assert accepts(Mode(x_bits=x_bits, w_bits=w_bits), array) == expected, (x_bits, w_bits)


@pytest.mark.parametrize(
    "array, mode, pairs",
    [
        (PAIR, TR, 4.5),
        (PAIR, replace(TR, data_terms=0), 6),
        (SERIAL, Mode(w_bits=3), 24),
        (PLANE, Mode(x_bits=2, w_bits=3), 6),
        (FUSED, Mode(x_bits=4), 32),
        (SUBWORD, Mode(x_bits=4, w_bits=4), 16),
    ],
)
def test_term_pairs_reserved_for_a_multiplication(array, mode, pairs):
    result = gemm(np.ones((2, 16), int), np.ones((16, 2), int), mode, array)
    assert result.term_pair_bound == pairs * result.multiplications
    assert 0 < result.term_pairs <= result.term_pair_bound


@pytest.mark.parametrize("array", [PARALLEL, SERIAL, BOOTH, PLANE, FUSED, SUBWORD], ids=lambda array: array.kind)
def test_kinds_without_terms_leave_their_fields_alone(array):
    check(Mode(), array)
    for field, value in {"hese": True, "select": True, "data_terms": 1, "group": 2, "budget": 2}.items():
        message = refusal(replace(Mode(), **{field: value}), array)
        assert message.startswith(f"mode.{field} is {value!r}, allowed on a {array.kind} array is ")


@pytest.mark.parametrize(
    "array, mode, message",
    [
        (replace(SERIAL, digits="naf"), Mode(), "array.digits is 'naf', allowed are binary, booth"),
        (replace(SERIAL, lanes=0), Mode(), "array.lanes is 0, allowed are integers >= 1"),
        (PLANE, Mode(w_format="log4"), "mode.w_format is 'log4', allowed on this bit_plane array are plain, ternary"),
        (PLANE, Mode(w_format="ternary"), "mode.w_bits is 8, allowed with mode.w_format 'ternary' on a bit_plane"),
        (FUSED, Mode(x_bits=3), "mode.x_bits is 3, allowed are 2, 4, 8, 16"),
        (replace(FUSED, w_width=8), Mode(w_bits=16), "mode.w_bits is 16, allowed are integers 1..8"),
        (FUSED, Mode(x_bits=16, w_bits=4), "mode.w_bits is 4, allowed with mode.x_bits 16 are 8, 16"),
        (FUSED, Mode(x_bits=2, w_bits=16), "mode.x_bits is 2, allowed with mode.w_bits 16 are 8, 16"),
        (FUSED, Mode(w_bits=16, w_format="log5"), "mode.w_format is 'log5', allowed on this fused array are plain, "),
        (FUSED, Mode(w_bits=16, w_format="log4"), "mode.w_bits is 16, allowed with mode.w_format 'log4' on a fused"),
        (replace(SUBWORD, w_width=4), Mode(w_bits=4), "array.w_width is 4, allowed are 8, 16"),
        (replace(SUBWORD, x_width=16), Mode(), "array.x_width is 16, allowed are 8"),
        (SUBWORD, Mode(x_bits=4), "mode.x_bits is 4, allowed are 8"),
        (SUBWORD, Mode(w_bits=3), "mode.w_bits is 3, allowed are 8, 4, 2"),
        (replace(PAIR, accumulation="tree"), TR, "array.accumulation is 'tree', allowed are direct, coefficients"),
        (
            replace(COEFFICIENTS, coefficient_width=None),
            TR,
            "array.coefficient_width is None, allowed are integers 2..64",
        ),
        (replace(PAIR, dedicated=True), TR, "array.dedicated, array.window are True, None, allowed on a term_pair"),
        (replace(PAIR, window=4), TR, "array.dedicated, array.window are False, 4, allowed on a term_pair"),
        (PAIR, replace(TR, group=16), "mode.group is 16, allowed are integers 1..8"),
        (PAIR, replace(TR, select=False), "mode.budget is 12, allowed without selection are integers >= 32"),
    ],
)
def test_what_a_kind_refuses(array, mode, message):
    assert refusal(mode, array).startswith(message)


def test_fields_of_other_kinds_may_be_none():
    """As in the hardware's configurations."""
    others = {
        "parallel": ("group", "window", "digits", "accumulation", "dedicated"),
        "term": ("digits", "accumulation"),
        "term_pair": ("lanes", "digits", "window", "dedicated"),
        "bit_serial": ("group", "window", "accumulation", "dedicated"),
        "bit_plane": ("group", "window", "digits", "accumulation", "dedicated"),
        "fused": ("lanes", "group", "window", "digits", "accumulation", "dedicated"),
        "subword": ("lanes", "group", "window", "digits", "accumulation", "dedicated"),
    }
    for array in (PARALLEL, TERM, PAIR, SERIAL, PLANE, FUSED, SUBWORD):
        mode = {"term": replace(TR, data_terms=0), "term_pair": TR}.get(array.kind, Mode())
        bare = replace(array, **dict.fromkeys(others[array.kind]))
        x, w = np.random.default_rng(5).integers(-128, 128, (2, 16, 16))
        ours, theirs = gemm(x, w, mode, array), gemm(x, w, mode, bare)
        assert (ours.y == theirs.y).all() and ours.cycles == theirs.cycles
        assert largest_k(mode, array) == largest_k(mode, bare)
