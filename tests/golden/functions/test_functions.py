"""Integer activation functions: stated worst-case errors, proved over every input code."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.functions import EXP, FUNCTIONS, SIGMOID, TANH, PiecewiseLinear, Softmax, Table, divide, round_shift
from lowtide.golden.functions.codes import Codes

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
HALF = Fraction(1, 2)


def all_codes(x_bits, y_bits, reach):
    """Codes of every function whose inputs reach from -reach to reach, of exp to zero."""
    for function in FUNCTIONS:
        if function == "exp":
            yield Codes(
                function=function, x_scale=reach / 2**x_bits, x_bits=x_bits, y_bits=y_bits, x_zero=2 ** (x_bits - 1) - 1
            )
        else:
            yield Codes(function=function, x_scale=reach / 2 ** (x_bits - 1), x_bits=x_bits, y_bits=y_bits)
            yield Codes(
                function=function,
                x_scale=reach / 2 ** (x_bits - 1),
                x_bits=x_bits,
                x_signed=False,
                x_zero=2 ** (x_bits - 1),
                y_bits=y_bits,
            )


def errors(approximation, codes):
    """|y_scale y - f| of every input code, f by math, not by the package."""
    f = {"sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "exp": math.exp}[codes.function]
    exact = np.array([f(codes.x_scale * (int(code) - codes.x_zero)) for code in codes.inputs])
    return np.abs(approximation(codes.inputs) / codes.y_range[1] - exact)


@pytest.mark.parametrize("x_bits", range(8, 13))
def test_tables_are_within_half_a_step_on_every_code(x_bits):
    for y_bits in (4, 8, 12, 16):
        for codes in all_codes(x_bits, y_bits, 8.0):
            table = Table(codes)
            assert errors(table, codes).max() <= table.worst_error * (1 + 1e-9) == codes.y_scale / 2 * (1 + 1e-9)


def test_tables_are_within_the_stated_error_between_codes():
    for codes in all_codes(8, 8, 6.0):
        table = Table(codes)
        between = np.linspace(codes.inputs[0], codes.inputs[-1], 20001)
        nearest = np.rint(between).astype(np.int64)
        found = np.abs(table(nearest) * codes.y_scale - codes.exact(between))
        assert table.worst_error < found.max() <= table.worst_error_between


@pytest.mark.parametrize("x_bits", range(8, 13))
def test_piecewise_linear_is_within_its_stated_error_on_every_code(x_bits):
    for y_bits, segments, fraction in ((8, 3, 6), (8, 4, 8), (8, 5, 12), (12, 5, 10), (16, 6, 4), (16, 7, 16)):
        for codes in all_codes(x_bits, y_bits, 8.0):
            lines = PiecewiseLinear(codes, segments, fraction)
            found = errors(lines, codes).max()
            assert found <= lines.worst_error, (codes, segments, fraction)
            assert lines.slopes.shape == lines.offsets.shape == (1 << segments,)


def test_the_stated_error_is_not_far_from_the_found_one():
    """A bound that is far too wide would prove little: 16 bits out, so that the curve is what counts."""
    for codes in all_codes(12, 16, 8.0):
        lines = PiecewiseLinear(codes, 4, 16)
        assert lines.worst_error < 2 * errors(lines, codes).max()


def test_a_segment_of_two_codes_is_exact_to_rounding():
    for codes in all_codes(8, 8, 8.0):
        lines, table = PiecewiseLinear(codes, 7, 16), Table(codes)
        assert (np.abs(lines(codes.inputs) - table(codes.inputs)) <= 1).all()
        assert errors(lines, codes).max() <= codes.y_scale * 0.50002


def test_table_of_a_worked_example():
    """tanh of -2, -1, 0, 1 in steps of 1/3: -2.89, -2.28, 0, 2.28; sigmoid in steps of 1/3: .36, .81, 1.5, 2.19."""
    assert Table(Codes(function="tanh", x_scale=1.0, x_bits=2, y_bits=3)).entries.tolist() == [-3, -2, 0, 2]
    assert Table(Codes(function="sigmoid", x_scale=1.0, x_bits=2, y_bits=2)).entries.tolist() == [0, 1, 2, 2]
    table = Table(Codes(function="tanh", x_scale=1.0, x_bits=2, y_bits=3))
    assert table(np.array([[1, -2], [0, -1]])).tolist() == [[2, -3], [0, -2]] and table.bits == 12


def test_approximations_do_not_fall():
    for codes in all_codes(10, 8, 8.0):
        assert (np.diff(Table(codes).entries) >= 0).all()


def test_bounds_of_derivatives_are_reached_and_not_passed():
    x = np.linspace(-6, 0, 60001)
    for function in (SIGMOID, TANH, EXP):
        first = np.gradient(function(x), x)
        second = np.gradient(first, x)
        assert 0.999 < np.abs(first).max() / function.slope < 1.0001
        assert 0.999 < np.abs(second[2:-2]).max() / function.curvature < 1.0001


def test_softmax_is_within_its_stated_error():
    rng = np.random.default_rng(4)
    for x_bits, y_bits, fraction, values in ((8, 8, 20, 10), (8, 8, 12, 1000), (4, 16, 24, 3), (12, 8, 16, 100)):
        low = -(1 << (x_bits - 1))
        x = rng.integers(low, -low, (200, values))
        soft = Softmax(x_scale=8 / -low, x_bits=x_bits, y_bits=y_bits, fraction_bits=fraction)
        powers = np.exp(x * soft.x_scale)
        found = np.abs(soft(x) * soft.y_scale - powers / powers.sum(axis=1, keepdims=True)).max()
        assert found <= soft.worst_error(values)


def test_softmax_of_all_pairs_is_exact_rounding_of_its_entries():
    """Every pair of 4-bit codes against 50-digit arithmetic of the same entries."""
    getcontext().prec = 50
    soft = Softmax(x_scale=0.3, x_bits=4, y_bits=8, fraction_bits=10)
    entries = [int((Decimal("-0.3") * d).exp() * 1024 + Decimal("0.5")) for d in range(16)]
    assert soft.entries.tolist() == entries
    for a in range(-8, 8):
        for b in range(-8, 8):
            powers = [entries[max(a, b) - a], entries[max(a, b) - b]]
            expected = [floor(Fraction(255 * power, sum(powers)) + HALF) for power in powers]
            assert soft(np.array([a, b])).tolist() == expected


def test_softmax_does_not_depend_on_a_zero_point():
    x = np.array([[3, 9, 200], [0, 0, 0]])
    unsigned = Softmax(x_scale=0.1, x_signed=False)
    assert unsigned(x).tolist() == unsigned(x + 55).tolist()
    assert unsigned(x)[1].tolist() == [85, 85, 85]


@PROPERTY
@given(st.integers(-(2**62) + 1, 2**62 - 1), st.integers(0, 62))
def test_round_shift_is_exact_rounding(value, shift):
    assert int(round_shift(np.array(value), np.array(shift))) == floor(Fraction(value, 2**shift) + HALF)


def test_round_shift_and_divide_round_halves_upwards():
    values = np.arange(-40, 41)
    for shift in range(5):
        assert round_shift(values, np.int64(shift)).tolist() == [
            floor(Fraction(int(v), 2**shift) + HALF) for v in values
        ]
    for denominator in range(1, 9):
        expected = [floor(Fraction(int(v), denominator) + HALF) for v in values]
        assert divide(values, denominator).tolist() == expected


def test_bad_input_is_named():
    good = dict(function="tanh", x_scale=0.1)
    for fields, line in (
        (dict(function="cosine"), "function is 'cosine', allowed are sigmoid, tanh, exp"),
        (dict(x_scale=0.0), "scale is 0.0"),
        (dict(x_scale=np.nan), "scale has nan"),
        (dict(x_bits=17), "x_bits is 17"),
        (dict(y_bits=1), "y_bits is 1"),
        (dict(x_zero=128), "x_zero is 128"),
        (dict(function="exp"), "x of exp is 12.7"),
    ):
        with pytest.raises(ValueError, match=line):
            Codes(**(good | fields))
    codes = Codes(**good)
    for make, line in (
        (lambda: Table(codes)(np.array([128])), "codes has values from 128 to 128"),
        (lambda: Table(codes)(np.array([1.0])), "codes has dtype float64"),
        (lambda: PiecewiseLinear(codes, 8), "log2_segments is 8"),
        (lambda: PiecewiseLinear(codes, 4, 25), "fraction_bits is 25"),
        (lambda: PiecewiseLinear(Codes(**good, x_zero=3), 4), "x_zero is 3, allowed are ends of segments"),
        (lambda: Softmax(x_scale=-1.0), "scale is -1.0"),
        (lambda: Softmax(x_scale=1.0, fraction_bits=0), "fraction_bits is 0"),
        (lambda: Softmax(x_scale=1.0)(np.array(3)), "x has shape"),
        (lambda: Softmax(x_scale=1.0)(np.array([300])), "x has values from 300"),
        (lambda: Softmax(x_scale=1.0).worst_error(0), "values is 0"),
        (lambda: round_shift(np.array(1), np.array(63)), "shift is 63..63"),
        (lambda: round_shift(np.array(2**62), np.array(1)), "allowed are integers of magnitude below 2"),
        (lambda: divide(np.array(1), np.array(0)), "denominator is 0"),
    ):
        with pytest.raises(ValueError, match=line):
            make()
