"""Every code of every storage format against its table, and what is refused."""

import numpy as np
import pytest

from lowtide.golden import DATA_FORMATS, WEIGHT_FORMATS, Mode, count
from lowtide.golden.storage_formats import FORMATS, find, format_of

FITS = {"plain": 8, "log4": 8, "log5": 16, "ternary": 2, "binary": 2, "codebook16": 8, "codebook256": 8}
ONE_TERM = ("log4", "log5", "ternary", "binary")


def decode(codes, format, **options):
    return find(format).decode(codes, **options)


def every_code(format):
    codes = np.arange(1 << find(format).stored_bits())
    return codes[codes != 2] if format == "ternary" else codes


def test_the_first_formats_are_these_in_this_order():
    """Their places are numbers in the mode word: they never change, new formats stand behind them."""
    first = FORMATS[:7]
    assert WEIGHT_FORMATS[:7] == ("plain", "log4", "log5", "ternary", "binary", "codebook16", "codebook256")
    assert DATA_FORMATS[:2] == ("plain", "binary")
    assert [stored.stored_bits(7) for stored in first] == [7, 4, 5, 2, 1, 4, 8]
    assert [stored.name for stored in first if stored.one_term] == list(ONE_TERM)
    assert [stored.name for stored in first if stored.is_narrow] == ["ternary", "binary"]
    assert [stored.entries for stored in first] == [0, 0, 0, 0, 0, 16, 256]


@pytest.mark.parametrize(
    "format, bits, values",
    [
        ("log4", 8, [0, 1, 2, 4, 8, 16, 32, 64, 0, -1, -2, -4, -8, -16, -32, -64]),
        ("log5", 16, [0, *(2**e for e in range(15)), 0, *(-(2**e) for e in range(15))]),
        ("binary", 2, [-1, 1]),
        ("e2m1", 5, [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]),
    ],
)
def test_every_code_is_the_value_of_the_table(format, bits, values):
    decoded = decode(np.arange(len(values)), format, bits=bits)
    assert decoded.tolist() == values and decoded.dtype == np.int32
    assert len(values) == 1 << find(format).stored_bits()


def test_ternary_codes_are_twos_complement_of_two_bits():
    codes = np.array([0, 1, 3], np.uint8)
    assert decode(codes, "ternary", bits=2).tolist() == [0, 1, -1]
    assert [(code ^ 2) - 2 for code in codes.astype(int)] == [0, 1, -1]


@pytest.mark.parametrize("format, signed", [("codebook16", True), ("codebook256", True), ("codebook16", False)])
def test_a_codebook_is_looked_up(format, signed):
    table = np.random.default_rng(1).integers(-128 if signed else 0, 128 if signed else 256, find(format).entries)
    codes = np.random.default_rng(2).integers(0, len(table), (5, 7))
    decoded = decode(codes, format, codebook=table, signed=signed)
    assert decoded.tolist() == [[table[code] for code in row] for row in codes]


def test_plain_integers_stay_as_they_are():
    values = np.array([[-128, 127]], np.int8)
    assert decode(values, "plain") is values
    assert decode([-1, 0], "plain", bits=1).tolist() == [-1, 0]
    assert decode([0, 1], "plain", bits=1, signed=False).tolist() == [0, 1]


@pytest.mark.parametrize("format", ONE_TERM)
@pytest.mark.parametrize("encoding", ["binary", "hese"])
def test_range_and_terms_are_what_enumeration_finds(format, encoding):
    bits = FITS[format]
    decoded = decode(every_code(format), format, bits=bits)
    assert (decoded.min(), decoded.max()) == find(format).decoded_range(bits)
    assert count(decoded, encoding, bits=bits).max() == find(format).most_terms(encoding, bits) == 1


def test_ranges_of_formats_that_set_none_are_those_of_the_integers():
    for format in ("plain", "codebook16", "codebook256"):
        assert find(format).decoded_range(6, False) == (0, 63)
        assert find(format).most_terms("hese", 8, True) == 4


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64])
@pytest.mark.parametrize("format", ["log4", "log5", "ternary", "binary", "codebook16"])
def test_dtype_and_shape_of_codes_do_not_matter(dtype, format):
    codes = every_code(format).astype(dtype).reshape(1, -1, 1)
    codebook = np.arange(-8, 8) if format == "codebook16" else None
    decoded = decode(codes, format, codebook=codebook, bits=FITS[format])
    assert decoded.shape == codes.shape
    wide = decode(codes.astype(np.int64).ravel(), format, codebook=codebook, bits=FITS[format])
    assert decoded.ravel().tolist() == wide.tolist()


@pytest.mark.parametrize("format", WEIGHT_FORMATS)
def test_a_format_fits_from_its_least_bits_on(format):
    """Refused where it does not fit, and every code in range where it does."""
    for bits in range(1, 17):
        mode = Mode(w_format=format, w_bits=bits)
        fits = bits >= (FITS[format] if format in ONE_TERM else find(format).least_bits or 1)
        if not fits:
            with pytest.raises(ValueError, match=f"mode.w_bits is {bits}, allowed with format '{format}' are integers"):
                format_of(mode, "w")
            continue
        format_of(mode, "w")
        low, high = find(format).decoded_range(bits)
        assert -(1 << bits - 1) <= low <= high < 1 << bits - 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: decode([1], "log6"), f"format is 'log6', allowed are {', '.join(WEIGHT_FORMATS)}"),
        (lambda: find("x"), "format is 'x', allowed are plain, log4"),
        (lambda: find("plain").stored_bits(17), "bits is 17, allowed are integers 1..16"),
        (lambda: decode([3, 2], "ternary", name="w"), "w has the code 2, allowed with format 'ternary' are 0, 1, 3"),
        (lambda: decode([4], "ternary"), "codes has codes from 4 to 4, allowed with format 'ternary' are 0..3"),
        (lambda: decode([-1, 1], "binary"), "codes has codes from -1 to -1, allowed with format 'binary' are 0..1"),
        (lambda: decode([16], "log4"), "codes has codes from 16 to 16, allowed with format 'log4' are 0..15"),
        (lambda: decode([32], "log5", bits=16), "codes has codes from 32 to 32, allowed with format 'log5' are 0..31"),
        (lambda: decode([1.0], "log4"), "codes has dtype float64, allowed are integer dtypes"),
        (lambda: decode([128], "plain", name="w"), "w has values from 128 to 128 out of range"),
        (lambda: decode([1], "log4", bits=7), "bits is 7, allowed with format 'log4' are integers 8..16"),
        (lambda: decode([1], "log5", bits=15), "bits is 15, allowed with format 'log5' are integers 16..16"),
        (lambda: decode([1], "log4", signed=False), "signed is False, allowed with format 'log4' is True only"),
        (lambda: decode([1], "binary", bits=1), "bits is 1, allowed with format 'binary' are integers 2..16"),
        (lambda: decode([1], "codebook16"), "codebook is None, allowed with format 'codebook16' are 16 integers"),
        (lambda: decode([1], "log4", codebook=[1] * 16), "codebook is given, allowed with format 'log4' is None only"),
        (
            lambda: decode([1], "codebook256", codebook=[1] * 16),
            "codebook has shape (16,), allowed with format 'codebook256' is (256,)",
        ),
        (lambda: decode([1], "codebook16", codebook=[300] * 16), "codebook has values from 300 to 300 out of"),
        (lambda: decode([1], "codebook16", codebook=[0.5] * 16), "codebook has dtype float64, allowed are"),
        (
            lambda: format_of(Mode(x_format="binary", x_signed=False), "x"),
            "mode.x_signed is False, allowed with format 'binary' is True only",
        ),
        (lambda: format_of(Mode(x_format="log4"), "x"), "mode.x_format is 'log4', allowed are plain, binary"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
