"""Term revealing against a literal sort of the terms, the worked examples and its properties."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import ENCODINGS, count, decode, digits, max_terms, reveal, revealed_range, top_terms

from sorted_terms import reveal_by_sort, value_range

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=150)


@st.composite
def groups(draw, encodings=ENCODINGS, largest_group=32):
    """Values of a random format with a random group and budget."""
    bits, signed = draw(st.integers(2, 16)), draw(st.booleans())
    group = draw(st.integers(1, largest_group))
    values = draw(st.lists(st.integers(*value_range(bits, signed)), min_size=1, max_size=2 * group + 1))
    arguments = {"group": group, "encoding": draw(st.sampled_from(encodings)), "bits": bits, "signed": signed}
    return np.array(values), arguments | {"budget": draw(st.integers(0, group * 5 + 2))}


@pytest.mark.parametrize(
    "encoding, group, results",
    [
        (
            "binary",
            (64, 3, 14),
            {1: (64, 0, 0), 2: (64, 0, 8), 3: (64, 0, 12), 4: (64, 2, 12), 5: (64, 2, 14)},
        ),
        (
            "hese",
            (64, 3, 14),
            {1: (64, 0, 0), 2: (64, 0, 16), 3: (64, 4, 16), 4: (64, 4, 14), 5: (64, 3, 14)},
        ),
        (
            "hese",
            (12, 5, -7, 31),
            {
                2: (16, 0, 0, 32),
                4: (12, 0, -8, 32),
                6: (12, 5, -8, 32),
                7: (12, 5, -7, 32),
                8: (12, 5, -7, 31),
            },
        ),
        (
            "hese",
            (27, 54, -91, 119, 85, -3, 0, 16),
            {
                4: (0, 64, -128, 128, 64, 0, 0, 0),
                8: (32, 64, -96, 128, 80, 0, 0, 16),
                12: (28, 56, -92, 120, 80, 0, 0, 16),
                16: (27, 54, -92, 120, 84, -4, 0, 16),
            },
        ),
        ("binary", (16, 16, 16, 16), {2: (16, 16, 0, 0)}),
        ("booth", (16, 16, 16, 16), {2: (16, 16, 0, 0)}),
        ("hese", (16, 16, 16, 16), {2: (16, 16, 0, 0)}),
        ("hese", (7, -7, 7, -7), {4: (8, -8, 8, -8), 6: (7, -7, 8, -8)}),
    ],
)
def test_worked_groups(encoding, group, results):
    for budget, expected in results.items():
        revealed = reveal(group, group=len(group), budget=budget, encoding=encoding)
        assert tuple(revealed) == expected, budget


def coefficient_vector(weights, data):
    """The paper's tMAC: every pair of terms adds ±1 to the coefficient of the sum of their exponents."""
    planes = digits(weights), digits(data)
    return sum(np.convolve(w, x) for w, x in zip(*planes, strict=True)).tolist()


def test_worked_dot_product():
    w, x = np.array([12, 5, -7, 31]), np.array([3, 27, 10, 6])
    assert w @ x == 287
    w6, x2 = reveal(w, group=4, budget=6), top_terms(x, 2)
    assert w6.tolist() == [12, 5, -8, 32] and x2.tolist() == [3, 28, 10, 6]
    assert w6 @ x2 == 288
    assert coefficient_vector(w6, x2)[:9] == [0, 0, 0, 0, -4, 1, -1, 1, 1]
    assert decode(coefficient_vector(w6, x2)) == 288
    assert int(count(w6) @ count(x2)) == 12
    assert reveal(w, group=4, budget=8) @ x2 == 292


def test_coefficients_are_bounded_by_the_budget_per_group():
    rng = np.random.default_rng(2)
    for group, budget, length in [(8, 12, 32), (4, 3, 12), (1, 2, 9)]:
        w = reveal(rng.choice([85, -85, 91, 119], length), group=group, budget=budget)
        w = np.clip(w, -128, 127)
        coefficients = coefficient_vector(w, rng.choice([85, -85], length))
        assert len(coefficients) == 15
        assert max(map(abs, coefficients)) <= budget * length // group


@PROPERTY
@given(groups())
def test_receding_water_is_the_sort(case):
    values, arguments = case
    assert reveal(values, **arguments).tolist() == reveal_by_sort(values.tolist(), **arguments)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("bits, signed", [(8, True), (8, False), (4, True), (12, False), (13, True), (16, False)])
def test_many_groups_of_every_size_are_the_sort(encoding, bits, signed):
    rng = np.random.default_rng(bits)
    for group in range(1, 33):
        values = rng.integers(*value_range(bits, signed), 3 * group + group // 2, endpoint=True)
        budget = int(rng.integers(0, 3 * group))
        expected = reveal_by_sort(values.tolist(), group, budget, encoding, bits, signed)
        result = reveal(values, group=group, budget=budget, encoding=encoding, bits=bits, signed=signed)
        assert result.tolist() == expected


def test_arrays_larger_than_a_block_are_the_sort():
    values = np.random.default_rng(3).integers(-128, 128, (1 << 16) + 1003)
    result = reveal(values, group=8, budget=12)
    assert result.tolist() == reveal_by_sort(values.tolist(), 8, 12, "hese", 8, True)


def test_groups_within_budget_stay_beside_groups_over_budget():
    values = np.tile([85, 85, 85, 1, 0, 2, -4, 16], 50)
    revealed = reveal(values, group=4, budget=5).reshape(-1, 8)
    assert (revealed[:, :4] == [80, 80, 64, 0]).all()
    assert (revealed[:, 4:] == [0, 2, -4, 16]).all()


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_groups_run_along_the_axis(axis):
    values = np.random.default_rng(4).integers(-128, 128, (7, 10, 9))
    result = reveal(values, group=4, budget=6, axis=axis)
    lines, revealed = (np.moveaxis(array, axis, -1) for array in (values, result))
    for place in np.ndindex(lines.shape[:-1]):
        assert revealed[place].tolist() == reveal_by_sort(lines[place].tolist(), 4, 6, "hese", 8, True)


def test_memory_layout_and_input_stay_as_they_are():
    values = np.random.default_rng(5).integers(-128, 128, (12, 20)).astype(np.int8)
    before = values.copy()
    by_columns = reveal(np.asfortranarray(values)[:, ::2], group=4, budget=5, axis=0)
    assert (by_columns == reveal(values[:, ::2].copy(), group=4, budget=5, axis=0)).all()
    assert (values == before).all()


def test_a_shorter_last_group_has_the_whole_budget():
    assert reveal([85] * 5, group=4, budget=4).tolist() == [64, 64, 64, 64, 85]


@PROPERTY
@given(groups(encodings=("binary", "hese")))
def test_revealing_is_idempotent(case):
    values, arguments = case
    arguments["bits"] = min(arguments["bits"], 15)
    values = np.clip(values, *value_range(arguments["bits"], arguments["signed"]))
    once = reveal(values, **arguments)
    wider = arguments | {"bits": arguments["bits"] + 1}
    assert (reveal(once, **wider) == once).all()


@PROPERTY
@given(groups(encodings=("binary", "hese")))
def test_budget_is_never_exceeded_nor_wasted(case):
    values, arguments = case
    arguments["bits"] = min(arguments["bits"], 15)
    values = np.clip(values, *value_range(arguments["bits"], arguments["signed"]))
    form = {"encoding": arguments["encoding"], "signed": arguments["signed"]}
    revealed = count(reveal(values, **arguments), bits=arguments["bits"] + 1, **form)
    total = count(values, bits=arguments["bits"], **form)
    for start in range(0, len(values), arguments["group"]):
        members = slice(start, start + arguments["group"])
        assert revealed[members].sum() == min(arguments["budget"], total[members].sum())


@PROPERTY
@given(groups())
def test_a_budget_for_every_term_is_the_identity(case):
    values, arguments = case
    form = {"encoding": arguments["encoding"], "bits": arguments["bits"], "signed": arguments["signed"]}
    arguments["budget"] = int(count(values, **form).sum(dtype=int))
    assert (reveal(values, **arguments) == values).all()
    arguments["budget"] = arguments["group"] * max_terms(**form)
    assert (reveal(values, **arguments) == values).all()


@PROPERTY
@given(groups())
def test_revealed_values_stay_in_the_revealed_range(case):
    values, arguments = case
    low, high = revealed_range(**arguments)
    revealed = reveal(values, **arguments)
    assert low <= revealed.min() and revealed.max() <= high


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("bits, signed", [(2, True), (2, False), (3, True), (3, False), (4, True)])
def test_both_ends_of_the_revealed_range_are_reached(encoding, bits, signed):
    low, high = value_range(bits, signed)
    for group in (1, 2, 3):
        values = np.array(list(itertools.product(range(low, high + 1), repeat=group)))
        for budget in range(group * max_terms(encoding, bits, signed) + 2):
            form = {"group": group, "budget": budget, "encoding": encoding, "bits": bits, "signed": signed}
            revealed = reveal(values, **form)
            assert (revealed.min(), revealed.max()) == revealed_range(**form), form


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4)])
def test_empty_arrays_stay_empty(shape):
    empty = np.zeros(shape, np.int8)
    assert reveal(empty, group=8, budget=3).shape == top_terms(empty, 1).shape == shape


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: reveal([1], group=0, budget=1), "group is 0, allowed are integers 1..32"),
        (lambda: reveal([1], group=33, budget=1), "group is 33, allowed are integers 1..32"),
        (lambda: reveal([1], group=4, budget=-1), "budget is -1, allowed are integers >= 0"),
        (lambda: reveal([1], group=4, budget=1.5), "budget is 1.5, allowed are integers >= 0"),
        (lambda: reveal([1], group=4, budget=True), "budget is True, allowed are integers >= 0"),
        (lambda: reveal([1], group=4, budget=1, encoding="x"), "encoding is 'x', allowed are binary, booth"),
        (lambda: reveal([1.5], group=4, budget=1), "values has dtype float64, allowed are integer dtypes"),
        (lambda: reveal([200], group=4, budget=1), "values has values from 200 to 200 out of range"),
        (lambda: reveal([1], group=4, budget=1, axis=1), "axis is 1, allowed are integers -1..0"),
        (lambda: reveal(1, group=4, budget=1), "values has 0 dimensions, allowed are 1 or more"),
        (lambda: top_terms([1], -1), "terms is -1, allowed are integers >= 0"),
        (lambda: top_terms([-1], 1, signed=False), "values has values from -1 to -1 out of range"),
        (lambda: revealed_range(group=40, budget=1), "group is 40, allowed are integers 1..32"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
