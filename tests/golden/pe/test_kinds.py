"""What each PE kind accepts, its values and cycles per beat, storage formats, and the tMAC's coefficients."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    KINDS,
    WEIGHT_FORMATS,
    Array,
    Mode,
    booth_digits,
    coefficient_vector,
    count,
    gemm,
    job_cycles,
    largest_k,
    max_terms,
    reveal,
    top_terms,
)
from lowtide.golden.gemm import check
from lowtide.golden.storage_formats import find

SIZES = {"rows": 2, "cols": 3, "x_width": 16, "w_width": 16}
PARALLEL = Array(kind="parallel", **SIZES, lanes=4)
TERM = Array(kind="term", **SIZES, lanes=2, group=8)
PAIR = Array(kind="term_pair", **SIZES, group=8)
COEFFICIENTS = replace(PAIR, accumulation="coefficients", coefficient_width=12)
SERIAL = Array(kind="bit_serial", **SIZES, lanes=4)
BOOTH = replace(SERIAL, digits="booth")
PLANE = Array(kind="bit_plane", **SIZES, lanes=64)
FUSED = Array(kind="fused", **SIZES)
SUBWORD = Array(kind="subword", **SIZES | {"x_width": 8, "w_width": 8})
TR = Mode(hese=True, select=True, group=8, budget=12, data_terms=3)


def accepts(mode, array):
    try:
        check(mode, array)
    except ValueError as error:
        assert str(error).count("\n") == 0 and ("mode." in str(error) or "array." in str(error))
        return False
    return True


def refusal(mode, array):
    with pytest.raises(ValueError) as error:
        check(mode, array)
    return str(error.value)


# Cycles ---------------------------------------------------------------------------------------------------------------


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


# Widths ---------------------------------------------------------------------------------------------------------------


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


# Storage formats ------------------------------------------------------------------------------------------------------


def fitting(format):
    return {"log4": 8, "log5": 16, "ternary": 2, "binary": 2}.get(format, 8)


ALL_OF_THEM = set(WEIGHT_FORMATS)


@pytest.mark.parametrize(
    "array, formats",
    [
        (PARALLEL, ALL_OF_THEM),
        (TERM, ALL_OF_THEM),
        (PAIR, ALL_OF_THEM),
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
        terms = 1 if format not in ("plain", "codebook16", "codebook256") else 7
        mode = replace(mode, group=8, budget=8 * terms)
    if not accepts(mode, array):
        return
    rng = np.random.default_rng(1)
    x = rng.integers(-2, 2, (5, 21))
    w = rng.integers(0, 1 << find(format).stored_bits(7), (21, 7))
    if format == "ternary":
        w[w == 2] = 3
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


# Coefficients of the tMAC ---------------------------------------------------------------------------------------------


def test_worked_coefficient_vector():
    mode = Mode(hese=True, select=True, group=4, budget=6, data_terms=2)
    x, w = np.array([[3, 27, 10, 6]]), np.array([[12], [5], [-7], [31]])
    kept, top = KINDS["term_pair"].weights(w, mode, COEFFICIENTS), top_terms(x, 2)
    assert kept.ravel().tolist() == [12, 5, -8, 32] and top.tolist() == [[3, 28, 10, 6]]
    vector = coefficient_vector(top, kept, mode)
    assert vector.shape == (1, 1, 15)
    assert vector.ravel().tolist() == [0, 0, 0, 0, -4, 1, -1, 1, 1] + [0] * 6
    for array in (PAIR, COEFFICIENTS):
        result = gemm(x, w, mode, array)
        assert result.y.tolist() == [[288]] and result.term_pairs == 12 and result.cycles == 12
        assert gemm(x, w, replace(mode, budget=8), array).y.tolist() == [[292]]


@pytest.mark.parametrize("x_signed, coefficients", [(True, 15), (False, 16)])
def test_published_number_of_coefficients(x_signed, coefficients):
    vector = coefficient_vector(np.array([[0]]), np.array([[0]]), replace(TR, x_signed=x_signed))
    assert vector.shape[-1] == coefficients


@pytest.mark.parametrize("hese", [True, False])
def test_every_product_of_coefficients_is_exact(hese):
    """All pairs of signed 8-bit operands, one multiplication each."""
    x, w = np.arange(-128, 128)[:, None], np.arange(-128, 128)[None]
    mode = Mode(hese=hese, group=1, budget=max_terms("hese" if hese else "binary", 8, True))
    array = replace(COEFFICIENTS, rows=256, cols=256, coefficient_width=4)
    assert (gemm(x, w, mode, array).y == x * w).all()


def test_coefficients_wrap():
    """Ten times 1 * 1 counts to ten: -6 of four bits."""
    mode = Mode(hese=True, group=1, budget=4)
    x, w = np.ones((1, 10), int), np.ones((10, 1), int)
    assert gemm(x, w, mode, COEFFICIENTS).y.tolist() == [[10]]
    assert gemm(x, w, mode, replace(COEFFICIENTS, coefficient_width=4)).y.tolist() == [[-6]]
    assert gemm(4 * x, w, mode, replace(COEFFICIENTS, coefficient_width=4)).y.tolist() == [[-24]]


def test_coefficients_are_pairs_counted_one_by_one():
    rng = np.random.default_rng(3)
    x, w = rng.integers(-128, 128, (3, 16)), rng.integers(-128, 128, (16, 2))
    kept, top = reveal(w, group=8, budget=12, axis=0), top_terms(x, 3)

    def terms(value):  # (sign, exponent) pairs, by the scan from the definition
        found, exponent = [], 0
        while value:
            if value & 1:
                digit = 2 - value % 4
                found.append((digit, exponent))
                value -= digit
            value, exponent = value // 2, exponent + 1
        return found

    expected = np.zeros((3, 2, 15), int)
    for m, n, k in np.ndindex(3, 2, 16):
        for (a, e), (b, f) in itertools.product(terms(int(top[m, k])), terms(int(kept[k, n]))):
            expected[m, n, e + f] += a * b
    assert (coefficient_vector(top, kept, TR) == expected).all()


@pytest.mark.parametrize("width", [5, 6, 7])
@pytest.mark.parametrize("mode", [TR, replace(TR, group=4, budget=3), replace(TR, group=1, budget=2, hese=False),
                                  Mode(hese=True, group=4, budget=20), Mode(group=2, budget=14)])  # fmt: skip
def test_no_coefficient_wraps_within_largest_k(mode, width):
    array = replace(COEFFICIENTS, coefficient_width=width)
    k = largest_k(mode, array)
    assert k % mode.group == 0
    if not k:
        return
    rng = np.random.default_rng(4)
    x = rng.choice([127, -128, 85, -85, 64], (40, k))
    w = rng.choice([127, -128, 85, -85, 64], (k, 40))
    x[0], w[:, 0], w[:, 1] = 85, 85, -85
    assert (gemm(x, w, mode, array).y == gemm(x, w, mode, replace(array, coefficient_width=40)).y).all()


def test_known_limits_of_coefficients():
    """Twelve terms a group of eight: floor(2047 / 12) groups; a wide coefficient leaves the accumulator's limit."""
    assert largest_k(TR, COEFFICIENTS) == 2047 // 12 * 8
    assert largest_k(TR, replace(COEFFICIENTS, coefficient_width=32)) == largest_k(TR, PAIR)
    assert largest_k(TR, PAIR) == (2**31 - 1) // (128 * 128)
    spacious = Mode(hese=True, group=4, budget=100)
    assert largest_k(spacious, COEFFICIENTS) == 2047 // 16 * 4  # a group has sixteen terms, not a hundred


def test_one_more_group_can_wrap_a_coefficient():
    """Every term of 64 * 64 meets at 2^12: the bound is reached where each weight has one term."""
    mode = Mode(hese=True, select=True, group=4, budget=4)
    array = replace(COEFFICIENTS, coefficient_width=6)
    k = largest_k(mode, array)
    assert k == 31 // 4 * 4
    x, w = np.full((1, k + 4), 64), np.full((k + 4, 1), 64)
    assert gemm(x[:, :k], w[:k], mode, array).y.tolist() == [[64 * 64 * k]]
    assert gemm(x, w, mode, array).y.tolist() == [[64 * 64 * -32]]


# Costs and refusals ---------------------------------------------------------------------------------------------------


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
