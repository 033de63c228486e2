"""Turns of the host: few, in an order in which all can run."""

import numpy as np
import pytest

from lowtide.compiler.plan.stage import Stage
from lowtide.compiler.plan.turns import few_turns, one_turn_each
from lowtide.compiler.plan.ways.cascade import Cascade


def turns(stages):
    """How often stages of the host follow others."""
    hosted = [bool(stage.host) for stage in stages]
    return sum(now and not before for before, now in zip([False, *hosted], hosted, strict=False))


@pytest.mark.parametrize("seed", range(20))
def test_stages_of_the_host_come_together(seed):
    rng = np.random.default_rng(seed)
    names, given = ["input"], []
    for number in range(int(rng.integers(1, 15))):
        reads = tuple(rng.choice(names, int(rng.integers(1, 3))))
        host = "is not built" if rng.integers(2) else ""
        given.append(Stage(name=f"s{number}", step=None, reads=reads, makes=f"s{number}", host=host))
        names.append(f"s{number}")
    ordered = few_turns(given, "input")
    assert sorted(ordered, key=given.index) == given and turns(ordered) <= turns(given)
    made = {"input"}
    for stage in ordered:
        assert made >= set(stage.reads)
        made.add(stage.makes)
    # no fewer: on a way through the network as many turns follow each other
    least = {"input": (0, False)}
    for stage in given:
        before = max(least[each][0] + (not least[each][1] and bool(stage.host)) for each in stage.reads)
        least[stage.makes] = before, bool(stage.host)
    assert turns(ordered) >= max(count for count, _ in least.values())
    merged = one_turn_each([Cascade(first=place, last=place) for place in range(len(ordered))], ordered)
    assert [number for each in merged for number in each.numbers] == list(range(len(ordered)))
    assert sum(bool(ordered[each.first].host) for each in merged) == turns(ordered)
    assert all(len(each.numbers) == 1 or ordered[each.first].host for each in merged)


def test_without_the_host_the_order_stays():
    given = [Stage(name=name, step=None, reads=("input",), makes=name) for name in "cab"]
    assert few_turns(given, "input") == given
