"""Logarithmic, power-of-two and additive power-of-two levels: worked examples, papers, and the array's codes."""

import numpy as np
import pytest

from lowtide.golden.number_formats import AdditivePowerOfTwo, LeastSquaredError, Logarithmic, power_of_two
from lowtide.golden.storage_formats import find
from lowtide.golden.terms import count


def levels(quantiser):
    return np.unique(quantiser.decode(np.arange(1 << quantiser.bits)))


def test_lognet_levels_of_a_full_scale_range():
    """FSR 0, three exponent bits: 0 and 2^-1 down to 2^-7; in sqrt 2 half the octaves."""
    assert levels(Logarithmic(3, full_scale=0).fit([1.0]))[7:].tolist() == [0, *2.0 ** np.arange(-7, 0)]
    halves = levels(Logarithmic(3, steps=2, full_scale=0).fit([1.0]))[7:]
    assert np.allclose(halves, [0, *2.0 ** (np.arange(-7, 0) / 2)])


def lognet(value, bits, full_scale):
    """LogNet's LogQuant as the paper writes it: Clip(Round(log2 |x|), FSR - 2^bits, FSR), the lower end is zero."""
    if value == 0:
        return 0.0
    exponent = round(np.log2(abs(value)))
    if exponent <= full_scale - 2**bits:
        return 0.0
    return np.sign(value) * 2.0 ** min(exponent, full_scale - 1)


@pytest.mark.parametrize("bits", range(1, 7))
@pytest.mark.parametrize("full_scale", [-3, 0, 5])
def test_base_two_is_lognet_as_written(bits, full_scale):
    rng = np.random.default_rng(bits)
    values = rng.choice([-1, 1], 500) * np.exp2(rng.uniform(full_scale - 2**bits - 3, full_scale + 3, 500))
    expected = [lognet(value, bits, full_scale) for value in [*values, 0.0]]
    assert Logarithmic(bits, full_scale=full_scale).fit([1.0]).round([*values, 0.0]).tolist() == expected


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("bits", range(2, 9))
def test_the_error_is_a_factor_of_half_a_step(bits, steps):
    rng = np.random.default_rng(bits)
    quantiser = Logarithmic(bits, steps=steps).fit([3.0])
    reach = ((1 << bits) - 2) / steps
    top = np.log2(quantiser.round([3.0])[0])
    values = np.exp2(rng.uniform(top - reach, top, 1000))
    assert np.abs(np.log2(quantiser.round(values) / values)).max() <= 0.5 / steps + 1e-9
    assert quantiser.round([2.0 ** (top - reach - 0.51 / steps), 0.0]).tolist() == [0, 0]


def test_a_fitted_full_scale_rounds_the_largest_value():
    assert Logarithmic(3).fit([0.7]).round([0.7, 10.0]).tolist() == [0.5, 0.5]
    assert Logarithmic(3).fit([0.71]).round([0.71]).tolist() == [1.0]
    fitted = Logarithmic(3).fit(np.array([[0.7, 3.0], [0.1, 0.1]]), axis=0)
    assert fitted.scale.tolist() == [[2.0**-7, 2.0**-4]]
    assert fitted.parameter_bits() == 16


@pytest.mark.parametrize("exponent_bits, name, bits", [(3, "log4", 8), (4, "log5", 16)])
def test_codes_are_those_that_the_array_decodes(exponent_bits, name, bits):
    for form in (Logarithmic(exponent_bits), power_of_two(exponent_bits + 1)):
        assert form.mode_fields() == {"w_bits": bits, "w_signed": True, "w_format": name}
        codes = np.arange(2 << exponent_bits)
        integers, scale = form.fit([1.0, -0.3]).integers(codes)
        assert np.array_equal(integers, find(name).decode(codes, bits=bits))
        assert np.array_equal(form.fit([1.0, -0.3]).decode(codes), integers * scale)


@pytest.mark.parametrize("bits, name", [(4, "log4"), (5, "log5")])
def test_power_of_two_codes_are_those_of_the_weight_encoder(bits, name):
    values = np.random.default_rng(3).normal(size=(60, 4))
    quantiser = power_of_two(bits).fit(values, axis=0)
    assert np.array_equal(quantiser.encode(values), find(name).nearest(values, quantiser.scale))


def test_small_exponents_are_plain_integers():
    assert Logarithmic(1).mode_fields() == {"w_bits": 2, "w_signed": True, "w_format": "plain"}
    assert Logarithmic(2).mode_fields() == {"w_bits": 4, "w_signed": True, "w_format": "plain"}
    assert Logarithmic(5).mode_fields() is None and Logarithmic(3, steps=2).mode_fields() is None
    assert Logarithmic(5).fit([1.0]).integers(np.array([31]))[0].tolist() == [1 << 30]
    assert Logarithmic(6).fit([1.0]).integers(np.array([31])) is None
    assert Logarithmic(3, steps=2).fit([1.0]).integers(np.array([3])) is None


def test_worked_power_of_two_levels():
    """3 bits: 0, a/4, a/2, a; ties go to the smaller magnitude."""
    quantiser = power_of_two(3).fit([8.0, -1.0])
    assert levels(quantiser).tolist() == [-8, -4, -2, 0, 2, 4, 8]
    assert quantiser.round([1.0, 1.01, 3.0, -6.0, -6.1, 100.0]).tolist() == [0, 2, 2, -4, -8, 8]


def test_worked_additive_levels():
    """The paper's example of 4 magnitude bits, n = k = 2: p0 in {0, 1, 1/4, 1/16}, p1 in {0, 1/2, 1/8, 1/32}."""
    form = AdditivePowerOfTwo(terms=2, term_bits=2)
    sums = sorted(p + q for p in (0, 1, 1 / 4, 1 / 16) for q in (0, 1 / 2, 1 / 8, 1 / 32))
    quantiser = form.fit([1.5])
    assert np.allclose(levels(quantiser)[15:], sums) and quantiser.bits == 5
    assert quantiser.integers(np.array([0b01111]))[0].tolist() == [32 + 16]
    assert quantiser.decode([0b00100, 0b00001, 0b11000]).tolist() == [1 / 16, 1 / 32, -1 / 4]


@pytest.mark.parametrize("terms, term_bits", [(1, 1), (1, 4), (2, 1), (2, 2), (2, 3), (3, 2), (2, 4), (4, 2), (8, 1)])
def test_additive_levels_are_all_sums_and_no_two_are_equal(terms, term_bits):
    form = AdditivePowerOfTwo(terms=terms, term_bits=term_bits)
    sets = [[0, *(2.0 ** -(i + j * terms) for j in range(2**term_bits - 1))] for i in range(terms)]
    sums = {0.0}
    for each in sets:
        sums = {total + term for total in sums for term in each}
    integers, codes = form.levels
    assert len(sums) == 2 ** (terms * term_bits) == len(integers) == len(set(codes.tolist()))
    assert np.allclose(integers / integers[-1], np.array(sorted(sums)) / max(sums), rtol=1e-12)
    assert int(integers[-1]).bit_length() == form.width
    if form.width <= 15:
        assert count(integers, "binary", bits=16).max() == terms


def test_additive_weights_take_as_many_terms_as_they_have():
    assert AdditivePowerOfTwo().mode_fields() == {
        "w_bits": 7, "w_signed": True, "w_format": "plain", "hese": False, "select": True, "group": 1, "budget": 2
    }  # fmt: skip
    assert AdditivePowerOfTwo(2, 4).mode_fields() is None


def test_one_bit_terms_are_uniform_levels():
    assert AdditivePowerOfTwo(terms=4, term_bits=1).levels[0].tolist() == list(range(16))


def test_the_searched_range_loses_less():
    values = np.random.default_rng(4).standard_t(3, 2000)
    lost = [
        np.square(AdditivePowerOfTwo(2, 2, choice).round(values) - values).sum()
        for choice in (AdditivePowerOfTwo().choice, LeastSquaredError())
    ]
    assert lost[1] < lost[0]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Logarithmic(0), "exponent_bits is 0, allowed are integers 1..8"),
        (lambda: Logarithmic(3, steps=0), "steps is 0, allowed are integers 1..16"),
        (lambda: Logarithmic(3, full_scale=0.5), "full_scale is 0.5, allowed are multiples of 1/1 in -500..500"),
        (lambda: Logarithmic(3, full_scale=501), "full_scale is 501, allowed are multiples of 1/1 in -500..500"),
        (lambda: Logarithmic(3, full_scale=np.nan), "full_scale has nan, allowed are finite numbers"),
        (lambda: power_of_two(6), "bits is 6, allowed are integers 2..5"),
        (lambda: AdditivePowerOfTwo(3, 4), "terms, term_bits are 3, 4, allowed are products <= 8 and"),
        (lambda: AdditivePowerOfTwo(choice=1), "choice is 1, allowed are instances of RangeChoice"),
        (lambda: Logarithmic(3).fit([1.0]).decode([16]), "codes has codes from 16 to 16, allowed are 0..15"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
