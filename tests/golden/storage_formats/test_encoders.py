"""Real weights to codes: nearest levels, the published scales, and round trips."""

import numpy as np
import pytest

from lowtide.golden.storage_formats import BINARY, FORMATS, TERNARY, Logarithmic, find
from lowtide.golden.storage_formats.scales import SHARES

LOG_BITS = {"log4": 8, "log5": 16}


def decode(codes, format, **options):
    return find(format).decode(codes, **options)


def encode_log(values, scale, format="log4"):
    return find(format).nearest(values, scale)


def encode_codebook(values, scale, format="codebook16", **options):
    return find(format).cluster(values, scale, **options)


def levels(format):
    return np.unique(decode(np.arange(1 << find(format).code_bits), format, bits=LOG_BITS[format]))


@pytest.mark.parametrize("format", LOG_BITS)
def test_log_levels_come_back(format):
    values = levels(format)
    codes = encode_log(values * 0.375, 0.375, format)
    assert codes.dtype == np.uint8
    assert (decode(codes, format, bits=LOG_BITS[format]) == values).all()


@pytest.mark.parametrize("format", LOG_BITS)
def test_log_values_become_the_nearest_level(format):
    scale, rng = 0.25, np.random.default_rng(1)
    values = rng.normal(0, 10, (20, 30)) * 2.0 ** rng.integers(-6, 10, (20, 30))
    decoded = decode(encode_log(values, scale, format), format, bits=LOG_BITS[format])
    distances = np.abs(values[..., None] / scale - levels(format))
    assert decoded.shape == values.shape
    assert np.allclose(np.abs(values / scale - decoded), distances.min(axis=-1), rtol=0, atol=1e-9)


def test_log_ties_go_towards_zero_and_zero_has_one_code():
    values = [0.5, 1.5, 3.0, 6.0, -0.5, -1.5, -3.0, 0.0, -0.0, -0.4, 48.1, 1e9, -1e9]
    expected = [0, 1, 2, 4, 0, -1, -2, 0, 0, 0, 64, 64, -64]
    codes = encode_log(values, 1.0)
    assert decode(codes, "log4").tolist() == expected
    assert (codes[decode(codes, "log4") == 0] == 0).all()


def test_log_scales_broadcast():
    codes = encode_log([[1.0, 4.0], [1.0, 4.0]], [[1.0], [0.5]])
    assert decode(codes, "log4").tolist() == [[1, 4], [2, 8]]


def test_worked_ternary_weights():
    """mean |w| = 0.5, so the threshold is 0.35 and the scale the mean of the four above it."""
    stored = TERNARY.encode([[0.8, -0.3], [-0.4, 0.9], [0.1, 0.5]])
    codes, scale = stored.codes, stored.scale
    assert codes.tolist() == [[1, 0], [3, 1], [0, 1]]
    assert decode(codes, "ternary", bits=2).tolist() == [[1, 0], [-1, 1], [0, 1]]
    assert scale == pytest.approx((0.8 + 0.4 + 0.9 + 0.5) / 4)


def test_ternary_threshold_is_seven_tenths_of_the_mean_magnitude():
    values = np.random.default_rng(2).normal(0, 3, 500)
    stored = TERNARY.encode(values)
    codes, scale = stored.codes, stored.scale
    above = np.abs(values) > 0.7 * np.abs(values).mean()
    assert 0 < above.sum() < values.size
    assert (decode(codes, "ternary", bits=2) == np.where(above, np.sign(values), 0)).all()
    assert scale == pytest.approx(np.abs(values)[above].mean())


def test_worked_binary_weights():
    stored = BINARY.encode([0.5, -1.5, 0.0, -2.0])
    codes, scale = stored.codes, stored.scale
    assert codes.tolist() == [1, 0, 1, 0] and codes.dtype == np.int32
    assert decode(codes, "binary", bits=2).tolist() == [1, -1, 1, -1]
    assert scale == 1.0


@pytest.mark.parametrize("format, entries", [("codebook16", 16), ("codebook256", 256)])
def test_evenly_spaced_levels_come_back(format, entries):
    """The initial centres are the values themselves."""
    levels = np.arange(entries) - entries // 2 + 1
    values = np.random.default_rng(3).permutation(np.repeat(levels, 3)) * 0.5
    codes, table = encode_codebook(values, 0.5, format, bits=9)
    assert table.dtype == np.int32 and table.tolist() == levels.tolist()
    assert (decode(codes, format, codebook=table, bits=9) * 0.5 == values).all()


def test_worked_codebook():
    """Three clusters: the centre nearest to one moves to its mean, the others stay on the line from -8 to 7."""
    values = [-8.0] * 3 + [-0.1, 0.1, 0.3] + [6.6, 7.0]
    codes, table = encode_codebook(values, 1.0)
    assert table.size == 16 and table[0] == -8 and table[-1] == 7
    assert decode(codes, "codebook16", codebook=table).tolist() == [-8, -8, -8, 0, 0, 0, 7, 7]
    fine_codes, fine = encode_codebook(values, 0.1)
    assert decode(fine_codes, "codebook16", codebook=fine).tolist() == [-80] * 3 + [1, 1, 1, 68, 68]


def test_a_value_between_two_centres_joins_the_lower_one():
    table = encode_codebook([*range(16), 0.5], 0.01, bits=16)[1]
    assert table[:3].tolist() == [25, 100, 200]


def lloyd(values, count):
    """Literal k-means: nearest centre (the lower of two), mean of its values, until nothing moves."""
    centres = np.linspace(values.min(), values.max(), count)
    while True:
        nearest = np.abs(values[:, None] - centres).argmin(axis=1)
        moved = [values[nearest == c].mean() if (nearest == c).any() else centres[c] for c in range(count)]
        if np.allclose(moved, centres, rtol=0, atol=1e-12):
            return centres
        centres = np.array(moved)


@pytest.mark.parametrize("seed", range(3))
def test_the_table_is_that_of_a_literal_k_means(seed):
    values = np.random.default_rng(seed).normal(0, 20, 300)
    codes, table = encode_codebook(values, 0.01, bits=16)
    assert table.tolist() == np.rint(lloyd(values, 16) / 0.01).tolist()
    distances = np.abs(values[:, None] / 0.01 - table)
    assert np.allclose(distances[np.arange(300), codes], distances.min(axis=1), rtol=0, atol=1e-9)


def test_a_codebook_is_the_same_every_time_and_clipped_to_its_range():
    values = np.random.default_rng(4).normal(0, 100, (30, 40))
    codes, table = encode_codebook(values, 1.0, "codebook256")
    again, same = encode_codebook(values, 1.0, "codebook256")
    assert (codes == again).all() and (table == same).all() and codes.shape == values.shape
    assert table.min() == -127 and table.max() == 127 and (np.diff(table) >= 0).all()
    unsigned = encode_codebook(np.abs(values), 1.0, "codebook16", signed=False)[1]
    assert 0 <= unsigned.min() and unsigned.max() <= 255


@pytest.mark.parametrize("stored", FORMATS, ids=lambda stored: stored.name)
def test_every_format_encodes_real_weights_and_finds_the_codes_of_integers(stored):
    """What is encoded decodes to integers in range that follow the weights; these integers have codes again."""
    values = np.random.default_rng(6).normal(0, 3, (40, 20))
    bits = max(8, stored.least_bits or 0)
    found = stored.encode(values, bits=bits)
    assert found.codes.dtype == np.int32 and found.codes.shape == values.shape
    assert (found.table is not None) == bool(stored.entries)
    integers = stored.decode(found.codes, codebook=found.table, bits=bits)
    least, largest = stored.decoded_range(bits)
    assert least <= integers.min() < integers.max() <= largest
    assert np.corrcoef(integers.ravel(), values.ravel())[0, 1] > 0.7
    codes, table = stored.codes_of(integers)
    assert np.array_equal(stored.decode(codes, codebook=table, bits=bits), integers)


def test_the_scale_of_log_weights_has_the_least_squared_error_of_all_shares():
    values, stored = np.random.default_rng(7).normal(0, 3, 400), Logarithmic(3)
    found = stored.encode(values)

    def error(scale):
        return np.square(stored.decode(stored.nearest(values, scale)) * scale - values).sum()

    assert error(found.scale) == min(error(share * np.abs(values).max() / 64) for share in SHARES)


def test_integers_without_a_code_are_refused():
    with pytest.raises(ValueError, match="weights have integers that log4 does not, allowed are .-64, -32"):
        find("log4").codes_of(np.array([3, 4]))
    with pytest.raises(ValueError, match="weights have 17 different integers, allowed in codebook16 are 16"):
        find("codebook16").codes_of(np.arange(17))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: encode_log([1.0], 0.0), "scale is 0.0, allowed are numbers > 0"),
        (lambda: encode_log([np.nan], 1.0), "values has nan, allowed are finite numbers"),
        (lambda: TERNARY.encode([0.0, 0.0]), "values has 2 values that are all zero"),
        (lambda: BINARY.encode([]), "values has 0 values that are all zero"),
        (lambda: BINARY.encode([np.inf]), "values has inf, allowed are finite numbers"),
        (lambda: encode_codebook([], 1.0), "values, scale have shapes (0,), (), allowed are"),
        (lambda: encode_codebook([1.0], [1.0]), "values, scale have shapes (1,), (1,), allowed are"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
