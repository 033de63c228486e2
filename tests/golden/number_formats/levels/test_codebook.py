"""Weight sharing: the encoder's tables, worked clusters, and tables of single columns."""

import numpy as np
import pytest

from lowtide.golden import scale_of
from lowtide.golden.number_formats import Codebook
from lowtide.golden.storage_formats import find

WEIGHTS = np.random.default_rng(1).normal(0, 1, (60, 5))


@pytest.mark.parametrize("entries, name", [(16, "codebook16"), (256, "codebook256")])
def test_integer_tables_are_those_of_the_encoder(entries, name):
    quantiser = Codebook(entries, bits=8).fit(WEIGHTS)
    codes, table = find(name).cluster(WEIGHTS, scale_of(WEIGHTS))
    assert np.array_equal(quantiser.tables, table) and np.array_equal(quantiser.encode(WEIGHTS), codes)
    assert Codebook(entries, bits=8).mode_fields() == {"w_bits": 8, "w_signed": True, "w_format": name}


def test_worked_clusters():
    """Sixteen groups of three values around 0, 10, ..., 150: the table has their means."""
    centres = np.arange(16) * 10.0
    values = np.concatenate([centres - 1, centres, centres + 2.5])
    quantiser = Codebook(16).fit(values)
    assert np.allclose(quantiser.tables, centres + 0.5)
    assert quantiser.encode([0.0, 151.0, -99.0, 5.4]).tolist() == [0, 15, 0, 0]
    assert np.allclose(quantiser.round([5.6, 99.0]), [10.5, 100.5])


def test_every_entry_is_the_mean_of_its_values():
    """K-means has ended: the values of an entry have it as their mean."""
    quantiser = Codebook(16).fit(WEIGHTS)
    codes = quantiser.encode(WEIGHTS)
    for entry in np.unique(codes):
        assert quantiser.tables[entry] == pytest.approx(WEIGHTS[codes == entry].mean(), abs=1e-12)


def test_sixteen_different_values_are_exact():
    values = np.random.default_rng(2).permutation(np.repeat(np.arange(16.0), 3))
    assert np.allclose(Codebook(16).round(values), values, atol=1e-12)


def test_tables_ascend_though_means_of_equal_values_differ_by_their_rounding():
    for value in np.random.default_rng(3).uniform(-1000, 0, 50):
        table = Codebook(256).fit(np.full(29, value)).tables
        assert (np.diff(table) >= 0).all()


def test_a_column_may_have_a_table_of_its_own():
    quantiser = Codebook(16).fit(WEIGHTS, axis=0)
    assert quantiser.tables.shape == (16, 5) and quantiser.parameter_bits() == 16 * 5 * 32
    for j in range(5):
        assert np.array_equal(quantiser.tables[:, j], Codebook(16).fit(WEIGHTS[:, j]).tables)
    integers = Codebook(16, bits=6).fit(WEIGHTS, axis=0)
    assert integers.parameter_bits() == 16 * 5 * 6 + 5 * 32 and integers.tables.dtype == np.int32


def test_the_error_is_half_the_distance_of_the_entries():
    quantiser = Codebook(16).fit(WEIGHTS)
    table = quantiser.tables
    inside = WEIGHTS[(WEIGHTS > table[0]) & (WEIGHTS < table[-1])]
    above = np.searchsorted(table, inside)
    assert (np.abs(quantiser.round(inside) - inside) <= (table[above] - table[above - 1]) / 2 + 1e-15).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Codebook(32), "entries is 32, allowed are 16, 256"),
        (lambda: Codebook(16, bits=1), "bits is 1, allowed are integers 2..16"),
        (lambda: Codebook().fit(WEIGHTS, axis=1), "axis is 1, allowed are None, 0"),
        (lambda: Codebook().fit(1.0, axis=0), "values has 0 dimensions, allowed with axis 0 are 1 or more"),
        (lambda: Codebook().fit(WEIGHTS).decode([16]), "codes has codes from 16 to 16, allowed are 0..15"),
        (
            lambda: Codebook().fit(WEIGHTS, axis=0).encode([1.0]),
            "values has shape (1,), allowed are [K, ...] of columns",
        ),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
