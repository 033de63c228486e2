"""What holds for every format of FORMATS: codes, rounding, scales and bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lowtide.golden.number_formats import FORMATS, FixedPoint, LeastSquaredError, Logarithmic

from format_samples import sample, takes_negative

PROPERTY = settings(derandomize=True, database=None, deadline=None)

BY_NAME = pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
ELEMENTWISE = [format for format in FORMATS if format.block == 1]
OWN_RULE = ("TWN", "TTQ", "log", "top", "TR")  # not the nearest level


def codes_of(quantiser, shape=(1, 1)):
    """Every code that the quantiser decodes, tried one by one."""
    exist = []
    for code in range(-(1 << quantiser.code_bits) - 1, (1 << quantiser.code_bits) + 2):
        try:
            quantiser.decode(np.full(shape, code))
        except ValueError:
            continue
        exist.append(code)
    return exist


def narrow(format):
    """A format of up to 8 bits, fitted to one column, and its codes."""
    values = sample(format, (4 if format.name.endswith("average of 4") else 1, 1), seed=5)
    quantiser = format.fit(values)
    return quantiser if quantiser.code_bits <= 8 else None


PER_COLUMN = [
    format
    for format in FORMATS
    if format.local or format.fit(sample(format), axis=0).parameter_bits() > format.fit(sample(format)).parameter_bits()
]
NARROW = [format for format in FORMATS if narrow(format) is not None]


def test_names_are_unique_and_the_narrow_formats_are_most():
    assert len({format.name for format in FORMATS}) == len(FORMATS)
    assert len(NARROW) >= len(FORMATS) - 4


@pytest.mark.parametrize("format", NARROW, ids=lambda format: format.name)
def test_every_code_comes_back_as_its_number(format):
    quantiser = narrow(format)
    codes = codes_of(quantiser)
    assert codes and len(codes) <= (1 << quantiser.code_bits) + (format.name.startswith(("TR", "top")) and 2)
    for code in codes:
        number = quantiser.decode(np.full((1, 1), code))
        assert number.dtype == np.float64 and number.shape == (1, 1)
        again = quantiser.encode(number)
        assert again.dtype == np.int32
        assert quantiser.decode(again) == number


@pytest.mark.parametrize("format", NARROW, ids=lambda format: format.name)
def test_every_number_is_reached_and_the_ends_are_where_values_saturate(format):
    quantiser = narrow(format)
    numbers = {float(quantiser.decode(np.full((1, 1), code))[0, 0]) for code in codes_of(quantiser)}
    assert {float(quantiser.round(np.full((1, 1), number))[0, 0]) for number in numbers} == numbers
    for huge in (1e30, -1e30):
        end = float(quantiser.round(np.full((1, 1), huge))[0, 0])
        assert end == (max(numbers) if huge > 0 else min(numbers))


@pytest.mark.parametrize(
    "format",
    [format for format in NARROW if format.block == 1 and not format.name.startswith(OWN_RULE)],
    ids=lambda format: format.name,
)
def test_every_value_takes_the_nearest_number(format):
    """The worst-case error of a format with levels is half the distance of the levels around the value."""
    values = sample(format, (400, 1), seed=2) * 1.5
    quantiser = format.fit(values[:300])
    numbers = np.array(sorted({float(quantiser.decode(np.array([[code]]))[0, 0]) for code in codes_of(quantiser)}))
    distances = np.abs(values - numbers).min(axis=1, keepdims=True)
    assert np.allclose(np.abs(quantiser.round(values) - values), distances, rtol=1e-12, atol=1e-15)


@BY_NAME
@settings(PROPERTY, max_examples=15)
@given(data=st.data())
def test_rounding_twice_changes_nothing(format, data):
    shape = data.draw(array_shapes(min_dims=1, max_dims=3, min_side=4, max_side=9))
    if format.name.endswith("glorot"):
        shape = (*shape, 4)
    magnitude = st.floats(-(2.0**20), 2.0**20, width=32)
    values = data.draw(arrays(np.float64, shape, elements=magnitude | st.sampled_from([0.0, 0.5, 1.0, -3.0, 448.5])))
    values = values if takes_negative(format) else np.abs(values)
    quantiser = format.fit(values, axis=data.draw(st.sampled_from([None, 0])))
    original = values.copy()
    rounded = quantiser.round(values)
    codes = quantiser.encode(values)
    assert np.array_equal(values, original)
    assert codes.dtype == np.int32 and codes.shape == values.shape
    assert rounded.dtype == np.float64 and np.array_equal(quantiser.decode(codes), rounded)
    assert np.array_equal(quantiser.round(rounded), rounded)
    integers = quantiser.integers(codes)
    if integers is not None:
        assert integers[0].dtype == np.int32 and integers[0].shape == values.shape
        assert np.array_equal(integers[0] * integers[1], rounded)


@pytest.mark.parametrize("format", ELEMENTWISE, ids=lambda format: format.name)
@settings(PROPERTY, max_examples=15)
@given(data=st.data())
def test_rounding_is_monotonic(format, data):
    values = data.draw(arrays(np.float64, (60, 1), elements=st.floats(-1000, 1000)))
    values = np.sort(values if takes_negative(format) else np.abs(values), axis=0)
    quantiser = format.fit(values[:: data.draw(st.integers(1, 4))])
    assert (np.diff(quantiser.round(values), axis=0) >= 0).all()


@pytest.mark.parametrize("format", PER_COLUMN, ids=lambda format: format.name)
def test_a_scale_per_column_is_that_of_the_column_alone(format):
    values = sample(format, (64, 6), seed=3) * 2.0 ** np.arange(6)
    whole = format.round(values, axis=0)
    alone = np.concatenate([format.round(values[:, [j]]) for j in range(6)], axis=1)
    assert np.allclose(whole, alone, rtol=1e-12, atol=0)
    cube = values.reshape(64, 2, 3)
    assert np.array_equal(format.round(cube, axis=0).reshape(64, 6), whole)


@pytest.mark.parametrize("format", ELEMENTWISE, ids=lambda format: format.name)
def test_the_same_scale_fits_any_values(format):
    quantiser = format.fit(sample(format))
    values = sample(format, (3, 2, 4), seed=9)
    assert np.array_equal(quantiser.round(values)[1, 1], quantiser.round(values[1, 1]))
    assert quantiser.round(np.zeros((0, 3))).shape == (0, 3)


@BY_NAME
def test_a_column_of_zeros_stays_zero(format):
    """Formats without a zero and with a fixed scale make it plus that."""
    values = sample(format, (32, 3), seed=4)
    values[:, 1] = 0
    rounded = format.round(values, axis=0)
    scale = format.fit(values).scale if format.name.startswith(("BinaryConnect", "BNN")) else 0
    assert (rounded[:, 1] == scale).all() and np.isfinite(rounded).all()
    zeros = format.round(np.zeros((8, 2)))
    assert (zeros == zeros[0, 0]).all() and (scale > 0 or zeros[0, 0] == 0)


@BY_NAME
@pytest.mark.parametrize(
    "values, message",
    [
        (np.array([[1.0, np.nan]] * 8), "values has nan, allowed are finite numbers"),
        (np.array([[1.0, np.inf]] * 8), "values has inf, allowed are finite numbers"),
        (np.zeros((0, 3)), "values has shape (0, 3), allowed is at least one value"),
        (np.array(["a"] * 8), "values has dtype <U1, allowed are real numbers"),
        (np.ones((8, 2), bool), "values has dtype bool, allowed are real numbers"),
    ],
)
def test_what_no_format_fits_is_named(format, values, message):
    with pytest.raises(ValueError) as error:
        format.fit(values)
    assert str(error.value) == message
    if values.size:
        with pytest.raises(ValueError, match="values has "):
            format.fit(sample(format, (8, 2))).encode(values)


@BY_NAME
def test_codes_are_checked(format):
    quantiser = format.fit(sample(format, (48, 5)))
    for codes in (np.full((48, 5), 1 << 20), np.full((48, 5), -(1 << 20))):
        with pytest.raises(ValueError, match="codes has "):
            quantiser.decode(codes)
    with pytest.raises(ValueError, match="codes has dtype float64"):
        quantiser.decode(np.zeros((48, 5)))


@pytest.mark.parametrize("format", PER_COLUMN, ids=lambda format: format.name)
def test_other_shapes_than_those_of_the_scales_are_refused(format):
    quantiser = format.fit(sample(format, (48, 5)), axis=0)
    with pytest.raises(ValueError, match="values has shape|values has 0 dimensions"):
        quantiser.encode(sample(format, (48, 4)))
    with pytest.raises(ValueError, match="values has shape|values has 0 dimensions"):
        quantiser.encode(sample(format, (5,)))
    with pytest.raises(ValueError, match="codes has "):
        quantiser.decode(np.zeros((48, 4), np.int32))


@pytest.mark.parametrize("format", [each for each in PER_COLUMN if not each.local], ids=lambda format: format.name)
def test_axes_that_do_not_exist_are_refused(format):
    for axis in (2, -3, 0.5, (0, 0)):
        with pytest.raises(ValueError, match="axis is "):
            format.fit(sample(format), axis=axis)


@BY_NAME
def test_parameter_bits_grow_with_the_scales(format):
    values = sample(format, (48, 5))
    assert format.fit(values, axis=0).parameter_bits() >= format.fit(values).parameter_bits() >= 0


def test_least_squares_costs_no_more_than_the_largest():
    values = sample(FORMATS[0], (500, 4), seed=11)
    for make in (lambda choice: FixedPoint(bits=4, choice=choice), lambda choice: FixedPoint(4, True, False, choice)):
        searched, plain = make(LeastSquaredError()), make(FixedPoint().choice)
        lost = [np.square(format.round(values, axis=0) - values).sum(axis=0) for format in (searched, plain)]
        assert (lost[0] < lost[1]).all()


def test_logarithmic_is_not_the_nearest_level():
    """1.45 is nearer to 1 than to 2, its logarithm 0.54 is not."""
    assert Logarithmic(3, full_scale=2).fit([1.0]).round([1.45, 1.4]).tolist() == [2.0, 1.0]
