"""How the demo rounds weights: scales of the least squared error, codes that decode to what they stand for."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.common.quantisation import Groups
from lowtide.golden.storage_formats import find
from lowtide.golden.storage_formats.scales import integer_scale
from lowtide.workloads.digits.network import digits, load
from lowtide.workloads.digits.quantised import quantise_network
from lowtide.workloads.digits.weights import Precision, store

PRECISIONS = [
    Precision(8, 8),
    Precision(8, 6),
    Precision(8, 4),
    Precision(8, 2),
    Precision(4, 4),
    Precision(2, 2),
    Precision(8, 2, "ternary"),
    Precision(8, 2, "binary"),
    Precision(8, 8, "log4"),
    Precision(8, 16, "log5"),
    Precision(8, 8, "codebook16"),
    Precision(8, 8, "codebook256"),
]


@pytest.fixture(scope="module")
def weight():
    return load().weights[0]


def decoded(stored, precision):
    stands_for = find(precision.w_format).decode(stored.codes, codebook=stored.table, bits=precision.w_bits)
    return stands_for * stored.scale


def squared_error(weight, scale, bits):
    return np.square(scale * golden.quantise(weight, scale, bits=bits) - weight).sum()


@pytest.mark.parametrize("bits", [2, 3, 4, 6])
def test_a_narrow_scale_has_the_least_squared_error(weight, bits):
    whole, found = golden.scale_of(weight, bits=bits), integer_scale(weight, bits)
    assert 0.1 * whole <= found <= whole
    for scale in (0.9 * found, 1.1 * found, whole):
        assert squared_error(weight, found, bits) <= squared_error(weight, scale, bits)


def test_an_8_bit_scale_is_that_of_the_largest_value(weight):
    assert integer_scale(weight, 8) == golden.scale_of(weight)
    assert integer_scale(np.abs(weight), 8, signed=False) == golden.scale_of(np.abs(weight), signed=False)


@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
def test_stored_weights_decode_to_what_they_stand_for(weight, precision):
    stored = store(weight, precision)
    assert stored.codes.dtype == np.int32 and stored.codes.shape == weight.shape
    assert (stored.table is not None) == (precision.w_format in ("codebook16", "codebook256"))
    assert np.corrcoef(decoded(stored, precision).ravel(), weight.ravel())[0, 1] > 0.7


def test_more_bits_are_never_further_from_the_weights(weight):
    errors = [
        np.square(decoded(store(weight, Precision(8, bits)), Precision(8, bits)) - weight).sum()
        for bits in (8, 6, 4, 2)
    ]
    assert errors == sorted(errors)


@pytest.mark.parametrize("bits, name", [(4, "plain"), (5, "two_digits"), (5, "e2m1")])
def test_groups_have_an_exponent_of_their_own_and_are_nearer_to_the_weights(weight, bits, name):
    """Eight weights of a column share an exponent, from 0 to 3; a group of small weights gains from a finer scale."""
    whole, grouped = Precision(8, bits, name), Precision(8, bits, name, Groups(size=8, exponent_bits=2))
    stored = store(weight, grouped)
    assert stored.exponents.shape == (len(weight) // 8, weight.shape[1]) and set(np.unique(stored.exponents)) == {
        0,
        1,
        2,
        3,
    }
    found = decoded(stored, grouped) * 2.0 ** np.repeat(stored.exponents, 8, axis=0)
    plain = decoded(store(weight, whole), whole)
    assert np.square(found - weight).sum() < np.square(plain - weight).sum()


def test_a_format_that_does_not_exist_or_fit_is_refused(weight):
    with pytest.raises(ValueError, match="format is 'log6'"):
        store(weight, Precision(8, 16, "log6"))
    with pytest.raises(ValueError, match="bits is 8, allowed with format 'log5' are integers 16..16"):
        store(weight, Precision(8, 8, "log5"))
    with pytest.raises(ValueError, match="w_format is 'log4', allowed with groups"):
        store(weight, Precision(8, 8, "log4", Groups(size=8, exponent_bits=2)))


@pytest.mark.parametrize("x_bits", [8, 4, 2])
def test_data_have_the_width_of_the_precision(x_bits):
    split = digits()
    network = quantise_network(load(), split.train, Precision(x_bits, 8))
    seen = []

    def product(x, weight):
        seen.append(x)
        return x.astype(np.int64) @ weight.codes

    network.scores(split.test, product)
    most = (1 << x_bits) - 1
    for x in seen:
        assert x.min() == 0 and 0.9 * most < x.max() <= most
