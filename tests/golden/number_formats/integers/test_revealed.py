"""Term revealing and top-s truncation as formats: the reference's groups, bounds, idempotence, lane rules."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lowtide.golden import Array, reveal
from lowtide.golden.number_formats import FixedPoint, TermRevealed, TopTerms

PROPERTY = settings(derandomize=True, database=None, deadline=None)

EIGHT = [27, 54, -91, 119, 85, -3, 0, 16]
RULES = [
    Array(kind="term", rows=1, cols=1, lanes=12, group=8, dedicated=True),
    Array(kind="term", rows=1, cols=1, lanes=12, group=8, dedicated=True, window=2),
    Array(kind="term", rows=1, cols=1, lanes=4, group=8, window=2),
    Array(kind="term", rows=1, cols=1, lanes=4, group=4, window=4),
]


def at_unit_scale(form):
    """The quantiser whose scale is 1."""
    return form.fit(np.full((form.block, 1), float(form.base.integer_range[1])))


@pytest.mark.parametrize(
    "budget, expected",
    [
        (4, [0, 64, -128, 128, 64, 0, 0, 0]),
        (8, [32, 64, -96, 128, 80, 0, 0, 16]),
        (12, [28, 56, -92, 120, 80, 0, 0, 16]),
        (16, [27, 54, -92, 120, 84, -4, 0, 16]),
    ],
)
def test_groups_of_the_reference(budget, expected):
    quantiser = at_unit_scale(TermRevealed(budget=budget))
    values = np.array(EIGHT, float)[:, None]
    assert quantiser.encode(values)[:, 0].tolist() == expected == quantiser.round(values)[:, 0].tolist()
    integers, scale = quantiser.integers(quantiser.encode(values))
    assert integers[:, 0].tolist() == expected and scale == 1


@pytest.mark.parametrize(
    "terms, expected", [(1, [32, 128, 128, -64]), (2, [28, 96, 120, -80]), (3, [27, 92, 119, -76])]
)
def test_values_of_the_reference(terms, expected):
    assert at_unit_scale(TopTerms(terms=terms)).round([27.0, 91, 119, -77]).tolist() == expected


@pytest.mark.parametrize("rule", [None, *RULES])
@pytest.mark.parametrize("encoding", ["binary", "hese"])
@settings(PROPERTY, max_examples=25)
@given(data=st.data())
def test_revealing_twice_changes_nothing_even_past_the_range(rule, encoding, data):
    group = data.draw(st.integers(1, 4 if rule is None else rule.group))
    budget = data.draw(st.integers(0, 3 * group))
    form = TermRevealed(FixedPoint(data.draw(st.sampled_from([4, 8]))), group, budget, encoding, rule)
    ends = st.sampled_from([form.base.integer_range[0] + 1, *form.base.integer_range, form.base.integer_range[1] - 1])
    values = data.draw(arrays(np.float64, (group + 3, 3), elements=ends | st.integers(*form.base.integer_range)))
    quantiser = at_unit_scale(form)
    codes = quantiser.encode(values)
    assert np.array_equal(quantiser.encode(quantiser.decode(codes)), codes)
    assert np.abs(codes - values).max() <= form.largest_loss
    low, high = form.integer_range
    assert low <= codes.min() and codes.max() <= high


@pytest.mark.parametrize("encoding", ["binary", "hese", "booth"])
@pytest.mark.parametrize("bits, signed", [(3, True), (4, True), (4, False)])
def test_every_group_of_two_is_within_the_largest_loss(encoding, bits, signed):
    low, high = FixedPoint(bits, signed=signed).integer_range
    pairs = np.array(list(product(range(low, high + 1), repeat=2))).T.reshape(2, -1)
    for budget in range(9):
        form = TermRevealed(FixedPoint(bits, signed=signed), 2, budget, encoding)
        revealed = reveal(pairs, group=2, budget=budget, encoding=encoding, bits=bits, signed=signed, axis=0)
        loss = np.abs(revealed - pairs)
        assert loss.max() <= form.largest_loss
        if encoding == "binary":
            assert loss.max() == form.largest_loss
        assert (form.largest_loss == 0) == (loss.max() == 0)


@pytest.mark.parametrize("encoding", ["binary", "hese", "booth"])
@pytest.mark.parametrize("bits, signed", [(6, True), (8, True), (8, False)])
def test_every_value_is_within_the_largest_loss_of_its_top_terms(encoding, bits, signed):
    base = FixedPoint(bits, signed=signed)
    values = np.arange(base.integer_range[0], base.integer_range[1] + 1)
    losses = []
    for terms in range(7):
        form = TopTerms(base, terms, encoding)
        losses.append(form.largest_loss)
        found = np.abs(form.cut(values) - values).max()
        assert found <= form.largest_loss and (found > 0) == (form.largest_loss > 0)
        assert encoding != "binary" or found == form.largest_loss
    assert losses == sorted(losses, reverse=True)


def test_worked_largest_losses():
    """HESE int8 has planes 7..0, four terms at most. k = 12 of 8: planes 7 and 6 hold 8 terms, three planes 16."""
    assert TermRevealed(group=8, budget=12).largest_loss == (2 << 6) // 3 == 42
    assert TermRevealed(group=8, budget=16).largest_loss == (2 << 4) // 3 == 10
    assert TermRevealed(group=8, budget=32).largest_loss == 0
    assert TermRevealed(group=8, budget=7).largest_loss == TermRevealed(group=8, budget=0).largest_loss == 127
    assert TopTerms(terms=3).largest_loss == 2 and TopTerms(terms=4).largest_loss == 0


def test_the_error_is_half_a_step_and_the_loss():
    values = np.random.default_rng(1).normal(size=(64, 5))
    for form in (TermRevealed(), TermRevealed(budget=16), TermRevealed(rule=RULES[1]), TopTerms()):
        quantiser = form.fit(values, axis=0)
        error = np.abs(quantiser.round(values) - values)
        assert (error <= quantiser.base.scale * (0.5 + form.largest_loss) * (1 + 1e-12)).all()


def test_codes_that_no_group_leaves_are_refused():
    quantiser = at_unit_scale(TermRevealed(group=2, budget=2))
    with pytest.raises(ValueError, match=r"codes has 7, which TR g=2 k=2 does not leave in its place"):
        quantiser.decode([[7], [5]])
    with pytest.raises(ValueError, match="codes has codes from 129 to 129, allowed are -128..128"):
        quantiser.decode([[129], [0]])
    with pytest.raises(ValueError, match="codes has 7, which top 1 terms does not leave"):
        at_unit_scale(TopTerms(terms=1)).decode([7])


def test_past_the_range_only_where_a_term_was_lost():
    """127 = 128 - 1 keeps both terms in a group of one with two terms, so that 128 is nothing's code there."""
    quantiser = at_unit_scale(TermRevealed(group=2, budget=2))
    assert quantiser.round([[127.0], [64.0]]).tolist() == [[128], [64]]
    assert quantiser.round([[127.0], [0.0]]).tolist() == [[127], [0]]
    assert quantiser.decode([[128], [64]]).tolist() == [[128], [64]]
    with pytest.raises(ValueError, match="codes has 128, which"):
        quantiser.decode([[128], [0]])


def test_the_last_group_is_shorter_and_columns_are_apart():
    values = np.array([[7.0, 5.0], [7.0, 1.0], [127.0, 127.0]])
    quantiser = at_unit_scale(TermRevealed(group=2, budget=2))
    assert quantiser.round(values).tolist() == [[8, 5], [8, 0], [127, 127]]


def test_names():
    assert TermRevealed().name == "TR g=8 k=12"
    assert TermRevealed(FixedPoint(4), 16, 10, "booth").name == "TR g=16 k=10 booth of fixed 4 bit"
    assert TermRevealed(rule=RULES[1]).name == "TR g=8 k=12 l=12 dedicated w=2"
    assert TopTerms(FixedPoint(signed=False), 2, "binary").name == "top 2 terms binary of fixed 8 bit unsigned"


def test_mode_fields():
    assert TermRevealed(FixedPoint(6), 4, 5, "binary").mode_fields() == {
        "w_bits": 6, "w_signed": True, "w_format": "plain", "hese": False, "select": True, "group": 4, "budget": 5
    }  # fmt: skip
    assert TermRevealed(encoding="booth").mode_fields() is None and TopTerms(terms=0).mode_fields() is None


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: TermRevealed(FixedPoint(symmetric=False)), "base is FixedPoint("),
        (lambda: TermRevealed(group=33), "group is 33, allowed are integers 1..32"),
        (lambda: TermRevealed(budget=-1), "budget is -1, allowed are integers >= 0"),
        (lambda: TermRevealed(encoding="naf"), "encoding is 'naf', allowed are binary, booth, hese"),
        (lambda: TermRevealed(rule=RULES[3]), "group is 8, allowed are integers 1..4"),
        (lambda: TopTerms(terms=-1), "terms is -1, allowed are integers >= 0"),
        (lambda: TopTerms(base=None), "base is None, allowed are symmetric instances of FixedPoint"),
        (lambda: TermRevealed().fit(1.0).encode(1.0), "values has 0 dimensions, allowed are 1 or more"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
