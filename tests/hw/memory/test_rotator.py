"""Rotators: every amount, every lane, proved for all lanes' contents."""

import pytest

from lowtide.hw import verilog
from lowtide.hw.emit import yosys
from lowtide.hw.memory.rotator import Rotator


def proves(folder, rotator, expression):
    """Whether a SAT solver finds no lanes and no amount for which the rotator differs from an expression in Verilog."""
    count, width = rotator.count, rotator.width
    checker = f"""
module proof(input [{len(rotator.amount) - 1}:0] amount, input shuffle, input [{count * width - 1}:0] i);
  wire [{count * width - 1}:0] o;
  {rotator.name} rotator(.amount(amount), {".shuffle(shuffle), " if rotator.order else ""}.i(i), .o(o));
  integer lane;
  always @* for (lane = 0; lane < {count}; lane = lane + 1) assert({expression});
endmodule
"""
    (folder / "proof.v").write_text(verilog(rotator) + checker)
    log = yosys.run(
        [
            "read_verilog -formal proof.v",
            "hierarchy -check -top proof",
            "proc",
            "chformal -lower",
            "flatten",
            "opt -full",
            "tee -q -o log sat -prove-asserts -set-assumes -show-all",
        ],
        folder=folder,
    )
    return "no model found: SUCCESS!" in (folder / "log").read_text() + log


@pytest.mark.parametrize("count, width", [(2, 3), (4, 5), (8, 2), (16, 1)])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_every_lane_goes_where_the_amount_says(tmp_path, count, width, direction):
    rotator = Rotator("rotator", count=count, width=width, direction=direction)
    there = f"((lane + {count} {'+' if direction == 'up' else '-'} amount) % {count})"
    assert proves(tmp_path, rotator, f"o[{there}*{width} +: {width}] == i[lane*{width} +: {width}]")


@pytest.mark.parametrize("count, width", [(2, 3), (4, 5), (8, 2)])
def test_lanes_are_shuffled_before(tmp_path, count, width):
    order = [row % 2 * (count // 2) + row // 2 for row in range(count)]
    rotator = Rotator("rotator", count=count, width=width, direction="up", order=order)
    there = f"(((shuffle ? lane % 2 * {count // 2} + lane / 2 : lane) + amount) % {count})"
    assert proves(tmp_path, rotator, f"o[{there}*{width} +: {width}] == i[lane*{width} +: {width}]")


def test_a_wrong_statement_is_refuted(tmp_path):
    rotator = Rotator("rotator", count=4, width=2, direction="up")
    assert not proves(tmp_path, rotator, "o[((lane + 4 - amount) % 4)*2 +: 2] == i[lane*2 +: 2]")
