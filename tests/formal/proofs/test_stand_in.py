"""The proof of a stand-in holds for configurations at random, and each part of it can fail: a gate that is changed."""

import json
import re
from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest

from lowtide import formal
from lowtide.command import main
from lowtide.formal.proofs.arithmetic.stand_in import stand_in_proof
from lowtide.hw import ArrayConfig, verilog
from lowtide.hw.config.machines import find_machine
from lowtide.hw.emit.stand_in import module_text
from lowtide.sim.machine import library

from random_choices import random_configuration

BOOTH = {"multiplier": "booth", "sums": "tree", "pipeline": 0, "exponent_bits": 0, "guard_bits": 0}
RNG = np.random.default_rng(14)
SMALL = find_machine("small")
LANES, DIGITS = 3, 2
CONFIG = ArrayConfig(
    name="narrow", kind="parallel", lanes=LANES, x_width=5, w_width=4, acc_width=12, multiplier="booth"
)
PROOF = stand_in_proof(CONFIG, lambda: verilog(CONFIG))


@pytest.mark.parametrize("seed", range(3))
def test_it_holds_at_random(seed):
    rng = np.random.default_rng([seed, 1])
    fixed = {"rows": 2, "cols": 2, "tile_rows": 1 + seed % 2, "tile_cols": 1, "lanes": int(rng.integers(1, 4))}
    widths = {f"{side}_width": int(rng.integers(2, 8)) for side in "xw"}
    config = random_configuration(rng, "parallel", **fixed, **widths, **BOOTH)
    result = formal.prove(stand_in_proof(config, lambda: verilog(config)))
    assert (result.outcome, result.claim) == ("proved", "")


def test_what_is_proved_of_small_are_the_texts_that_are_simulated(monkeypatch):
    built = []
    monkeypatch.setattr(library, "build", lambda text, **_: built.append(text) or "nothing")
    monkeypatch.setattr(library.ctypes, "CDLL", MagicMock())
    for stand_in in (False, True):
        library.machine_library(SMALL, quick=False, stand_in=stand_in)
    name = f"{SMALL.array.name}_pe"
    pe, stand_in = (module_text(text, name) for text in built)
    proof = formal.find(f"stand_in_{SMALL.array.name}")  # test_proofs.py proves it
    assert proof.fast and pe != stand_in
    assert proof.hardware() == pe + stand_in.replace(f"module {name}(", f"module {name}_stand_in(")


def within(module, pattern):
    """Matches in a module, behind ``\\1``."""
    return rf"(^module {CONFIG.name}_{module}\((?:.|\n)*?{pattern})"


LANE, DIGIT = int(RNG.integers(LANES)), int(RNG.integers(DIGITS))


@pytest.mark.parametrize(
    "pattern, replacement, claim",
    [
        (rf"(assign part_{LANE}_{DIGIT} = )(.*);", r"\1(\2) ^ (&east);", f"digit {LANE}_{DIGIT} selects its multiple"),
        (rf"(assign one_{LANE}_1 = .*) \^ ", r"\1 | ", f"digit {LANE}_1 selects its multiple"),
        (r"(assign digit_0_sum_0 = .*)south\[\d+\] }", r"\g<1>south[0] }", "the PE gains what its digits select"),
        (r"(assign digits_2_0 = .*) \+ ", r"\1 - ", "the PE gains what its digits select"),
        (within("pe", r"if \(\w+") + r"(?=\) result <=)", r"\1 | rst", "the PE gains what its digits select"),
        (within("pe_stand_in", r"if \(\w+") + r"(?=\) result <=)", r"\1 & ~rst", "the stand-in gains its products"),
        (rf"(assign product_{LANE} = )(.*);", r"\1(\2) ^ (&east);", f"product {LANE} is that of its operands"),
        (r"(\$signed\(product_0\)) \+ ", r"\1 - ", "the stand-in gains its products"),
        (within("pe_stand_in", r"else if \(en\) done <= "), r"\1~", "done stays equal"),
        (within("pe_stand_in", r"if \(") + r"en(?=\) south <= north)", r"\1control[0]", "south stays equal"),
        (within("pe_stand_in", r"if \(rst\) control_out_valid <= 1'h") + "0", r"\g<1>1", "control_out stays equal"),
    ],
)
def test_a_changed_gate_is_refuted(pattern, replacement, claim):
    text, count = re.subn(pattern, replacement, PROOF.hardware(), flags=re.M)
    assert count == 1
    result = formal.prove(PROOF, text=text)
    assert (result.outcome, result.claim) == ("refuted", claim)


def test_digits_that_are_not_the_weight_are_refuted():
    proof, name = PROOF, f"the digits of lane {LANE} are its weight"
    assert name in proof.claims
    wrong = proof.numbers | {f"digit_{LANE}_{DIGIT}": (3, "3'd1")}
    result = formal.prove(replace(proof, numbers=wrong, claims={name: proof.claims[name]}))
    assert (result.outcome, result.claim) == ("refuted", name)


def own(folder, **fields):
    """A machine of one's own, in a TOML file."""
    array = {"kind": "parallel", "rows": 4, "cols": 4, "lanes": 2, "x_width": 4, "w_width": 4} | fields
    path = folder / "own.toml"
    path.write_text("[array]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in array.items()))
    return str(path)


def test_the_command_proves_that_of_a_machine_of_ones_own(tmp_path, capsys):
    arguments = ["booth_digits_9", "--machine", own(tmp_path, multiplier="booth"), "-o", str(tmp_path / "out")]
    assert main(["prove", *arguments]) == 0
    assert "2 of 2 proofs hold" in capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "report.json").read_text())["proofs"]
    assert [each["name"] for each in written] == ["booth_digits_9", "stand_in_own_array"]


def test_a_machine_without_one_is_refused_in_a_line(tmp_path, capsys):
    assert main(["prove", "--machine", own(tmp_path)]) == 2
    line = "stand_in is True, allowed is False for the array own_array: for its PE, of kind parallel, there is no other"
    assert capsys.readouterr().err == f"error: {line} one that does the same in every cycle\n"
    assert main(["prove", "--machine", "nothing"]) == 2
    assert capsys.readouterr().err.startswith("error: machine is 'nothing', allowed are tiny, small, ")
