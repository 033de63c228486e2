"""Arrays multiply the codes of every format that they store, in the mode that the format states."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import Array, Mode, gemm
from lowtide.golden.number_formats import FORMATS, TopTerms
from lowtide.golden.storage_formats import find

from format_samples import sample

PARALLEL = Array(kind="parallel", rows=2, cols=3, lanes=4, acc_width=64, w_width=16)
TERM = Array(kind="term", rows=2, cols=3, lanes=4, group=8, acc_width=64, w_width=16)
PAIR = Array(kind="term_pair", rows=2, cols=3, group=8, acc_width=64)


@pytest.mark.parametrize(
    "format",
    [format for format in FORMATS if format.mode_fields() and not isinstance(format, TopTerms)],
    ids=lambda format: format.name,
)
def test_the_array_multiplies_the_integers(format):
    """The codes as memory holds them, in a mode of the format's fields, give the product of its integers."""
    fields = format.mode_fields()
    values = sample(format, (72, 5), seed=7) * 2.0 ** -(np.arange(72)[:, None] // 16)  # its last block is shorter
    quantiser = format.fit(values)
    codes = quantiser.encode(values)
    integers, scale = quantiser.integers(codes)
    x = np.random.default_rng(8).integers(-128, 128, (3, 72))
    if "block_floating" in fields:
        assert scale.shape == values.shape and np.abs(integers).max() < 1 << (fields["w_bits"] - 1)
        distances = np.log2(scale.max() / scale[:: format.block])  # of every block's exponent below the largest
        assert np.array_equal(np.repeat(distances, format.block, axis=0)[: len(scale)], np.log2(scale.max() / scale))
        assert distances.max() > 0, "blocks with different exponents"
        guard = int(distances.max())  # enough that nothing is rounded
        array = replace(PARALLEL, lanes=format.block, exponent_bits=6, guard_bits=guard)
        result = gemm(
            x,
            codes,
            Mode(**fields),
            array,
            x_exponents=np.zeros((3, len(distances)), int),
            w_exponents=distances.astype(int),
        )
        assert np.array_equal(result.y * (scale.max() / 2.0**guard), x @ quantiser.decode(codes))
        return
    if "group_exponent" in fields:
        mantissas, exponents = format.split(codes)
        assert exponents.max() > 0, "groups with different exponents"
        stored, _ = find(fields["w_format"]).codes_of(mantissas)
        array = Array(kind="digit", rows=2, cols=2, lanes=format.block, exponent_bits=format.exponent_bits)
        result = gemm(x, stored, Mode(**fields), array, w_exponents=exponents)
        assert np.array_equal(result.y, x @ integers)
        return
    array = (getattr(format, "rule", None) or TERM) if fields.get("select") else PARALLEL
    stored = codes if fields["w_format"] != "plain" else integers
    if hasattr(quantiser, "base"):
        stored = quantiser.base.encode(values)
    table = quantiser.tables if find(fields["w_format"]).entries else None
    result = gemm(x, stored, Mode(**fields), array, codebook=table)
    assert np.array_equal(result.y, x @ integers)
    assert np.allclose(x @ quantiser.decode(codes), result.y * scale, rtol=1e-12)


@pytest.mark.parametrize("format", [f for f in FORMATS if isinstance(f, TopTerms)], ids=lambda format: format.name)
def test_the_array_truncates_data_to_their_top_terms(format):
    values = sample(format, (3, 32), seed=7)
    quantiser = format.fit(values)
    w = np.random.default_rng(8).integers(-128, 128, (32, 5))
    mode = Mode(**format.mode_fields(), group=8, budget=8 * 4)
    result = gemm(quantiser.base.encode(values), w, mode, PAIR)
    assert np.array_equal(result.y, quantiser.encode(values) @ w)
