"""Prices on FPGAs: LUTs, flip-flops and DSP blocks are counted exactly."""

import random
import re

import pytest

from lowtide.hw import ArrayConfig
from lowtide.hw import verilog as emitted
from lowtide.hw.logic.timing.skew import Delay, Skew
from lowtide.synth.designs.design import pe_design
from lowtide.synth.flow import synthesise
from lowtide.synth.flow.pricing import price_of
from lowtide.synth.flow.synthesise import mapped_verilog
from lowtide.synth.targets import TARGETS, Xilinx7, target

from verilog_samples import REGISTER, TREE


def test_xilinx_counts_luts_and_flip_flops_of_all_instances():
    netlist = synthesise(TREE, "tree", Xilinx7(), "plain")
    assert netlist.total("tree") == {"area": 7, "ff": 0, "carry4": 0}
    assert synthesise(REGISTER, "register", Xilinx7(), "plain").total("register") == {"area": 0, "ff": 8, "carry4": 0}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("design, ffs, luts", [(REGISTER, 8, 0), (TREE, 0, 7)])
def test_every_fpga_counts_what_is_there(name, design, ffs, luts):
    if name != "ge":
        top = "register" if ffs else "tree"
        found = synthesise(design, top, target(name), "plain").total(top)
        assert (found["ff"], found["area"]) == (ffs, luts)


@pytest.mark.parametrize(
    "product, several",
    [
        ("$signed({ _02_, east[7:0] }) * $signed(south[7:0])", True),
        ("$signed({ _02_, east }) * $signed(south)", True),
        ("_029_ * _034_", True),
        ("south[3:0] * 4'h3", True),
        ("south[2:0] * 2'h3", False),
        ("_029_ * 3'h5", False),
        ("2'h3 * _029_", False),
        ("$signed(east) * $signed(south[1:0])", False),
        ("east + south", False),
    ],
)
def test_recipes_are_tried_where_their_multipliers_can_differ(product, several):
    verilog = f"  wire a;\n  assign product_0[5:1] = {product};\n"
    assert len(target("xc7").needed(verilog)) == (2 if several else 1)
    assert len(target("xc7_dsp").needed(verilog)) == 2  # its recipes differ in additions too


MULTIPLY_ADD = """
module multiply_add(input clk, input signed [7:0] a, b, output reg signed [31:0] s);
  reg signed [7:0] x, y;
  always @(posedge clk) begin x <= a; y <= b; s <= s + x * y; end
endmodule
"""


def test_the_selection_of_a_booth_digit_goes_into_the_lut_of_its_adder():
    """Eight lanes of two digits: 2 x 8 adders with five LUTs each, the accumulator of 16 bits, and a few more."""
    fields = dict(kind="parallel", name="row", lanes=8, multiplier="booth", acc_width=16, x_width=4, w_width=4)
    areas = {}
    for sums in ("tree", "chains", "chain"):
        unit = pe_design(ArrayConfig(**fields, x_types=("signed",), sums=sums))
        areas[sums] = price_of(unit.jobs()[unit.top], target("xc7")).area
    assert areas["chain"] < areas["chains"] < areas["tree"]
    assert areas["chain"] < 2 * 8 * (4 + 1) + 16 + 8


@pytest.mark.parametrize(
    "unit, shifted, single",
    [(Delay("delay", width=4, cycles=8), 4, 0), (Skew("skew", count=8, width=4), 4 * 5, 4 * (1 + 2))],
)
def test_skews_become_shift_registers_of_luts(unit, shifted, single):
    """One LUT for each bit that waits three cycles or more, flip-flops for one cycle and for two."""
    mapped = mapped_verilog(emitted(unit), unit.name, target("xc7"), "plain")
    assert (mapped.count("SRL16E"), mapped.count("FDRE")) == (shifted, single)


def test_the_skews_of_an_engine_become_shift_registers_of_luts():
    """Operands of both sides and results, of random numbers of lines and widths."""
    chance = random.Random("skews of an engine")
    rows, cols = chance.randint(4, 9), chance.randint(4, 9)
    x_width, w_width = chance.randint(2, 4), chance.randint(2, 4)
    acc_width = x_width + w_width + chance.randint(0, 3)
    fields = dict(rows=rows, cols=cols, x_width=x_width, w_width=w_width, acc_width=acc_width)
    mapped = mapped_verilog(emitted(ArrayConfig(name="engine", **fields)), "engine", target("xc7"), "plain")
    modules = dict(re.findall(r"^module (\w+)\s*\((.*?)^endmodule", mapped, flags=re.M | re.S))
    for name, lines, width in (("west", rows, x_width), ("north", cols, w_width), ("readout", rows, acc_width)):
        text = modules[f"engine_{name}_skew"]
        assert (text.count("SRL16E"), text.count("FDRE")) == (width * (lines - 3), width * (1 + 2))


def test_a_multiplier_block_of_an_ecp5_takes_a_product_and_no_sum():
    found = synthesise(MULTIPLY_ADD, "multiply_add", target("ecp5_dsp"), "plain").total("multiply_add")
    assert found["mult18"] == 1 and found["carry"] == 16 and found["area"] >= 32
    luts = synthesise(MULTIPLY_ADD, "multiply_add", target("ecp5"), "plain").total("multiply_add")
    assert "mult18" not in luts and luts["area"] > 100


def test_a_dsp_block_takes_multiplier_and_accumulator():
    found = synthesise(MULTIPLY_ADD, "multiply_add", target("xc7_dsp"), "plain").total("multiply_add")
    assert found["dsp48"] == 1 and found["area"] < 5
    chains = synthesise(MULTIPLY_ADD, "multiply_add", target("xc7"), "plain").total("multiply_add")
    assert chains["area"] > 100 and chains["carry4"] > 0
