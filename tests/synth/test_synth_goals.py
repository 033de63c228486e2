"""Goals, groups of modes and the default selection, judged without a synthesis."""

import json
from types import SimpleNamespace

import pytest

from hw.config import ArrayConfig
from hw.configurations import CONFIGURATIONS, find
from hw.mode import Mode
from hw.pe import KINDS
from synth.comparison import distinct, rows, scheme
from synth.goals import ACCUMULATION_STYLES, BASELINES, FORMS, GOALS, accumulation_styles, judge, judged
from synth.pricing import Price
from synth.report import write
from synth.targets import GateLibrary, Xilinx7
from synth.units import CONVENTIONAL, SIZE, Design, default_configs, same, sweep_lanes

GATES, LUTS = GateLibrary(), Xilinx7()


def priced(config, area, target=GATES, unit="pe"):
    """A price of that area, four fifths of it full adders."""
    config = find(config) if isinstance(config, str) else config
    resources = {"area": area} | {part: 0.0 for part in target.parts}
    if target.parts:
        resources |= {"full_adders": 0.8 * area, "multiplexers": 0.2 * area}
    design = Design(config, "top", "", {unit: "top"})
    return Price(design, unit, target, dict.fromkeys(("plain", "booth"), resources), "plain", {})


@pytest.mark.parametrize("area, limit, strict, verdict", [
    (50, 0.5, False, "reached"), (50, 0.5, True, "against `*` only"), (49, 0.5, True, "reached"),
    (51, 0.5, False, "against `*` only"), (60, 0.5, False, "against `*` only"), (61, 0.5, False, "missed"),
    (60, 0.5, True, "missed")])
def test_the_smaller_baseline_decides(area, limit, strict, verdict):
    assert judge(area, {"`*`": 120, "Booth digits": 100}, limit, strict) == verdict


def test_the_other_form_is_named_where_only_that_is_met():
    assert judge(55, {"`*`": 100, "Booth digits": 120}, 0.5) == "against Booth digits only"


def test_goals_are_of_configurations_that_there_are():
    for name in [goal.config for goal in GOALS] + [name for names in BASELINES.values() for name in names]:
        assert find(name).rows == SIZE
    for inferred, booth in BASELINES.values():
        for name, multiplier in ((inferred, "inferred"), (booth, "booth")):
            config = find(name)
            assert (config.kind, config.multiplier, config.acc_width) == (CONVENTIONAL, multiplier, 32)
            assert config.w_types == ("signed",) and config.x_types == ("signed", "unsigned")
    assert [find(names[0]).lanes for names in BASELINES.values()] == [1, 8]


def test_goals_are_judged_from_the_prices_of_the_run(tmp_path):
    prices = [priced("parallel_8x8_l1", 1000), priced("parallel_8x8_l1_booth", 900),
              priced("bit_serial_8x8_l16", 2300), priced("bit_serial_8x8_l16", 280, LUTS),
              priced("term_pair_8x8_g8", 950), priced("term_pair_8x8_g8_coefficients", 1900),
              priced("term_8x8_g8_l8", 1), priced("bit_serial_8x8_l16", 99999, unit="engine")]
    found = {goal.goal.config: goal for goal in judged(prices)}
    assert set(found) == {"bit_serial_8x8_l16", "term_pair_8x8_g8"}  # B8 is not there
    serial, pair = found["bit_serial_8x8_l16"], found["term_pair_8x8_g8"]
    assert serial.ratios == dict(zip(FORMS, (2.3, 2.5556), strict=True)) and serial.verdict == "against `*` only"
    assert serial.areas == {"ge": 2300, "xc7": 280} and (serial.full_rate, serial.most_rate) == (2, 16)
    assert serial.dominates == "full adders 80 %, multiplexers 20 %"
    assert pair.verdict == "against `*` only" and pair.ratios["`*`"] == 0.95
    assert accumulation_styles(prices) == [{
        "target": "ge", "area_unit": "GE", "areas": dict(zip(ACCUMULATION_STYLES, (950, 1900), strict=True)),
        "smaller": ACCUMULATION_STYLES[0], "factor": 2}]
    paths = write(prices, tmp_path)
    assert [goal["verdict"] for goal in json.loads(paths[0].read_text())["goals"]] == ["against `*` only"] * 2
    text = paths[1].read_text()
    assert "| bit_serial | bit_serial_8x8_l16 | 2 to 16 | 2,300 | 280 | GE <= 2.50 x B1 | 2.300 | 2.556 |" in text
    assert "a factor of 2.00" in text


def test_a_report_without_baselines_has_no_goals(tmp_path):
    assert "## Goals" not in write([priced("bit_serial_8x8_l16", 2300)], tmp_path)[1].read_text()


def test_widths_show_where_they_are_narrower():
    config = SimpleNamespace(x_width=8, w_width=8)
    for mode, text in [
            (Mode(), "integer"), (Mode(x_signed=False, w_bits=4), "8x4"), (Mode(x_bits=2, w_bits=2), "2x2"),
            (Mode(w_format="log4"), "log4"), (Mode(w_format="ternary", w_bits=2), "ternary"),
            (Mode(x_format="binary", w_format="binary", x_bits=2, w_bits=2), "binary x binary"),
            (Mode(block_floating=True), "block floating"), (Mode(w_bits=4, block_floating=True), "8x4 block floating"),
            (Mode(hese=True, select=True, group=8, budget=12), "TR hese g8 k12")]:
        assert scheme(config, mode) == text


def test_modes_of_equal_rates_share_a_row():
    shown = distinct(rows([priced("bit_plane_8x8_flex", 100)]))
    assert len(shown) < 10 and len({row.macs_per_cycle for row in shown}) == len(shown)
    assert shown[0].scheme == "integer" and {row.mode for row in shown} >= {"u8 x u8"}
    assert any("8x2 / 4x4 / 2x8" in row.scheme for row in shown)
    pairs = [row.scheme for row in distinct(rows([priced("term_pair_8x8_g8", 100)]))]
    assert "u8 x s8 QT hese g8 k32" in pairs and "TR hese g8 k12 s3" in pairs  # types where the rate depends on them


def test_the_default_selection():
    engines, pes = default_configs()
    assert {config.kind for config in engines} == set(KINDS) and len(engines) <= 12
    assert all(config.rows == config.cols == SIZE and config.result_buffer for config in engines)
    assert not any(config.name.endswith(("_flex", "_all_types", "_unbuffered")) for config in engines)
    assert {"parallel_8x8_l1_booth", "parallel_8x8_l8_booth", "term_8x8_g8_l2", "term_8x8_g8_l8"} <= {
        config.name for config in engines}
    assert set(CONFIGURATIONS) <= {config.name for config in engines + pes}
    assert len({config.name for config in engines + pes}) == len(engines + pes)
    for config in engines + pes:
        assert any(same(config, other) for other in engines + pes), config.name
        assert config.kind != CONVENTIONAL or config.lanes <= 8
    for kind in KINDS.values():
        assert sweep_lanes(kind) == ((1,) if kind.most_lanes == 1 else getattr(kind, "sweep_lanes", (1, 2, 4, 8)))


def test_engines_and_pes_without_a_conventional_one_get_it():
    named = {config.name: config for config in (
        ArrayConfig(name="odd", kind="bit_serial", lanes=16, x_width=6, w_width=5, acc_width=20),
        ArrayConfig(name="small", kind="bit_plane", rows=2, cols=2, lanes=16, x_width=4, w_width=4, acc_width=20))}
    engines, pes = default_configs(named)
    for config, where in ((named["odd"], engines), (named["small"], pes)):
        lanes = [other.lanes for other in where if same(config, other)]
        assert sorted(set(lanes)) == [1, 8]  # never the sixteen lanes that take minutes
