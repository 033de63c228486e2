"""Term encodings against their definitions, the worked examples and a table of every value in -256..255."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import ENCODINGS, booth_digits, check_range, count, decode, digits, max_terms, positions

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
TABLE = list(csv.DictReader((Path(__file__).parent.parent / "data" / "naf_m256_255.csv").open()))
FORMATS = [(bits, signed) for bits in range(2, 11) for signed in (True, False)]
INT16 = (16, True)


def every(bits, signed):
    return np.arange(-(1 << bits - 1), 1 << bits - 1) if signed else np.arange(1 << bits)


def as_text(value, bits=8, signed=True):
    """'32-4-1' for 27."""
    planes = digits(value, bits=bits, signed=signed)
    return "".join(
        f"{'-' if planes[e] < 0 else '+'}{1 << e}" for e in reversed(range(len(planes))) if planes[e]
    ).lstrip("+")


def hese_by_scan(value, planes):
    """The definition: one pass, least significant bit first, window (b[i+1], b[i]) and one mode bit."""
    result, mode = [], 0
    for i in range(planes):
        low, high = value >> i & 1, value >> (i + 1) & 1
        nonzero = low ^ mode
        result.append(-nonzero if high else nonzero)
        mode = (low + high + mode) >= 2
    return result


@pytest.mark.parametrize(
    "value, text",
    [
        (27, "32-4-1"),
        (31, "32-1"),
        (45, "64-16-4+1"),
        (91, "128-32-4-1"),
        (119, "128-8-1"),
        (-77, "-64-16+4-1"),
        (-128, "-128"),
        (127, "128-1"),
    ],
)
def test_worked_hese_encodings(value, text):
    assert as_text(value) == text


def test_worked_hese_encoding_of_171():
    assert as_text(171, signed=False) == "256-64-16-4-1"


def test_hese_of_every_value_is_the_table():
    values = np.array([int(row["value"]) for row in TABLE])
    assert values.tolist() == list(range(-256, 256))
    weigh = 1 << np.arange(9)
    planes = digits(values, bits=9)
    assert ((planes > 0) @ weigh).tolist() == [int(row["naf_pos_hex"], 16) for row in TABLE]
    assert ((planes < 0) @ weigh).tolist() == [int(row["naf_neg_hex"], 16) for row in TABLE]
    assert count(values, bits=9).tolist() == [int(row["naf_terms"]) for row in TABLE]


def test_booth_digits_of_every_int8_are_the_table():
    rows = [row for row in TABLE if row["booth4_8b_digits_LSDfirst"]]
    assert [int(row["value"]) for row in rows] == list(range(-128, 128))
    expected = [[int(digit) for digit in row["booth4_8b_digits_LSDfirst"].split()] for row in rows]
    assert booth_digits(every(8, True)).tolist() == expected


@pytest.mark.parametrize("bits, signed", [(4, True), (8, True), (8, False), INT16])
def test_hese_in_parallel_is_the_scan(bits, signed):
    values = every(bits, signed)
    planes = positions("hese", bits, signed)
    assert digits(values, bits=bits, signed=signed).tolist() == [hese_by_scan(int(v), planes) for v in values]


@pytest.mark.parametrize("bits, signed", FORMATS + [INT16])
def test_hese_has_no_adjacent_terms(bits, signed):
    nonzero = digits(every(bits, signed), bits=bits, signed=signed) != 0
    assert not (nonzero[:, 1:] & nonzero[:, :-1]).any()


@pytest.mark.parametrize("bits, signed", FORMATS)
def test_binary_is_sign_magnitude(bits, signed):
    values = every(bits, signed)
    planes = digits(values, "binary", bits=bits, signed=signed)
    magnitude = [[abs(int(v)) >> e & 1 for e in range(planes.shape[1])] for v in values]
    assert (planes == np.array(magnitude) * np.sign(values)[:, None]).all()


@pytest.mark.parametrize("bits, signed", FORMATS)
def test_booth_digits_weigh_powers_of_four_and_are_one_term_each(bits, signed):
    values = every(bits, signed)
    radix4 = booth_digits(values, bits=bits, signed=signed).astype(int)
    assert abs(radix4).max() <= 2
    assert (radix4 @ 4 ** np.arange(radix4.shape[1]) == values).all()
    planes = digits(values, "booth", bits=bits, signed=signed).astype(int)
    if planes.shape[1] % 2:
        planes = np.pad(planes, ((0, 0), (0, 1)))
    assert (planes[:, ::2] + 2 * planes[:, 1::2] == radix4).all()
    assert (np.count_nonzero(planes, axis=1) == np.count_nonzero(radix4, axis=1)).all()


@pytest.mark.parametrize("bits, signed", FORMATS + [INT16, (16, False)])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_and_max_terms_are_what_enumeration_finds(encoding, bits, signed):
    values = every(bits, signed)
    planes = digits(values, encoding, bits=bits, signed=signed)
    assert planes.dtype == np.int8 and set(np.unique(planes)) <= {-1, 0, 1}
    assert (decode(planes) == values).all()
    counts = np.count_nonzero(planes, axis=1)
    assert (count(values, encoding, bits=bits, signed=signed) == counts).all()
    assert counts.max() == max_terms(encoding, bits, signed)
    assert planes.shape[1] == positions(encoding, bits, signed)
    assert planes[:, -1].any(), "the highest plane is needed"


@pytest.mark.parametrize(
    "low, high, bits, signed, histogram",
    [
        (-128, 127, 8, True, [1, 15, 72, 120, 48]),
        (0, 255, 8, False, [1, 8, 49, 110, 80, 8]),
        (0, 127, 8, False, [1, 7, 36, 60, 24]),
        (-8, 7, 4, True, [1, 7, 8]),
        (-32768, 32767, 16, True, [1, 31, 392, 2600, 9680, 20064, 21504, 9984, 1280]),
    ],
)
def test_published_histograms_of_hese_terms(low, high, bits, signed, histogram):
    values = np.arange(low, high + 1)
    assert np.bincount(count(values, bits=bits, signed=signed)).tolist() == histogram


@pytest.mark.parametrize("encoding, mean, most", [("binary", 3.504, 7), ("booth", 3.000, 4), ("hese", 2.777, 4)])
def test_published_mean_and_largest_term_counts_of_int8(encoding, mean, most):
    counts = count(every(8, True), encoding)
    assert round(float(counts.mean()), 3) == mean
    assert counts.max() == most


def test_unsigned_hese_needs_position_8_from_171_upwards():
    top = digits(every(8, False), signed=False)[:, 8]
    assert np.flatnonzero(top).tolist() == list(range(171, 256))


def test_no_encoding_has_fewer_terms_than_hese():
    for bits, signed in FORMATS:
        values = every(bits, signed)
        fewest = count(values, "hese", bits=bits, signed=signed)
        for encoding in ("binary", "booth"):
            assert (fewest <= count(values, encoding, bits=bits, signed=signed)).all()


@PROPERTY
@given(st.data(), st.sampled_from(ENCODINGS), st.integers(2, 16), st.booleans())
def test_decoding_the_digits_gives_the_values_back(data, encoding, bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    values = np.array(data.draw(st.lists(st.integers(low, high), max_size=20)), np.int64)
    planes = digits(values, encoding, bits=bits, signed=signed)
    assert decode(planes).tolist() == values.tolist()
    assert count(values, encoding, bits=bits, signed=signed).tolist() == abs(planes).sum(axis=1).tolist()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (5,), (2, 3, 4)])
def test_any_shape_is_kept(encoding, shape):
    values = np.random.default_rng(1).integers(-128, 128, shape)
    planes = digits(values, encoding)
    assert planes.shape == shape + (8,)
    assert decode(planes).shape == count(values, encoding).shape == shape
    assert (decode(planes) == values).all()
    assert booth_digits(values).shape == shape + (4,)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_narrow_dtypes_do_not_overflow(dtype):
    values = every(8, True).astype(dtype)
    for encoding in ENCODINGS:
        assert (decode(digits(values, encoding)) == values).all()
        assert (count(values, encoding) == count(values.astype(np.int64), encoding)).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: digits([1.0]), "values has dtype float64, allowed are integer dtypes"),
        (lambda: count(np.array([True])), "values has dtype bool, allowed are integer dtypes"),
        (
            lambda: digits([5, 128, -200, 300]),
            "values has values from -200 to 300 out of range, allowed are -128..127 (signed 8 bits)",
        ),
        (
            lambda: count([-1, 3], signed=False),
            "values has values from -1 to -1 out of range, allowed are 0..255 (unsigned 8 bits)",
        ),
        (lambda: check_range("w", [8, 9, 1], 4, True), "w has values from 8 to 9 out of range, allowed"),
        (lambda: digits([1], "naf"), "encoding is 'naf', allowed are binary, booth, hese"),
        (lambda: count([1], "naf"), "encoding is 'naf', allowed are binary, booth, hese"),
        (lambda: digits([1], bits=17), "bits is 17, allowed are integers 2..16"),
        (lambda: count([1], bits=1), "bits is 1, allowed are integers 2..16"),
        (lambda: positions("hese", 8.0, True), "bits is 8.0, allowed are integers 2..16"),
        (lambda: max_terms("csd", 8, True), "encoding is 'csd', allowed are binary, booth, hese"),
        (lambda: booth_digits([128]), "values has values from 128 to 128 out of range"),
        (lambda: decode([1.0]), "planes has dtype float64, allowed are integer dtypes"),
        (lambda: decode(3), "planes has 0 dimensions"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
