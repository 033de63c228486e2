"""Lane rules against a literal hand-out of slots, worked examples and their properties."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import (
    Array,
    count,
    digits,
    lane_views,
    lossless_budget,
    max_terms,
    reveal,
    reveal_by_lanes,
    ruled_range,
)

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=150)
FREE = Array(kind="term", rows=2, cols=2, lanes=4, group=4)
DEDICATED = replace(FREE, dedicated=True)
WINDOWS = replace(FREE, window=2)
BOTH = replace(FREE, lanes=6, dedicated=True, window=2)
#        group, lanes, dedicated, window
RULES = [(4, 4, True, None), (4, 7, True, None), (4, 4, False, 2), (4, 6, True, 2), (8, 8, False, 2), (8, 8, False, 4),
         (8, 12, True, 4), (8, 4, False, 2), (8, 2, False, 4), (6, 3, False, 2), (6, 8, True, 3), (1, 1, True, None),
         (4, 8, True, 1), (8, 3, False, None), (4, 4, False, 1)]  # fmt: skip


def value_range(bits, signed):
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def ruled_array(group, lanes, dedicated, window):
    return replace(FREE, group=group, lanes=lanes, dedicated=dedicated, window=window)


def by_lanes(members, array, budget, encoding, bits, signed):
    """One group: every slot of every round, lane by lane, takes the first of the sorted terms that it sees."""
    planes = digits(np.array(members), encoding, bits=bits, signed=signed).tolist()
    left = sorted((-e, j, d * 2**e) for j, plane in enumerate(planes) for e, d in enumerate(plane) if d)
    windows = array.group // (array.window or array.group)
    dedicated = array.group if array.dedicated else 0
    each = (array.lanes - dedicated) // windows
    kept = [0] * len(members)
    for slot in range(budget):
        lane = slot % array.lanes
        if lane < dedicated:
            seen = {lane}
        else:
            window = (lane - dedicated) // each
            seen = set(range(window * array.group // windows, (window + 1) * array.group // windows))
        for term in left:
            if term[1] in seen:
                kept[term[1]] += term[2]
                left.remove(term)
                break
    return kept


@st.composite
def cases(draw):
    array = ruled_array(*draw(st.sampled_from(RULES)))
    form = {"bits": draw(st.integers(2, 15)), "signed": draw(st.booleans())}
    group = draw(st.integers(1, array.group))
    values = draw(st.lists(st.integers(*value_range(**form)), min_size=1, max_size=3 * group))
    form["encoding"] = draw(st.sampled_from(["binary", "hese"]))
    return np.array(values), array, form | {"group": group, "budget": draw(st.integers(0, group * 8 + 2))}


def test_lanes_see_what_the_rules_say():
    assert lane_views(FREE) == [(0, 4)] * 4
    assert lane_views(DEDICATED) == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert lane_views(WINDOWS) == [(0, 2), (0, 2), (2, 4), (2, 4)]
    assert lane_views(BOTH) == [(0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (2, 4)]
    assert lane_views(replace(DEDICATED, lanes=6)) == [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0, 4)]


@pytest.mark.parametrize(
    "array, results",
    [
        # 12 = 16-4, 5 = 4+1, -7 = -8+1, 31 = 32-1
        (FREE, {2: (16, 0, 0, 32), 4: (12, 0, -8, 32), 6: (12, 5, -8, 32)}),
        # every value its own lane: one term each a round, the second round cut after two lanes
        (DEDICATED, {2: (16, 4, 0, 0), 4: (16, 4, -8, 32), 6: (12, 5, -8, 32), 8: (12, 5, -7, 31)}),
        # lanes 0, 1 see (12, 5), lanes 2, 3 see (-7, 31)
        (WINDOWS, {1: (16, 0, 0, 0), 2: (12, 0, 0, 0), 3: (12, 0, 0, 32), 4: (12, 0, -8, 32), 6: (12, 5, -8, 32)}),
        # after the four own lanes, lane 4 takes -4 of 12 and lane 5 the +1 of -7, then a second round
        (BOTH, {4: (16, 4, -8, 32), 5: (12, 4, -8, 32), 6: (12, 4, -7, 32), 7: (12, 4, -7, 32), 8: (12, 5, -7, 32),
                10: (12, 5, -7, 31)}),
    ],
)  # fmt: skip
def test_worked_groups(array, results):
    for budget, expected in results.items():
        found = reveal_by_lanes([12, 5, -7, 31], array, group=4, budget=budget)
        assert tuple(found) == expected, budget


def test_lanes_of_absent_values_stay_empty():
    """A group of two on lanes built for four: lanes 2, 3 of the dedicated ones have nothing to take."""
    assert reveal_by_lanes([12, 5], DEDICATED, group=2, budget=4).tolist() == [16, 4]
    assert reveal_by_lanes([12, 5], DEDICATED, group=2, budget=5).tolist() == [12, 4]
    assert reveal_by_lanes([12, 5, 31], BOTH, group=3, budget=6).tolist() == [12, 4, 31]
    assert reveal_by_lanes([12, 5], WINDOWS, group=2, budget=4).tolist() == [12, 0]
    assert reveal([12, 5], group=2, budget=4).tolist() == [12, 5]


def test_a_lane_sees_the_values_of_the_built_group():
    """A group of three of windows of two: value 2 is alone in its window."""
    assert reveal_by_lanes([85, 85, 85], WINDOWS, group=3, budget=4).tolist() == [64, 64, 80]


@PROPERTY
@given(cases())
def test_the_slots_are_handed_out_one_by_one(case):
    values, array, form = case
    group, budget, rest = form["group"], form["budget"], {key: form[key] for key in ("encoding", "bits", "signed")}
    expected = []
    for start in range(0, len(values), group):
        expected += by_lanes(values[start : start + group].tolist(), array, budget, **rest)
    assert reveal_by_lanes(values, array, **form).tolist() == expected


@pytest.mark.parametrize("rules", RULES)
def test_many_groups_at_once_are_the_groups_one_by_one(rules):
    array = ruled_array(*rules)
    values = np.random.default_rng(1).integers(-128, 128, (3, 2 * array.group + 1, 5))
    found = reveal_by_lanes(values, array, group=array.group, budget=array.group + 1, axis=1)
    assert found.dtype == np.int32 and found.shape == values.shape
    for place in np.ndindex(3, 5):
        line = values[place[0], :, place[1]]
        for start in range(0, len(line), array.group):
            members = line[start : start + array.group].tolist()
            expected = by_lanes(members, array, array.group + 1, "hese", 8, True)
            assert found[place[0], start : start + array.group, place[1]].tolist() == expected


@pytest.mark.parametrize("bits, signed", [(8, True), (8, False), (16, True), (5, False)])
@pytest.mark.parametrize("encoding", ["binary", "hese"])
@pytest.mark.parametrize("lanes", [1, 3, 8])
def test_lanes_that_see_everything_are_the_plain_rule(bits, signed, encoding, lanes):
    values = np.random.default_rng(bits).integers(*value_range(bits, signed), (43, 4), endpoint=True)
    form = {"encoding": encoding, "bits": bits, "signed": signed, "axis": 0}
    for group in (1, 3, 8):
        for budget in (0, 1, 5, 12, 40, 100):
            expected = reveal(values, group=group, budget=budget, **form)
            for built in (group, 8):
                array = replace(FREE, group=built, lanes=lanes, window=built)
                assert (reveal_by_lanes(values, array, group=group, budget=budget, **form) == expected).all()


@PROPERTY
@given(cases())
def test_ruling_again_changes_nothing(case):
    values, array, form = case
    once = reveal_by_lanes(values, array, **form)
    wider = form | {"bits": form["bits"] + 1}
    assert (reveal_by_lanes(once, array, **wider) == once).all()


@PROPERTY
@given(cases())
def test_values_never_gain_terms_and_groups_stay_within_budget(case):
    values, array, form = case
    encoding = {"encoding": form["encoding"], "signed": form["signed"]}
    before = count(values, bits=form["bits"], **encoding).astype(int)
    after = count(reveal_by_lanes(values, array, **form), bits=form["bits"] + 1, **encoding).astype(int)
    assert (after <= before).all()
    for start in range(0, len(values), form["group"]):
        members = slice(start, start + form["group"])
        assert after[members].sum() <= min(form["budget"], before[members].sum())


@pytest.mark.parametrize("rules", RULES)
def test_a_budget_is_used_up_where_no_lane_runs_dry(rules):
    """85 = 64+16+4+1 everywhere: terms for a whole round."""
    array = ruled_array(*rules)
    for budget in range(array.lanes + 1):
        kept = count(reveal_by_lanes(np.full(array.group, 85), array, group=array.group, budget=budget))
        assert kept.sum() == budget


@pytest.mark.parametrize("rules", [(4, 4, True, None), (8, 8, True, None)])
def test_dedicated_lanes_share_a_budget_out_evenly(rules):
    array = ruled_array(*rules)
    for budget in range(4 * array.lanes + 1):
        kept = count(reveal_by_lanes(np.full(array.group, 85), array, group=array.group, budget=budget))
        assert kept.tolist() == [budget // array.lanes + (lane < budget % array.lanes) for lane in range(array.lanes)]


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("bits, signed, encoding", [(8, True, "hese"), (8, False, "binary"), (4, True, "binary")])
def test_the_lossless_budget_keeps_every_term(rules, bits, signed, encoding):
    array = ruled_array(*rules)
    terms = max_terms(encoding, bits, signed)
    budget = lossless_budget(array, terms)
    worst = {"hese": 85 if signed else 171, "binary": value_range(bits, signed)[1]}[encoding]
    values = np.full(array.group, worst)
    assert count(values, encoding, bits=bits, signed=signed).max() == terms
    values = np.concatenate([values, np.random.default_rng(2).integers(*value_range(bits, signed), 40 * array.group)])
    form = {"group": array.group, "encoding": encoding, "bits": bits, "signed": signed}
    assert (reveal_by_lanes(values, array, budget=budget, **form) == values).all()


def test_known_lossless_budgets():
    assert lossless_budget(DEDICATED, 4) == 16 and lossless_budget(BOTH, 4) == 3 * 6 + 4
    assert lossless_budget(WINDOWS, 4) == 4 * 4 and lossless_budget(replace(WINDOWS, group=8, lanes=12), 4) == 3 * 12
    assert lossless_budget(DEDICATED, 1) == 4 and lossless_budget(WINDOWS, 1) == 4


@pytest.mark.parametrize("array", [DEDICATED, WINDOWS, BOTH])
@pytest.mark.parametrize("bits, signed, encoding", [(8, True, "hese"), (4, False, "hese"), (4, True, "binary")])
def test_results_stay_in_the_ruled_range(array, bits, signed, encoding):
    low, high = value_range(bits, signed)
    values = np.random.default_rng(3).integers(low, high, (4, 4000), endpoint=True)
    values[:, 0], values[:, 1:5], values[:, 5:9] = high, np.eye(4) * high, np.eye(4) * low
    for budget in range(lossless_budget(array, max_terms(encoding, bits, signed)) + 2):
        form = {"group": 4, "budget": budget, "encoding": encoding, "bits": bits, "signed": signed}
        found = reveal_by_lanes(values, array, axis=0, **form)
        bounds = ruled_range(array, **form)
        assert bounds[0] <= found.min() and found.max() <= bounds[1], budget
        if encoding == "binary":
            assert bounds == (found.min(), found.max()), budget


def test_any_object_with_the_attributes_will_do():
    array = SimpleNamespace(**vars(BOTH))
    assert lane_views(array) == lane_views(BOTH)
