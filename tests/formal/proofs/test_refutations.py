"""A proof can fail: of Verilog with a defect it is refuted, by values for which the defect shows."""

import re
from dataclasses import replace

import pytest

from lowtide import formal
from lowtide.command import main
from lowtide.formal.proofs import command as entry
from lowtide.hw import verilog
from lowtide.hw.emit import yosys


def changed(text, pattern, replacement):
    """The text with exactly one match of a pattern replaced."""
    text, count = re.subn(pattern, replacement, text, flags=re.M)
    assert count == 1, f"{count} places match {pattern}"
    return text


def refuted(name, pattern, replacement):
    """The result of a proof of Verilog with a defect."""
    proof = formal.find(name)
    result = formal.prove(proof, text=changed(verilog(proof.make()), pattern, replacement))
    assert result.outcome == "refuted"
    assert set(proof.inputs) | set(proof.numbers) <= set(result.counterexample)
    return result


def test_hese_encoder_with_a_wrong_sign():
    found = refuted("hese_encoder_8su", r"assign negative\[3\] = .*;", "assign negative[3] = nonzero[3] & ~value[4];")
    assert found.claim == "the digits' sum is the value"
    values = found.counterexample
    value = values["value"] - 256 * (values["value"] >> 7 & values["value_signed"])
    digits = sum((1 - 2 * (values["negative"] >> i & 1)) << i for i in range(9) if values["nonzero"] >> i & 1)
    assert (values["value_in"], values["value_of_digits"]) == (value, digits) and value != digits


def test_hese_encoder_without_its_mode_bit():
    """The digits of 3 become 2 + 1: the right sum, but adjacent."""
    plain = (
        "module hese_encoder_8u(value, nonzero, negative);\n  input [7:0] value;\n  output [8:0] nonzero;\n"
        "  output [8:0] negative;\n  assign nonzero = value;\n  assign negative = 0;\nendmodule\n"
    )
    result = formal.prove(formal.find("hese_encoder_8u"), text=plain)
    assert (result.outcome, result.claim) == ("refuted", "no two adjacent digits are nonzero")
    assert result.counterexample["value"] & result.counterexample["value"] >> 1


def in_form(name):
    """Matches what the second lane selects in one structure of a sum, up to the value."""
    return rf"(^module {name}_addend\((?:.|\n)*?assign part_1(?:_0)? = )(.*);"


@pytest.mark.parametrize(
    "name, pattern, replacement",
    [
        ("term_encoder_8us", r"\.value\(value\)", ".value({value[7:1], 1'b0})"),
        ("booth_digits_9", r"assign one\[1\] = .*;", "assign one[1] = value[1] | value[2];"),
        ("bit_serial_binary_addend", r"assign addend = (.*);", r"assign addend = (\1) ^ (control[6] & north[0]);"),
        ("bit_serial_booth_addend", r"assign addend = (.*);", r"assign addend = (\1) ^ (&west[7:0]);"),
        ("digit_d1_e2_addend", r"assign part_1_0 = (.*);", r"assign part_1_0 = (\1) & ~(&west[7:4]);"),
        ("digit_d2_e2_addend", r">>> north\[8:6\]", ">>> {north[8:7], north[6] & ~north[0]}"),
        ("digit_d4_e3_addend", r"assign part_0_3 = (.*);", r"assign part_0_3 = (\1) ^ (&north[11:10]);"),
        ("parallel_sum_forms", in_form("parallel_chains"), r"\1(\2) ^ (&west);"),
        ("bit_serial_sum_forms", in_form("bit_serial_chain"), r"\1(\2) ^ (&west);"),
        ("digit_sum_forms", in_form("digit_chain"), r"\1(\2) ^ (&west);"),
        ("packed_lanes_2x2", r"assign product_1 = (.*);", r"assign product_1 = (\1) + (&x[3:0] & &w[3:0]);"),
        ("packed_lanes_2x2", r"assign residue_1_0 = (.*);", r"assign residue_1_0 = (\1) ^ (&x);"),
        ("packed_fields_4x4", r"\$signed\(found_10\)", "$signed(found_9_0[9])"),
        ("packed_residue_8_lanes_2", r"assign found_1 = (.*);", r"assign found_1 = (\1) ^ (&x);"),
        ("packed_tile_1x2", r"west\[1\] & control\[4\]", "west[1] & control[5]"),
        ("bit_plane_l16_addend", r"assign addend = (.*);", r"assign addend = (\1) + (&west);"),
        ("bit_plane_l6_binary_addend", r"assign addend = (.*);", r"assign addend = (\1) ^ (&west);"),
        ("parallel_inferred_8x8", r"assign addend = (.*);", r"assign addend = (\1) ^ (x == 8'd77 && w == 8'd131);"),
        ("parallel_booth_8x8", r"x\[7\] & mode\[0\]", "x[7] & mode[1]"),
        ("fused_8x8", r"assign brick_5_ones = .*;", "assign brick_5_ones = x_limb_5[0] | w_limb_5[0];"),
        ("fused_8x4", r"assign addend = (.*);", r"assign addend = (\1) ^ (x == 16'h1234);"),
        ("fused_2x2", r"assign brick_9_fours = (.*);", r"assign brick_9_fours = (\1) & x_limb_9[0];"),
        ("subword_8x8", r"assign addend = (.*);", r"assign addend = (\1) ^ (x == 8'd77);"),
        ("subword_2x2", r"assign addend = (.*);", r"assign addend = (\1) ^ (x == 8'd77 && mode[0]);"),
    ],
)
def test_a_defect(name, pattern, replacement):
    values = refuted(name, pattern, replacement).counterexample
    assert "addend" not in values or values["addend"] != values["expected"]


def test_a_single_pair_of_operands_is_found():
    values = refuted(
        "parallel_inferred_8x8", r"assign addend = (.*);", r"assign addend = (\1) ^ (x == 8'd77 && w == 8'd131);"
    ).counterexample
    assert (values["x"], values["w"]) == (77, 131)
    assert values["expected"] == 77 * (131 - 256 * values["w_signed"])


def test_a_bit_that_nothing_drives_is_not_taken_for_anything():
    proof = formal.find("hese_encoder_8s")
    text = changed(verilog(proof.make()), r"^  assign nonzero\[5\] = .*;\n", "")
    assert formal.prove(proof, text=text).outcome == "refuted"


def test_an_unknown_bit_is_not_taken_for_anything():
    proof = formal.find("hese_encoder_8s")
    text = changed(verilog(proof.make()), r"assign nonzero\[5\] = .*;", "assign nonzero[5] = 1'bx;")
    assert formal.prove(proof, text=text).outcome == "refuted"


def test_a_register_is_refused():
    proof = formal.find("hese_encoder_8s")
    text = changed(
        verilog(proof.make()),
        r"assign nonzero\[5\] = (.*);",
        r"reg late; always @(posedge value[0]) late <= \1; assign nonzero[5] = late;",
    )
    with pytest.raises(yosys.YosysError):
        formal.prove(proof, text=text)


def test_a_case_that_takes_too_long_is_undecided():
    proof = replace(formal.find("parallel_booth_8x8"), cases=({},))
    result = formal.prove(proof, timeout=1)
    assert (result.outcome, result.claim) == ("undecided", "the addend is the sum of products")


def test_a_case_that_yosys_cannot_read_is_not_undecided():
    proof = replace(formal.find("hese_encoder_8s"), cases=({"nothing": 1},))
    with pytest.raises(yosys.YosysError):
        formal.prove(proof)


def test_the_command_shows_the_values_and_fails(tmp_path, capsys, monkeypatch):
    proof = formal.find("hese_encoder_8s")
    wrong = replace(proof, claims={"every value is 5": "value_in == 5"})
    monkeypatch.setattr(entry, "find", lambda name: wrong)
    assert main(["prove", wrong.name, "-o", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "hese_encoder_8s: refuted: every value is 5; not for value = " in printed and "0 of 1 proofs hold" in printed
