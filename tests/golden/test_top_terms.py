"""The highest terms of single values: worked examples, and groups of one against a literal sort of the terms."""

import numpy as np
import pytest

from lowtide.golden import ENCODINGS, decode, digits, max_terms, reveal, top_terms

from sorted_terms import reveal_by_sort, value_range


@pytest.mark.parametrize(
    "value, signed, results",
    [
        (27, True, (32, 28, 27)),
        (91, True, (128, 96, 92, 91)),
        (119, True, (128, 120, 119)),
        (171, False, (256, 192, 176, 172, 171)),
        (-77, True, (-64, -80, -76, -77)),
        (219, False, (256,)),
    ],
)
def test_worked_top_terms(value, signed, results):
    for terms, expected in enumerate(results, start=1):
        assert top_terms(value, terms, signed=signed) == expected
    assert top_terms(value, 0, signed=signed) == 0


@pytest.mark.parametrize("signed", [True, False])
def test_prefixes_of_hese_are_their_own_hese(signed):
    """The s largest terms of a value are exactly the HESE terms of the value that they add up to."""
    values = np.arange(value_range(8, signed)[0], value_range(8, signed)[1] + 1)
    planes = digits(values, signed=signed)
    order = np.cumsum(planes[:, ::-1] != 0, axis=1)[:, ::-1]  # 1 at the highest term
    for terms in range(max_terms("hese", 8, signed) + 1):
        kept = np.where(order <= terms, planes, 0)
        prefix = top_terms(values, terms, signed=signed)
        assert (decode(kept) == prefix).all()
        again = digits(prefix, bits=10, signed=True)
        assert (again[:, : planes.shape[1]] == kept).all() and not again[:, planes.shape[1] :].any()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("bits, signed", [(8, True), (8, False), (12, True), (16, True), (16, False)])
def test_top_terms_are_groups_of_one(encoding, bits, signed):
    values = np.random.default_rng(6).integers(*value_range(bits, signed), 300, endpoint=True)
    for terms in range(max_terms(encoding, bits, signed) + 2):
        expected = reveal_by_sort(values.tolist(), 1, terms, encoding, bits, signed)
        form = {"encoding": encoding, "bits": bits, "signed": signed}
        assert top_terms(values, terms, **form).tolist() == expected
        assert reveal(values, group=1, budget=terms, **form).tolist() == expected


@pytest.mark.parametrize(
    ("dtype", "signed"), [(np.int8, True), (np.uint8, False), (np.int64, True), (np.uint16, False)]
)
def test_top_terms_of_many_values_are_those_of_each(dtype, signed):
    many = np.arange(-128, 128) if signed else np.arange(256)
    values = np.random.default_rng(0).permutation(np.tile(many, 5)).astype(dtype)
    for encoding in ENCODINGS:
        for terms in (1, 2, 3):
            each = [int(top_terms(value, terms, encoding=encoding, signed=signed)) for value in many]
            known = dict(zip(many.tolist(), each, strict=True))
            found = top_terms(values, terms, encoding=encoding, signed=signed)
            assert found.tolist() == [known[value] for value in values.tolist()]
