"""Goals, judged without a synthesis."""

from types import SimpleNamespace

import pytest

from lowtide.hw.config.named import find
from lowtide.synth.prices.goals import ACCUMULATION_STYLES, BASELINES, FORMS, GOALS, accumulation_styles, judge, judged
from lowtide.synth.report.pe_tables import goal_cells, style_lines
from lowtide.synth.targets import GateLibrary, Xilinx7

GATES, LUTS = GateLibrary(), Xilinx7()


class Stated:
    """Prices as they are stated: dict of (configuration's name, target) to area, four fifths of it full adders."""

    def __init__(self, areas):
        self.areas, self.targets = areas, [GATES, LUTS]

    def pe_if_priced(self, config, target):
        area = self.areas.get((config.name, target.name))
        if area is None:
            return None
        parts = dict.fromkeys(target.parts, 0.0) | {"full_adders": 0.8 * area, "multiplexers": 0.2 * area}
        return SimpleNamespace(area=area, target=target, resources={"area": area} | parts)


@pytest.mark.parametrize(
    "area, limit, strict, verdict",
    [
        (50, 0.5, False, "reached"),
        (50, 0.5, True, "against `*` only"),
        (49, 0.5, True, "reached"),
        (51, 0.5, False, "against `*` only"),
        (60, 0.5, False, "against `*` only"),
        (61, 0.5, False, "missed"),
        (60, 0.5, True, "missed"),
    ],
)
def test_the_smaller_baseline_decides(area, limit, strict, verdict):
    assert judge(area, {"`*`": 120, "Booth digits": 100}, limit, strict) == verdict


def test_the_other_form_is_named_where_only_that_is_met():
    assert judge(55, {"`*`": 100, "Booth digits": 120}, 0.5) == "against Booth digits only"


def test_goals_are_of_configurations_that_there_are():
    for name in [goal.config for goal in GOALS] + [name for names in BASELINES.values() for name in names]:
        assert find(name).rows == 8
    for inferred, booth in BASELINES.values():
        for name, multiplier in ((inferred, "inferred"), (booth, "booth")):
            config = find(name)
            assert (config.kind, config.multiplier, config.acc_width) == ("parallel", multiplier, 32)
            assert config.w_types == ("signed",) and config.x_types == ("signed", "unsigned")
    assert [find(names[0]).lanes for names in BASELINES.values()] == [1, 8]


def test_goals_are_judged_from_the_prices_of_the_run():
    prices = Stated(
        {
            ("parallel_8x8_l1", "ge"): 1000,
            ("parallel_8x8_l1_booth", "ge"): 900,
            ("bit_serial_8x8_l16", "ge"): 2300,
            ("bit_serial_8x8_l16", "xc7"): 280,
            ("term_pair_8x8_g8", "ge"): 950,
            ("term_pair_8x8_g8_coefficients", "ge"): 1900,
            ("term_8x8_g8_l8", "ge"): 1,
        }
    )
    found = {goal.goal.config: goal for goal in judged(prices)}
    assert set(found) == {"bit_serial_8x8_l16", "term_pair_8x8_g8"}  # B8 is not there
    serial, pair = found["bit_serial_8x8_l16"], found["term_pair_8x8_g8"]
    assert serial.ratios == dict(zip(FORMS, (2.3, 2.5556), strict=True)) and serial.verdict == "against `*` only"
    assert serial.areas == {"ge": 2300, "xc7": 280} and (serial.full_rate, serial.most_rate) == (2, 16)
    assert serial.dominates == "full adders 80 %, multiplexers 20 %"
    assert pair.verdict == "against `*` only" and pair.ratios["`*`"] == 0.95
    assert [cell.text for cell in goal_cells(serial)][:8] == [
        "bit_serial_8x8_l16",
        "bit_serial",
        "2 to 16",
        "2,300",
        "280",
        "GE <= 2.50 x B1",
        "2.300",
        "2.556",
    ]
    (style,) = accumulation_styles(prices)
    assert style.areas == dict(zip(ACCUMULATION_STYLES, (950, 1900), strict=True)) and style.factor == 2
    assert "a factor of 2.00" in style_lines([style])[0]
