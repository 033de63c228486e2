"""Lane rules: what fits is accepted, what does not is named, and the budget that keeps every term is the least one."""

import itertools

import pytest

from lowtide import golden
from lowtide.hw import ArrayConfig, find
from lowtide.hw.pe.term.lane_rules import lossless_budget, rule_name

BAD = [
    ({"lanes": 7, "dedicated": True}, "lanes is 7, with dedicated lanes it must be at least group, 8"),
    ({"lanes": 8, "window": 3}, "window is 3, allowed are divisors of group, 8"),
    ({"lanes": 8, "window": 16}, "window is 16, allowed are divisors of group, 8"),
    ({"lanes": 8, "window": 0}, "window is 0, allowed are 1 to 16"),
    ({"lanes": 6, "window": 2}, "lanes is 6, the 6 that are not dedicated must be a multiple of .* windows, 4"),
    ({"lanes": 11, "dedicated": True, "window": 2}, "the 3 that are not dedicated must be a multiple of .* windows, 4"),
    ({"lanes": 8, "dedicated": True, "window": 4}, "window is 4, but every lane is dedicated: leave it out"),
    ({"lanes": 8, "dedicated": 1}, "dedicated is 1, allowed are true and false"),
    ({"lanes": 17, "dedicated": True}, "lanes is 17, allowed are 1 to 16"),
    ({"kind": "parallel", "dedicated": True}, "dedicated is True, kind parallel has none: leave it out"),
    ({"kind": "term_pair", "window": 2}, "window is 2, kind term_pair has none: leave it out"),
]
NAMES = [
    ({}, "free"),
    ({"window": 8}, "free"),
    ({"dedicated": True}, "8 dedicated"),
    ({"lanes": 10, "dedicated": True}, "8 dedicated + 2 shared"),
    ({"lanes": 12, "dedicated": True, "window": 2}, "8 dedicated + 4 in windows of 2"),
    ({"window": 4}, "8 in windows of 4"),
]


@pytest.mark.parametrize("fields, message", BAD)
def test_rules_that_do_not_fit_are_refused(fields, message):
    with pytest.raises(ValueError, match=message) as error:
        ArrayConfig(**{"kind": "term", "group": 8 if fields.get("kind") != "parallel" else None} | fields)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("fields, name", NAMES)
def test_rules_have_names(fields, name):
    config = ArrayConfig(**{"kind": "term", "lanes": 8, "group": 8} | fields)
    assert rule_name(config) == config.pe.rule(config) == name


def test_other_kinds_have_no_rule():
    assert {find(name).pe.rule(find(name)) for name in ("parallel_8x8_l8", "term_pair_8x8_g8")} == {""}


def rounds_lose(config, counts, budget):
    """Whether the rule, slot by slot, loses something of a group whose values have these numbers of terms."""
    counts, dedicated = list(counts), config.group if config.dedicated else 0
    windows = config.group // config.window
    for slot in range(budget):
        lane = slot % config.lanes
        if lane < dedicated:
            seen = range(lane, lane + 1)
        else:
            window = (lane - dedicated) * windows // (config.lanes - dedicated)
            seen = range(window * config.window, (window + 1) * config.window)
        for value in seen:
            if counts[value]:
                counts[value] -= 1
                break
    return any(counts)


@pytest.mark.parametrize(
    "lanes, dedicated, window",
    [
        (1, False, 4),
        (3, False, 4),
        (4, True, 4),
        (6, True, 4),
        (6, True, 2),
        (2, False, 2),
        (6, False, 2),
        (4, False, 1),
    ],
)
@pytest.mark.parametrize("most", [1, 2, 4])
def test_the_lossless_budget_keeps_every_term_and_a_round_less_does_not(lanes, dedicated, window, most):
    """Which of the values that it sees a lane takes from depends on their terms: here from the first, every group."""
    config = ArrayConfig(kind="term", lanes=lanes, group=4, dedicated=dedicated, window=window)
    budget = lossless_budget(config, 4, most)
    groups = list(itertools.product(range(most + 1), repeat=4))
    assert not any(rounds_lose(config, counts, budget) for counts in groups)
    if not dedicated or lanes == 4:  # lanes beside dedicated ones can save a round, and nobody counts on it
        assert any(rounds_lose(config, counts, budget - lanes) for counts in groups)


@pytest.mark.parametrize("name", ["term_8x8_g8_l10", "term_8x8_g8_d8_s2", "term_8x8_g8_d8_w4"])
def test_both_statements_refuse_the_same_budgets(name):
    config = find(name)
    exact = next(mode for mode in config.modes() if not mode.select and mode.hese)
    for bits, group, hese in itertools.product(range(2, 9), (1, 5, 8), (True, False)):
        mode = exact.change(w_bits=bits, group=group, hese=hese, budget=config.budget)
        terms = golden.max_terms("hese" if hese else "binary", bits, True)
        least = lossless_budget(config, group, terms)
        for budget in range(max(least - 2, 1), min(least + 2, config.budget + 1)):
            accepted = []
            for check in (config.check_mode, lambda mode: golden.check(mode, config)):
                try:
                    check(mode.change(budget=budget))
                    accepted.append(True)
                except ValueError:
                    accepted.append(False)
            assert accepted == [budget >= least] * 2, (bits, group, hese, budget)
