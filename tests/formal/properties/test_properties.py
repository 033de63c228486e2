"""Properties of emitted engines are proved, and a defect refutes them."""

import re
from dataclasses import replace
from functools import cache

import pytest

from lowtide.command import main
from lowtide.formal.mutation.mutants import mutated_config
from lowtide.formal.properties import engine_properties
from lowtide.formal.properties.packers import packer_properties
from lowtide.formal.properties.passes import pass_properties
from lowtide.formal.properties.prove import prove_property
from lowtide.formal.properties.selectors import SMALL, selector_properties
from lowtide.formal.properties.sequencer import sequencer_properties
from lowtide.hw import ArrayConfig, Engine, find, verilog
from lowtide.hw.pe import KINDS


@cache
def text_of(config):
    """The Verilog of an engine, which many properties are about."""
    return verilog(Engine(config))


@cache
def properties(config):
    """Those of an engine, by their names without its own."""
    return {prop.name.removeprefix(f"{config.name}_"): prop for prop in engine_properties(config, text_of(config))}


def outcomes(config, *, units=None, without=()):
    """How the proof of each of an engine's properties ends, of some units or all."""
    chosen = {
        name: prop
        for name, prop in properties(config).items()
        if (units is None or prop.unit in units) and prop.unit not in without
    }
    return {name: prove_property(prop, text=text_of(config)).outcome for name, prop in chosen.items()}


CONFIG = mutated_config("subword")
STAGED_CONFIG = mutated_config("parallel", 1)
SELECTOR = {prop.unit: prop for prop in selector_properties(SMALL[1])}


def test_every_property_holds():
    found = outcomes(CONFIG)
    assert found == dict.fromkeys(found, "proved") and len(found) > 20


def test_properties_of_streams_and_sequencer_hold_with_a_register_stage():
    found = outcomes(STAGED_CONFIG, units=("", "sequencer"))
    assert found == dict.fromkeys(found, "proved") and len(found) > 8


@pytest.mark.parametrize(
    "name, pattern, replacement",
    [
        ("y_waits", r"(if \(proceed\) kept <= )i_data;", r"\g<1>~i_data;"),
        ("accepted_only", r"(= place_free \? )accepted :", r"\1arrived_2_valid :"),
        ("books_used", r"(assign _\d+_ = )arrived_2_valid( & _\d+_;)", r"\1arrived_1_valid\2"),
    ],
)
def test_a_defect_is_found_with_a_register_stage(name, pattern, replacement):
    text, count = re.subn(pattern, replacement, text_of(STAGED_CONFIG), count=1)
    assert count == 1
    assert prove_property(properties(STAGED_CONFIG)[name], text=text).outcome == "refuted"


@pytest.mark.parametrize(
    "name, pattern, replacement",
    [
        ("y_waits", r"(assign proceed = )[^;]+;", r"\g<1>1'h1;"),
        ("operands_together", r"(assign x_ready = )([^;]+);", r"\1\2 & w_data[0];"),
        ("errors_stay", r"error <= 1'h0;", "error <= 1'h1;"),
        ("cycles_counted", r"= cycles \+ busy;", "= cycles + 1'h1;"),
        (
            "books_wait",
            r"\.in_use\(sequencer_codebooks\)",
            ".in_use({ sequencer_codebooks[0], sequencer_codebooks[0] })",
        ),
        ("accepted_only", r"waiting <= accepted;", "waiting <= job_valid;"),
        ("exact_takes", r"= chunks - 1'h1;", "= chunks - 2'h2;"),
        ("progress", r"= since \+ 1'h1;", "= since;"),
        ("control_travels", r"(if \(rst\) row_1_valid <= 1'h)0;", r"\g<1>1;"),
        ("west_skew_delays", r"(_west_skew\((?:.|\n)*?from_lane_1 <= )i", r"\1~i"),
        ("books_used", r"assign (_\d+_ = )waiting( & [^;]+;)", r"assign \1load\2"),
        ("decoder_log4", r"(_weight_decoder\((?:.|\n)*?== 3'h)7;", r"\g<1>6;"),
        ("west_edge_masks", r"(_west_edge\((?:.|\n)*?assign mask = )([^;]+);", r"\1\2 | 8'h10;"),
        ("north_edge_masks", r"(_north_edge\((?:.|\n)*?assign mask = )([^;]+);", r"\1\2 & 8'hfe;"),
        ("north_edge_counts", r"(assign invalid = \| \{ decoder_2_invalid, )decoder_1_invalid", r"\1decoder_2_invalid"),
        ("north_edge_counts", r"(assign _\d+_ = mode\[40\] \? \{ 3'h0, )(_\d+_)( \} : used;)", r"\1~\2\3"),
        # A diagonal weight on no lane, one on its own lane and the next, a chunk that stays as it is.
        ("north_edge_masks", r"(assign own_2_2 = )([^;]+);", r"\g<1>1'h0;"),
        ("north_edge_masks", r"(assign own_2_0 = )([^;]+);", r"\g<1>1'h1;"),
        ("north_edge_masks", r"(assign placed\[29:22\] = )[^;]+;", r"\g<1>decoder_2_decoded;"),
    ],
)
def test_a_defect_is_found(name, pattern, replacement):
    text, count = re.subn(pattern, replacement, text_of(CONFIG), count=1)
    assert count == 1
    assert prove_property(properties(CONFIG)[name], text=text).outcome in ("refuted", "undecided")


TILED_CONFIGS = [
    replace(mutated_config(kind, stages), name=f"tiled_{kind}", rows=4, cols=4, tile_rows=2, tile_cols=2)
    for kind, stages in (("subword", 0), ("parallel", 1))
]


@pytest.mark.parametrize("config", TILED_CONFIGS, ids=lambda config: config.kind)
def test_properties_of_units_hold_in_tiles(config):
    found = outcomes(config, without=("", "weight_decoder"))
    assert found == dict.fromkeys(found, "proved") and len(found) > 5


@pytest.mark.parametrize("config", TILED_CONFIGS, ids=lambda config: config.kind)
def test_lines_in_another_order_are_found(config):
    """The two lines of the first tile exchanged, on their way to the skew."""
    line = r"\w+\[[\d:]+\], \w+"
    pattern = rf"(_west_skew skew \((?s:.*?)\.i\({{ (?s:.*?), )({line}), ({line}) }}\)"
    text, count = re.subn(pattern, r"\1\3, \2 })", text_of(config), count=1)
    assert count == 1
    (prop,) = (each for each in engine_properties(config, text) if each.name == f"{config.name}_west_edge_masks")
    assert prove_property(prop, text=text).outcome == "refuted"


def test_a_mask_of_a_line_that_lets_values_pass_is_found():
    config = TILED_CONFIGS[1]
    text, count = re.subn(r"(_west_mask\((?s:.*?)assign masked = values )&", r"\1|", text_of(config), count=1)
    assert count == 1
    (prop,) = (each for each in engine_properties(config, text) if each.name == f"{config.name}_west_edge_masks")
    assert prove_property(prop, text=text).outcome == "refuted"


@pytest.mark.parametrize("unit", SELECTOR)
def test_a_small_term_selector_shows_the_largest_terms_in_order(unit):
    assert prove_property(SELECTOR[unit]).outcome == "proved"


@pytest.mark.parametrize(
    "unit, pattern, replacement",
    [
        ("window_selector", r"(assign taken_by_0 = )[^;]+;", r"\g<1>seen_by_0 & ~{ 1'h0, seen_by_0[2:1] };"),
        ("term_selector", r"(if \(\w+\) left_1 <= )[^;]+;", r"\g<1>3'h0;"),
    ],
)
def test_a_defect_of_a_term_selector_is_found(unit, pattern, replacement):
    text, count = re.subn(pattern, replacement, verilog(Engine(SMALL[1])), count=1)
    assert count == 1
    assert prove_property(SELECTOR[unit], text=text).outcome == "refuted"


def test_the_command_keeps_what_is_proved(tmp_path, capsys):
    count = len(engine_properties(find("parallel_4x4_l1")))
    for _ in range(2):
        assert main(["properties", "parallel_4x4_l1", "--jobs", "1", "-o", str(tmp_path)]) == 0
        assert f"{count} of {count} properties hold" in capsys.readouterr().out
    page = (tmp_path / "properties.md").read_text()
    assert "| y_waits | engine |" in page and "Nothing is left that is not proved." in page


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["nothing"], "config is 'nothing', allowed are"),
        (["--jobs", "0"], "jobs is 0, allowed are 1 and more"),
    ],
)
def test_bad_input_is_one_line(arguments, line, capsys, tmp_path):
    assert main(["properties", *arguments, "-o", str(tmp_path)]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1 and error[0].startswith(f"error: {line}")


def test_every_kind_has_properties_of_its_edges_and_streams():
    for kind in KINDS:
        config = mutated_config(kind)
        assert {prop.unit for prop in properties(config).values()} >= {"", "west_edge", "north_edge"}


def test_packers_of_16_bits_keep_the_values_of_a_beat():
    config = find("fused_4x4_16bit")
    text = verilog(Engine(config))
    props = packer_properties(config, text)
    assert [prove_property(prop, text=text).outcome for prop in props] == ["proved", "proved"]
    forgetful, count = re.subn(r"if \(\w+\) kept <= values\[15:0\]", "if (en) kept <= values[15:0]", text, count=1)
    assert count == 1
    assert sorted(prove_property(prop, text=forgetful).outcome for prop in props) == ["proved", "refuted"]


def test_plane_pairs_come_each_once():
    config = ArrayConfig(name="test_pairs", kind="bit_plane", rows=1, cols=1, x_width=4, w_width=3)
    text = verilog(Engine(config))
    (prop,) = pass_properties(config, text)
    assert prove_property(prop, text=text).outcome == "proved"
    early, count = re.subn(r"(assign last = )([^;]+);", r"\1\2 | (plane_x == 0);", text, count=1)
    assert count == 1
    assert prove_property(prop, text=early).outcome == "refuted"


def test_jobs_of_chunks_of_one_value_are_counted():
    """A sequencer that has no tail to keep."""
    config = ArrayConfig(name="test_single", kind="parallel", rows=2, cols=2)
    text = verilog(Engine(config))
    props = sequencer_properties(config, text)
    assert [prove_property(prop, text=text).outcome for prop in props] == ["proved"] * len(props) and props
