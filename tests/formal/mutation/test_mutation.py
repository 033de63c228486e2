"""Mutation testing: mutants are judged, equivalent ones found, the report is the same each time, a run goes on."""

import json
from dataclasses import replace

import pytest

from lowtide.command import main
from lowtide.formal.mutation.equivalence import equivalents
from lowtide.formal.mutation.judged import Judged, scores
from lowtide.formal.mutation.mutants import mutated_config, mutated_engine
from lowtide.formal.mutation.report import markdown, too_low
from lowtide.formal.mutation.run import proofs_of, refuted
from lowtide.formal.properties import engine_properties

UNITS = ["sequencer", "reverser", "west_edge"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run of a few mutants of three units of one kind."""
    path = tmp_path_factory.mktemp("mutate")
    arguments = ["--kind", "subword", "--unit", ",".join(UNITS), "--count", "8", "--jobs", "2", "-o", str(path)]
    status = main(["mutate", *arguments])
    assert status == int(any(share < 95 for share in shares(path)))
    return path


def shares(path):
    """Per cent by unit, from the JSON of a run."""
    mutants = json.loads((path / "mutate.json").read_text())["engines"]["subword"]["mutants"].values()
    for unit in UNITS:
        outcomes = [each["outcome"] for each in mutants if each["unit"] == unit and each["outcome"] != "equivalent"]
        yield 100 * (1 - outcomes.count("survived") / max(len(outcomes), 1))


def test_the_checks_find_mutants_of_every_unit(folder):
    mutants = json.loads((folder / "mutate.json").read_text())["engines"]["subword"]["mutants"].values()
    assert {each["unit"] for each in mutants} == set(UNITS)
    for unit in UNITS:
        assert sum(each["outcome"] in ("killed", "refuted") for each in mutants if each["unit"] == unit) >= 2
    assert all(each["by"] for each in mutants if each["outcome"] in ("killed", "refuted"))


def test_the_same_mutants_are_made_and_reported_each_time(folder):
    config = mutated_config("subword")
    first, second = (mutated_engine(config, count=8, seed=1, units=UNITS) for _ in range(2))
    assert first == second
    before = (folder / "mutate.md").read_text()
    main(["mutate", "--kind", "subword", "--unit", ",".join(UNITS), "--count", "8", "-o", str(folder)])  # all is known
    assert (folder / "mutate.md").read_text() == before


def test_an_inverted_bit_is_different_and_a_bit_that_nothing_reads_is_equivalent():
    """The reverser reads only the bits that say how many values there are; the last PE hands on to nobody."""
    engine = mutated_engine(mutated_config("subword"), count=40, seed=1, units=["reverser", "row"])
    dead = [mutant.number for mutant in engine.mutants if "pe_2" in mutant.command and "-port east" in mutant.command]
    live = [
        mutant.number
        for mutant in engine.mutants
        if mutant.mode == "inv" and "-port operand" not in mutant.command and "-wire operand" in mutant.command
    ]
    assert dead and live
    found = {}
    equivalents(engine, [dead[0], live[0]], timeout=20, done=found.__setitem__)
    assert found == {dead[0]: "equivalent", live[0]: "different"}


def test_a_proof_about_an_edge_is_about_the_masks_in_it():
    """Each edge masks what does not count, so that a defect of one mask is seen in no result."""
    engine = mutated_engine(mutated_config("parallel", 2), count=30, seed=1, units=["west_mask"])
    (mutant,) = (each for each in engine.mutants if each.net == "used[2]" and each.mode == "const1")
    about = proofs_of(engine_properties(engine.config, engine.original), engine.original)
    assert [prop.unit for prop in about["west_mask"]] == ["west_edge"]
    assert refuted(engine, about, mutant, 60) == "west_edge_masks"
    assert refuted(engine, about, replace(mutant, number=0), 60) == ""


def test_scores_leave_out_equivalent_mutants():
    mutants = mutated_engine(mutated_config("subword"), count=4, seed=1, units=["sequencer"]).mutants
    judged = {
        "subword": [
            Judged(mutant, outcome, "")
            for mutant, outcome in zip(mutants, ("killed", "refuted", "equivalent", "survived"), strict=False)
        ]
    }
    assert scores(judged["subword"])["sequencer"].share == 2 / 3
    assert too_low(judged) == ["subword: sequencer 66.7 %"]
    assert "2 rows and 3 columns and `pipeline` 2:" in markdown(judged, mutated_config("term", 2), seed=1, count=4)
    tiled = markdown(judged, mutated_config("term", 1, 2, 4), seed=1, count=4)
    assert "4 rows and 12 columns and `pipeline` 1 and tiles of 2x4 PEs:" in tiled
    page = markdown(judged, mutated_config("subword"), seed=1, count=4)
    assert "3 columns:" in page
    assert "| sequencer | 67 of 3 |" in page and f"`{mutants[3].net}`" in page


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--unit", "nothing", "--kind", "subword"], "unit is 'nothing', allowed for subword are engine, array"),
        (["--count", "0"], "count is 0, allowed are 1 to 1023"),
        (["--seed", "0"], "seed is 0, allowed are 1 and more"),
        (["--kind", "none"], "kind is 'none', allowed are parallel"),
        (["--tile-rows", "0"], "tile_rows is 0, allowed are 1 and more"),
        (["--tile-cols", "3"], "tile_cols is 3, allowed are 1, 2, 4"),
    ],
)
def test_bad_input_is_one_line(arguments, line, capsys, tmp_path):
    assert main(["mutate", *arguments, "-o", str(tmp_path)]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1 and error[0].startswith(f"error: {line}")
