"""Storage formats on each kind: which it accepts, and that it multiplies what the codes stand for."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    KINDS,
    WEIGHT_FORMATS,
    Mode,
    count,
    gemm,
    largest_k,
)
from lowtide.golden.gemm import check
from lowtide.golden.storage_formats import find

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


def fitting(format):
    return {"log4": 8, "log5": 16, "ternary": 2, "binary": 2}.get(format, 8)


ALL_OF_THEM = set(WEIGHT_FORMATS)


@pytest.mark.parametrize(
    "array, formats",
    [
        (PARALLEL, ALL_OF_THEM),
        (TERM, ALL_OF_THEM - {"two_digits", "e2m1"}),
        (PAIR, ALL_OF_THEM - {"two_digits", "e2m1"}),
        (SERIAL, ALL_OF_THEM),
        (PLANE, {"plain", "ternary"}),
        (FUSED, ALL_OF_THEM - {"log5"}),
    ],
)
def test_formats_of_weights_of_a_kind(array, formats):
    for name in WEIGHT_FORMATS:
        mode = Mode(w_format=name, w_bits=fitting(name), select=array.kind.startswith("term"))
        assert accepts(mode, array) == (name in formats), name


@pytest.mark.parametrize("width", [8, 16])
def test_formats_of_subword_weights(width):
    array = replace(SUBWORD, x_width=width, w_width=width)
    for name, bits in itertools.product(WEIGHT_FORMATS, (width, width // 2, width // 4)):
        allowed = {"plain": True, "ternary": bits == 2, "binary": bits == 2}.get(name, bits == width)
        if name == "log5":
            allowed = bits == 16
        assert accepts(Mode(w_format=name, x_bits=bits, w_bits=bits), array) == allowed, (name, bits)


def test_fused_formats_have_one_width_each():
    for name, bits in itertools.product(WEIGHT_FORMATS, (2, 4, 8, 16)):
        widths = {"plain": (2, 4, 8, 16), "ternary": (2,), "binary": (2,), "log5": ()}.get(name, (8,))
        assert accepts(Mode(w_format=name, w_bits=bits), FUSED) == (bits in widths), (name, bits)


def test_binary_planes_come_in_pairs():
    pair = Mode(x_format="binary", w_format="binary", x_bits=2, w_bits=2)
    check(pair, PLANE)
    assert "'binary' for both or neither" in refusal(replace(pair, x_format="plain"), PLANE)
    assert "'binary' for both or neither" in refusal(replace(pair, w_format="ternary"), PLANE)
    assert refusal(replace(pair, w_bits=3), PLANE).startswith("mode.w_bits is 3, allowed with mode.w_format 'binary'")
    assert refusal(replace(pair, x_signed=False), PLANE).startswith("mode.x_signed is False")


@pytest.mark.parametrize("format", WEIGHT_FORMATS)
@pytest.mark.parametrize("array", [PARALLEL, TERM, PAIR, COEFFICIENTS, SERIAL, PLANE, FUSED, SUBWORD],
                         ids=lambda array: f"{array.kind}-{array.accumulation}")  # fmt: skip
def test_gemm_multiplies_what_the_codes_stand_for(array, format):
    mode = Mode(w_format=format, w_bits=fitting(format), x_bits=4 if array.kind != "subword" else fitting(format))
    if array.kind in ("term", "term_pair"):
        terms = 1 if find(format).one_term else 7
        mode = replace(mode, group=8, budget=8 * terms)
    if not accepts(mode, array):
        return
    rng = np.random.default_rng(1)
    x = rng.integers(-2, 2, (5, 21))
    w = rng.choice(np.setdiff1d(np.arange(1 << find(format).stored_bits(7)), find(format).meaningless), (21, 7))
    codebook = rng.integers(-128, 128, find(format).entries) if find(format).entries else None
    integers = find(format).decode(w, codebook=codebook, bits=mode.w_bits)
    result = gemm(x, w, mode, array, codebook=codebook)
    assert (result.y == x @ integers).all() and np.unique(integers).size > 1
    encoded = [count(part, "binary", bits=16).astype(int) for part in (x, integers)]
    assert result.term_pairs == encoded[0].sum(axis=0) @ encoded[1].sum(axis=1)


def test_binary_data_are_plus_and_minus_one(array=PLANE):
    formats = {"x_format": "binary", "w_format": "binary"}
    mode = Mode(**formats, x_bits=2, w_bits=2)
    rng = np.random.default_rng(2)
    x, w = rng.integers(0, 2, (4, 70)), rng.integers(0, 2, (70, 5))
    result = gemm(x, w, mode, array)
    assert (result.y == (2 * x - 1) @ (2 * w - 1)).all()
    assert result.term_pairs == result.multiplications == 4 * 70 * 5
    assert largest_k(mode, array) == 2**31 - 1
    with pytest.raises(ValueError, match="x has codes from 2 to 2, allowed with format 'binary' are 0..1"):
        gemm(x + (x == 1), w, mode, array)


def test_one_bit_operands():
    x, w = [[-1, -1, 0, -1]], [[1], [1], [1], [0]]
    for array, x_bits in ((SERIAL, 2), (BOOTH, 2), (PLANE, 1)):
        mode = Mode(x_bits=x_bits, w_bits=1, w_signed=False)
        assert gemm(x, w, mode, array).y.tolist() == [[-2]]
        assert largest_k(mode, array) == 2**31 // x_bits  # the least product is -1, or -2
    with pytest.raises(ValueError, match="x has values from 1 to 1 out of range, allowed are -1..0"):
        gemm([[1]], [[1]], mode, PLANE)


def test_one_term_formats_need_one_slot_for_each_value():
    for format in ("log4", "log5", "ternary", "binary"):
        for array, hese in itertools.product((TERM, PAIR), (True, False)):
            mode = Mode(hese=hese, group=8, budget=8, w_format=format, w_bits=fitting(format))
            check(mode, array)
            assert refusal(replace(mode, budget=7), array).startswith("mode.budget is 7, allowed without selection")


def test_selected_formats_keep_their_range():
    for format in ("log4", "ternary", "binary"):
        mode = replace(TR, w_format=format, w_bits=fitting(format), budget=3, data_terms=0)
        assert KINDS["term"].effective_weights(mode, TERM) == find(format).decoded_range(mode.w_bits)
    log4 = replace(TR, w_format="log4", data_terms=0)
    assert largest_k(log4, TERM) == (2**31 - 1) // (128 * 64)
    y = gemm([[1] * 4], [[1], [15], [2], [7]], replace(log4, group=4, budget=2), TERM).y
    assert y.tolist() == [[0 - 64 + 0 + 64]]


def test_only_planes_take_binary_data():
    for array in (PARALLEL, TERM, PAIR, SERIAL, FUSED, SUBWORD):
        mode = Mode(x_format="binary", w_format="binary", x_bits=2, w_bits=2, select=array.kind.startswith("term"))
        assert not accepts(mode, array), array.kind


def test_a_codebook_belongs_to_its_format():
    mode = Mode(w_format="codebook16")
    table = np.arange(16)
    assert gemm([[2]], [[5]], mode, PARALLEL, codebook=table).y.tolist() == [[10]]
    assert gemm([[2]], [[5]], replace(mode, codebook=1), PARALLEL, codebook=-table).y.tolist() == [[-10]]
    for bad, message in [
        ({"codebook": None}, "codebook is None, allowed with format 'codebook16' are 16 integers"),
        ({"codebook": table[:4]}, "codebook has shape"),
        ({"codebook": table + 120}, "codebook has values from 128 to 135 out of range"),
    ]:
        with pytest.raises(ValueError, match=message):
            gemm([[2]], [[5]], mode, PARALLEL, **bad)
    with pytest.raises(ValueError, match="codebook is given"):
        gemm([[2]], [[5]], Mode(), PARALLEL, codebook=table)
