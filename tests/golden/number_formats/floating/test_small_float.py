"""Small floats: every code against ml_dtypes and NumPy, casts against theirs, numbers of the standards."""

import ml_dtypes
import numpy as np
import pytest

from lowtide.golden.number_formats import BFLOAT16, E2M1, E2M3, E3M2, E4M3, E5M2, FLOAT16, MS_FP8, MS_FP9, SmallFloat
from lowtide.golden.storage_formats import find

NAMES = {
    "float8_e4m3fn": E4M3,
    "float8_e5m2": E5M2,
    "bfloat16": BFLOAT16,
    "float4_e2m1fn": E2M1,
    "float6_e3m2fn": E3M2,
    "float6_e2m3fn": E2M3,
    "float8_e3m4": SmallFloat(3, 4),
    "float8_e4m3": SmallFloat(4, 3),
}


TYPES = [("float16", np.float16, FLOAT16), *((name, getattr(ml_dtypes, name), form) for name, form in NAMES.items())]
BY_TYPE = pytest.mark.parametrize("dtype, form", [pytest.param(dtype, form, id=name) for name, dtype, form in TYPES])


def patterns(form, dtype):
    return np.arange(1 << form.bits).astype(np.uint16 if form.bits > 8 else np.uint8).view(dtype)


@BY_TYPE
def test_every_code_is_the_number_of_the_type(dtype, form):
    with np.errstate(invalid="ignore"):
        numbers = patterns(form, dtype).astype(np.float64)
    quantiser = form.fit([1.0])
    finite = np.flatnonzero(np.isfinite(numbers))
    assert len(finite) == 2 * (form.largest_code + 1)
    decoded = quantiser.decode(finite)
    assert np.array_equal(decoded, numbers[finite]) and np.array_equal(np.signbit(decoded), np.signbit(numbers[finite]))
    for code in np.flatnonzero(~np.isfinite(numbers))[:300]:
        with pytest.raises(ValueError, match=f"codes has {code}, which is no number"):
            quantiser.decode([code])


@BY_TYPE
def test_casts_are_those_of_the_type(dtype, form):
    """All numbers, all midpoints and their neighbours, random ones; as float32, from which every type rounds once."""
    numbers = form.magnitudes
    middles = ((numbers[1:] + numbers[:-1]) / 2).astype(np.float32)
    near = [np.nextafter(middles, np.float32(side)) for side in (0, np.inf)]
    rng = np.random.default_rng(1)
    drawn = np.exp(rng.uniform(np.log(numbers[1] / 8), np.log(numbers[-1]), 20000))
    values = np.concatenate([numbers, middles, *near, drawn, [0.0]]).astype(np.float32)
    values = values[values <= numbers[-1]]
    values = np.concatenate([values, -values])
    with np.errstate(over="ignore"):
        expected = values.astype(dtype).view(np.uint16 if form.bits > 8 else np.uint8)
    assert np.array_equal(form.fit([1.0]).encode(values), expected.astype(np.int32))


@pytest.mark.parametrize(
    "form, largest, smallest_normal, smallest",
    [
        (E4M3, 448, 2.0**-6, 2.0**-9),
        (E5M2, 57344, 2.0**-14, 2.0**-16),
        (E2M1, 6, 1, 0.5),
        (E3M2, 28, 0.25, 0.0625),
        (E2M3, 7.5, 1, 0.125),
        (FLOAT16, 65504, 2.0**-14, 2.0**-24),
        (BFLOAT16, 255 / 128 * 2.0**127, 2.0**-126, 2.0**-133),
        (MS_FP8, 57344, 2.0**-14, 2.0**-16),
        (MS_FP9, 61440, 2.0**-14, 2.0**-17),
        (SmallFloat(5, 2, specials="none"), 114688, 2.0**-14, 2.0**-16),
        (SmallFloat(4, 3, bias=11, specials="nan"), 28, 2.0**-10, 2.0**-13),
        (SmallFloat(3, 0, specials="none"), 16, 0.25, 0.25),
    ],
)
def test_the_numbers_of_the_standards(form, largest, smallest_normal, smallest):
    assert form.magnitudes[0] == 0 and form.magnitudes[1] == smallest and form.magnitudes[-1] == largest
    assert form.magnitudes[1 << form.mantissa_bits] == smallest_normal == 2.0**form.smallest_exponent
    assert (np.diff(form.magnitudes) > 0).all()
    quantiser = form.fit([1.0])
    assert quantiser.round([1e300, -1e300, largest * 1.5]).tolist() == [largest, -largest, largest]


def test_all_fp4_numbers():
    assert E2M1.magnitudes.tolist() == [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    assert E2M1.integer_magnitudes.tolist() == [0, 1, 2, 3, 4, 6, 8, 12]
    assert E2M1.fit([1.0]).encode([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0, -5.1]).tolist() == [0, 2, 2, 4, 4, 6, 6, 15]


@pytest.mark.parametrize("exponent_bits", range(2, 9))
@pytest.mark.parametrize("mantissa_bits", [0, 1, 2, 4, 7])
@pytest.mark.parametrize("specials", ["ieee", "nan", "none"])
def test_the_error_is_at_most_half_an_ulp(exponent_bits, mantissa_bits, specials):
    form = SmallFloat(exponent_bits, mantissa_bits, specials=specials)
    low, high = np.log2(form.magnitudes[1]) - 2, np.log2(form.magnitudes[-1])
    values = np.exp2(np.random.default_rng(2).uniform(low, high, 2000))
    rounded = form.fit(values).round(values)
    half_ulp = np.maximum(values * 2.0 ** -(mantissa_bits + 1), 2.0 ** (form.smallest_exponent - mantissa_bits - 1))
    assert (np.abs(rounded - values) <= half_ulp).all()
    nearest = np.searchsorted((form.magnitudes[1:] + form.magnitudes[:-1]) / 2, values)
    assert np.array_equal(rounded, form.magnitudes[nearest])


@pytest.mark.parametrize("scaling", ["real", "power_of_two"])
def test_scales_bring_the_largest_value_to_the_largest_number(scaling):
    form = SmallFloat(4, 3, specials="nan", scaling=scaling)
    values = np.random.default_rng(3).normal(size=(200, 3)) * [1e-6, 1.0, 1e5]
    quantiser = form.fit(values, axis=0)
    rounded = quantiser.round(values)
    scaled = np.abs(values / quantiser.scale).max(axis=0)
    if scaling == "real":
        assert np.allclose(scaled, 448) and np.allclose(np.abs(rounded).max(axis=0), np.abs(values).max(axis=0))
    else:
        assert ((scaled > 224) & (scaled <= 448)).all() and (np.frexp(quantiser.scale)[0] == 0.5).all()
    normal = np.abs(values) > quantiser.scale * 2.0**-6
    assert normal.sum() > 500 and (np.abs(rounded / values - 1) <= 2.0**-4)[normal].all()


def test_integers_where_sixteen_bits_hold_them():
    assert [form.mode_fields()["w_bits"] for form in (E2M1, E2M3, E3M2)] == [5, 7, 10]
    assert E4M3.mode_fields() is None and E4M3.fit([1.0]).integers(np.array([0x7E]))[0].tolist() == [448 * 512]
    assert FLOAT16.fit([1.0]).integers(np.array([0])) is None


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: SmallFloat(1, 2), "exponent_bits is 1, allowed are integers 2..8"),
        (lambda: SmallFloat(8, 8), "mantissa_bits is 8, allowed are integers 0..7"),
        (lambda: SmallFloat(4, 3, bias=1000), "bias is 1000, allowed are integers -64..512"),
        (lambda: SmallFloat(4, 3, specials="fn"), "specials is 'fn', allowed are ieee, nan, none"),
        (lambda: SmallFloat(4, 3, scaling="max"), "scaling is 'max', allowed are none, power_of_two, real"),
        (lambda: E5M2.fit([1.0]).decode([0x7C]), "codes has 124, which is no number"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)


def test_stored_codes_of_four_bits_are_those_of_the_number_format():
    codes = np.arange(16)
    integers, scale = E2M1.fit([1.0]).integers(codes)
    assert find("e2m1").decode(codes).tolist() == integers.tolist() and scale == 0.5
    assert E2M1.mode_fields() == {"w_bits": 5, "w_signed": True, "w_format": "e2m1"}
    assert E3M2.mode_fields()["w_format"] == "plain"


def test_nearest_integers_are_twice_the_nearest_numbers():
    steps = np.linspace(-14, 14, 561)
    assert np.array_equal(E2M1.nearest_integers(steps), 2 * E2M1.fit([1.0]).round(np.clip(steps, -12, 12) / 2))
