"""Aims of clock rates: who has one, and when it is met."""

import random

from lowtide.synth.speed.aims import LANES, MHZ, SHARE, of_its_pe, verdicts
from lowtide.synth.speed.fmax import Speed
from lowtide.synth.speed.report import HEADINGS, cells, markdown
from lowtide.synth.speed.rows import Row


def row(unit, fmax, *, config="c", stages=2, lanes=LANES, target="ecp5"):
    found = Speed(failed="it does not fit") if fmax is None else Speed(fmax=fmax, best=fmax, logic_ns=1, routing_ns=1)
    return Row(config, "parallel", stages, lanes, unit, target, found)


def test_an_array_is_compared_with_the_pe_of_its_configuration_and_target():
    chance = random.Random(1)
    fast, slow = sorted(chance.uniform(50, 150) for _ in range(2))[::-1]
    rows = [row("array", slow), row("pe", fast), row("pe", 1, config="d"), row("pe", 2, target="ice40")]
    assert of_its_pe(rows[0], rows) == slow / fast
    assert of_its_pe(rows[1], rows) is None
    assert of_its_pe(rows[0], rows[2:]) is None
    assert of_its_pe(rows[0], [row("pe", None)]) is None
    assert cells(rows[0], rows)[HEADINGS.index("of its PE")] == f"{slow / fast:.2f}"


def test_an_aim_is_met_from_its_limit_on():
    chance = random.Random(2)
    for _ in range(20):
        pe = chance.choice([MHZ, MHZ - 0.1, chance.uniform(50, 150)])
        share = chance.choice([SHARE + 1e-9, SHARE - 1e-3, chance.uniform(0.5, 1.2)])
        found = verdicts([row("pe", pe), row("array", pe * share)])
        assert [each.met for each in found] == [pe >= MHZ, share >= SHARE]


def test_no_aim_without_two_stages_with_few_lanes_or_on_another_device():
    others = [{"stages": 1}, {"stages": 0}, {"lanes": LANES - 1}, {"target": "ice40"}]
    assert not any(verdicts([row("pe", 1, **fields), row("array", 1, **fields)]) for fields in others)


def test_the_page_says_what_is_met_and_a_failure_meets_nothing():
    page = markdown([row("pe", 101.0), row("array", 100.0), row("pe", None, config="d")], "lowtide speed")
    assert "| `c` | PE | at least 100 MHz | 101.0 MHz | met |".replace("`", "") in page.replace("`", "")
    assert "at least 0.9 of its PE | 0.990 | met |" in page
    assert "at least 100 MHz | failed | missed |" in page
    assert "## Aims" not in markdown([row("pe", 101.0, stages=0)], "lowtide speed")
