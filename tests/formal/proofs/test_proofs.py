"""Proofs hold, and the command line reports them. The slow ones are run by `make formal` only."""

import json

import pytest

from lowtide import formal
from lowtide.command import main
from lowtide.formal.proofs.arithmetic.addends import addend_proofs
from lowtide.formal.proofs.arithmetic.sum_forms import sum_form_proofs
from lowtide.formal.proofs.prove import Result
from lowtide.formal.proofs.report import markdown
from lowtide.hw.config.fields import settings_for
from lowtide.hw.pe import KINDS

PROOFS = {proof.name: proof for proof in formal.proofs()}


@pytest.mark.parametrize("name", [name for name, proof in PROOFS.items() if proof.fast])
def test_it_holds(name):
    result = formal.prove(PROOFS[name])
    assert (result.outcome, result.claim, result.counterexample) == ("proved", "", {})


def test_names_are_distinct():
    assert len(PROOFS) == len(formal.proofs())


def test_every_structure_of_a_sum_is_proved():
    """For every kind that can choose, all of its choices: against each other, or each against the definition."""
    proved = {proof.make().config.kind: set(proof.make().forms) for proof in sum_form_proofs()}
    for config in (proof.make().config for proof in addend_proofs() if proof.name.startswith("term_l")):
        proved.setdefault("term", set()).add(config.sums)
    assert proved == {
        kind: set(setting.allowed)
        for kind in KINDS
        for setting in settings_for(kind)
        if setting.name == "sums" and setting.name in KINDS[kind].fields
    }


@pytest.mark.parametrize("name", PROOFS)
def test_the_cases_of_a_proof_are_all_inputs(name):
    """Each bit that is held to a value is held to each, in every combination."""
    proof = PROOFS[name]
    held = {bits: sorted({case[bits] for case in proof.cases}) for bits in proof.cases[0]}
    assert len({tuple(case.items()) for case in proof.cases}) == len(proof.cases)
    total = 1
    for bits, values in held.items():
        assert values == list(range(len(values)))
        if bits not in proof.partial:
            assert len(values) == 1 << width(proof, bits)
        total *= len(values)
    assert total == len(proof.cases)


def width(proof, bits):
    """How many bits ``w[3:0]`` or ``w`` are."""
    name, _, place = bits.partition("[")
    if not place:
        return proof.inputs[name]
    high, low = map(int, place.removesuffix("]").split(":"))
    return high - low + 1


def test_the_command_writes_a_report(tmp_path, capsys):
    page = tmp_path / "docs" / "proofs.md"
    arguments = ["hese_encoder_8s", "booth_digits_9", "--jobs", "1", "-o", str(tmp_path), "--page", str(page)]
    assert main(["prove", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "2 of 2 proofs hold" in printed and str(page) in printed
    written = json.loads((tmp_path / "report.json").read_text())
    assert [(proof["name"], proof["outcome"]) for proof in written["proofs"]] == [
        ("hese_encoder_8s", "proved"),
        ("booth_digits_9", "proved"),
    ]
    text = page.read_text()
    assert text == (tmp_path / "report.md").read_text() and text.count("| proved |") == 2
    assert "Written by `lowtide prove hese_encoder_8s booth_digits_9`" in text and "2 of 2 proofs hold" in text
    assert "second" not in text  # times differ from run to run, the page does not


def test_a_proof_that_does_not_hold_is_on_the_page():
    proof = next(iter(PROOFS.values()))
    found = Result(proof, "refuted", 1.0, "equal", {"w": 3})
    text = markdown([found], "lowtide prove", ["fused_8x4"])
    assert text.count("fused_8x4") == 1
    assert "0 of 1 proofs hold" in text and "refuted: equal; not for w = 3 |" in text


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["nothing"], "proof is 'nothing', allowed are hese_encoder_8s"),
        (["--jobs", "0"], "jobs is 0, allowed are 1 and more"),
        (["--timeout", "0"], "timeout is 0, allowed are 1 and more"),
        (["--fast", "parallel_booth_8x8"], "--fast leaves out every proof that is named"),
    ],
)
def test_bad_input_is_one_line(arguments, line, capsys):
    assert main(["prove", *arguments]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1 and error[0].startswith(f"error: {line}")
