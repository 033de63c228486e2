"""Properties of emitted engines are proved, and a defect refutes them."""

import re

import pytest

from formal.mutation.mutants import mutated_config
from formal.properties import engine_properties
from formal.properties.prove import prove_property
from hw import Engine, verilog
from hw.pe import KINDS

PROPERTIES = {prop.name: prop for prop in engine_properties(mutated_config("subword"))}


@pytest.mark.parametrize("name", PROPERTIES)
def test_it_holds(name):
    assert prove_property(PROPERTIES[name]).outcome == "proved"


@pytest.mark.parametrize("name, pattern, replacement", [
    ("y_waits", r"(assign proceed = )[^;]+;", r"\g<1>1'h1;"),
    ("operands_together", r"(assign x_ready = )([^;]+);", r"\1\2 & w_data[0];"),
    ("errors_stay", r"error <= 1'h0;", "error <= 1'h1;"),
    ("cycles_counted", r"= cycles \+ busy;", "= cycles + 1'h1;"),
    ("books_wait", r"\.in_use\(sequencer_codebooks\)", ".in_use({ sequencer_codebooks[0], sequencer_codebooks[0] })"),
    ("accepted_only", r"waiting <= accepted;", "waiting <= job_valid;"),
    ("exact_takes", r"= chunks - 1'h1;", "= chunks - 2'h2;"),
    ("progress", r"= since \+ 1'h1;", "= since;"),
    ("west_edge_masks", r"(_west_edge\((?:.|\n)*?assign mask = )([^;]+);", r"\1\2 | 8'h10;"),
    ("north_edge_masks", r"(_north_edge\((?:.|\n)*?assign mask = )([^;]+);", r"\1\2 & 8'hfe;"),
])
def test_a_defect_is_found(name, pattern, replacement):
    config = mutated_config("subword")
    prop = PROPERTIES[f"{config.name}_{name}"]
    text, count = re.subn(pattern, replacement, verilog(Engine(config)), count=1)
    assert count == 1
    assert prove_property(prop, text=text).outcome in ("refuted", "undecided")


def test_every_kind_has_properties_of_its_edges_and_streams():
    for kind in KINDS:
        config = mutated_config(kind)
        assert {prop.unit for prop in engine_properties(config)} >= {"", "west_edge", "north_edge"}
