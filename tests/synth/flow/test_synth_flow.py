"""Yosys flows: the library is accepted, cells are counted exactly, hierarchy adds up, errors keep their line."""

import subprocess
import sys

import pytest
from amaranth.hdl import ClockDomain, ClockSignal, ResetSignal, Signal
from amaranth.lib.wiring import In, Out

from lowtide.hw import verilog as emitted
from lowtide.hw.emit import yosys
from lowtide.hw.logic.unit import Unit
from lowtide.synth.flow import SynthesisError, synthesise
from lowtide.synth.flow.job import Hierarchy, Job
from lowtide.synth.flow.store import ROOMS_OF_ENGINES
from lowtide.synth.flow.synthesise import synthesis
from lowtide.synth.targets import RECIPES, GateLibrary, Xilinx7, target
from lowtide.synth.targets.liberty import KINDS_OF_CELL

from verilog_samples import ADDER, NAND, REGISTER, TREE

NAND2, INVERTER, FLIP_FLOP, CLOCK_GATE, FULL_ADDER = 1, 1, 5.3333, 4.6667, 5.3333
CLEARED, PRESET = 6.6667, 7  # flip-flops with an asynchronous reset


def area(verilog, top, recipe="plain"):
    return synthesise(verilog, top, GateLibrary(), recipe).total(top)


def test_a_nand_gate_is_one_gate_equivalent():
    assert area(NAND, "nand_gate") == dict.fromkeys(KINDS_OF_CELL, 0) | {"area": NAND2, "other_gates": NAND2}


def test_a_register_with_enable_is_flip_flops_behind_one_clock_gate():
    found = area(REGISTER, "register")
    assert found["area"] == pytest.approx(8 * FLIP_FLOP + CLOCK_GATE, abs=0.001)
    assert found["registers"] == pytest.approx(found["area"], abs=0.001)


@pytest.mark.parametrize("reset, inverters", [("negedge reset", 0), ("posedge reset", 1)])
@pytest.mark.parametrize("enable, gates", [("", 0), ("if (en) ", CLOCK_GATE)])
@pytest.mark.parametrize("value, cell", [("8'h00", CLEARED), ("8'hff", PRESET), ("8'h0f", (CLEARED + PRESET) / 2)])
def test_a_register_with_asynchronous_reset_is_priced(reset, inverters, enable, gates, value, cell):
    """A flip-flop with an input for it each; a reset that is active high is inverted once for all of them."""
    inactive = "" if reset.startswith("posedge") else "!"
    verilog = f"""module register(input clk, reset, en, input [7:0] d, output reg [7:0] q);
  always @(posedge clk or {reset}) if ({inactive}reset) q <= {value}; else {enable}q <= d;
endmodule
"""
    found = area(verilog, "register")
    assert found["area"] == pytest.approx(8 * cell + gates + inverters * INVERTER, abs=0.001)
    assert found["registers"] == pytest.approx(8 * cell + gates, abs=0.001)


def test_a_pe_with_an_asynchronous_reset_is_priced():
    """A unit of one's own, as Amaranth emits it; its other registers are what they were."""

    class Own(Unit):
        def __init__(self):
            super().__init__("own", {"a": In(8), "b": Out(8), "c": Out(8)})

        def build(self, m):
            m.domains.own = ClockDomain("own", async_reset=True, local=True)
            m.d.comb += [ClockSignal("own").eq(ClockSignal()), ResetSignal("own").eq(ResetSignal())]
            register = Signal(8)
            m.d.own += register.eq(self.a)
            m.d.comb += self.b.eq(register)
            m.d.sync += self.c.eq(register)

    found = area(emitted(Own()), "own")
    resets = 8 * 1.6667  # the synchronous reset of `c` is an and for each bit
    assert found["registers"] == pytest.approx(8 * (CLEARED + FLIP_FLOP), abs=0.001)
    assert found["area"] <= found["registers"] + resets + INVERTER + 0.001


def test_a_full_adder_is_one_cell():
    found = area(ADDER, "adder")
    assert found["area"] == found["full_adders"] == pytest.approx(FULL_ADDER, abs=0.001)


def test_totals_are_the_sum_over_instances():
    netlist = synthesise(TREE, "tree", GateLibrary(), "plain")
    assert netlist.instances("tree") == {"tree": 1, "pair": 3, "nand_gate": 6}
    assert {name: module.own["area"] for name, module in netlist.modules.items()} == {
        "tree": INVERTER,
        "pair": 0,
        "nand_gate": NAND2,
    }
    assert netlist.total("tree")["area"] == INVERTER + 6 * NAND2
    assert netlist.total("pair")["area"] == 2 * NAND2


def test_booth_makes_a_multiplier_smaller():
    multiplier = "module m(input signed [7:0] a, b, output signed [15:0] y); assign y = a * b; endmodule\n"
    for each in (GateLibrary(), Xilinx7()):
        plain, booth = (synthesise(multiplier, "m", each, recipe).total("m")["area"] for recipe in RECIPES)
        assert 0 < booth < plain, each.name


@pytest.mark.parametrize("recipe", RECIPES)
def test_kinds_of_cell_sum_up_to_the_area(recipe):
    netlist = synthesise(MIXED, "mixed", GateLibrary(), recipe)
    found = netlist.total("mixed")
    assert found["area"] == pytest.approx(sum(found[kind] for kind in KINDS_OF_CELL), abs=0.01)
    assert set(found) == {"area", *KINDS_OF_CELL} and min(found["full_adders"], found["registers"] + 1) > 0


@pytest.mark.parametrize("recipe", RECIPES)
def test_recipes_are_equal_where_nothing_is_multiplied(recipe):
    assert area(ADDER + NAND, "adder", recipe) == area(ADDER, "adder")


MIXED = """
module mixed(input [3:0] a, b, input [7:0] d0, d1, d2, d3, d4, d5, d6, d7, input [2:0] s, t,
             output [7:0] product, output reg [7:0] of_eight, of_six);
  assign product = $signed(a) * $signed(b) + a + b;
  always @* case (s)
    0: of_eight = d0; 1: of_eight = d1; 2: of_eight = d2; 3: of_eight = d3;
    4: of_eight = d4; 5: of_eight = d5; 6: of_eight = d6; 7: of_eight = d7;
  endcase
  always @* case (t)
    0: of_six = d0; 1: of_six = d1; 2: of_six = d2; 3: of_six = d3; 4: of_six = d4; default: of_six = d5;
  endcase
endmodule
"""


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_gates_that_are_counted_compute_the_same(recipe, tmp_path):
    gates = GateLibrary()
    for name, path in gates.files.items():
        (tmp_path / name).symlink_to(path)
    for name, text in gates.texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "design.v").write_text(MIXED)
    yosys.run(
        [
            "read_verilog design.v",
            "prep -top mixed",
            "design -stash gold",
            "read_verilog design.v",
            *gates.commands("mixed", recipe),
            "read_liberty -ignore_miss_func cells.lib",
            "flatten",
            "opt_clean",
            "design -stash gate",
            "design -copy-from gold -as gold mixed",
            "design -copy-from gate -as gate mixed",
            "miter -equiv -flatten gold gate miter",
            "sat -verify -prove trigger 0 miter",
        ],
        folder=tmp_path,
    )


def test_an_error_keeps_the_line_of_the_tool():
    with pytest.raises(SynthesisError, match="ERROR.*no_such_module"):
        synthesise("module top(input a); no_such_module u(a); endmodule\n", "top", GateLibrary(), "plain")


def test_a_cell_without_price_is_an_error():
    latch = "module latch(input g, d, output reg q); always @* if (g) q = d; endmodule\n"
    with pytest.raises(SynthesisError, match="no cell for .*DLATCH"):
        synthesise(latch, "latch", GateLibrary(), "plain")


def test_parts_of_an_engine_add_up_to_the_whole(tmp_path):
    (tmp_path / "tree.v").write_text(TREE)
    yosys.run(["read_verilog tree.v", "write_verilog -noattr tree.v"], folder=tmp_path)
    text = (tmp_path / "tree.v").read_text()
    target_, tree = GateLibrary(), Hierarchy(text, "tree")
    assert tree.instances() == {"tree": 1, "pair": 3, "nand_gate": 6}
    whole = synthesis(tree.flat(), target_, "plain").netlist.total("tree")["area"]
    rest = synthesis(tree.part("tree", {"pair"}), target_, "plain").netlist
    pair = synthesis(tree.part("pair", {"nand_gate"}), target_, "plain").netlist
    gate = synthesis(tree.flat("nand_gate"), target_, "plain").netlist
    assert rest.instances("tree") == {"tree": 1, "pair": 3} and rest.total("pair")["area"] == 0
    assert pair.total("pair")["area"] == 0 and gate.total("nand_gate")["area"] == NAND2
    assert whole == rest.total("tree")["area"] + 6 * NAND2 == INVERTER + 6 * NAND2
    with pytest.raises(ValueError, match="top is 'other', allowed are "):
        Hierarchy(text, "other")


def test_what_was_synthesised_is_kept_by_content(monkeypatch):
    job = Job(NAND.replace("nand_gate", "kept_gate"), "kept_gate")
    first = synthesis(job, GateLibrary(), "plain")
    monkeypatch.setattr(yosys, "run", lambda *_, **__: pytest.fail("synthesised again"))
    assert synthesis(job, GateLibrary(), "plain") == first and first.seconds > 0 and first.memory > 2**20
    with pytest.raises(pytest.fail.Exception):
        synthesis(Job(job.verilog.replace("&", "|"), "kept_gate"), GateLibrary(), "plain")


def test_bad_target_and_liberty_name_field_value_and_what_is_allowed(tmp_path):
    with pytest.raises(ValueError, match=r"target is 'asic', allowed are ge, xc7, xc7_dsp, ecp5, ecp5_dsp, ice40"):
        target("asic")
    with pytest.raises(ValueError, match="liberty is 'none.lib': no such file"):
        target("ge", liberty="none.lib")
    (tmp_path / "text.lib").write_text("hello\n")
    with pytest.raises(ValueError, match="liberty is .*text.lib', allowed is a liberty file"):
        target("ge", liberty=str(tmp_path / "text.lib"))


def test_a_library_that_was_written_again_is_read_again(tmp_path, monkeypatch):
    """Yosys keeps libraries by their paths, among the temporary files."""
    kept = tmp_path / "temporary"
    kept.mkdir()
    monkeypatch.setenv("TMPDIR", str(kept))
    (tmp_path / "gate.v").write_text("module gate(input a, b, output y); assign y = ~(a & b); endmodule\n")
    library = target("ge").files["cells.lib"].read_text()
    for name in ("first", "second"):
        (tmp_path / "cells.lib").write_text(library.replace("cell (nand2)", f"cell ({name})"))
        mapping = ["read_verilog gate.v", "synth -noabc", "abc -liberty cells.lib", "write_verilog mapped.v"]
        yosys.run(mapping, folder=tmp_path)
        assert f" {name} " in (tmp_path / "mapped.v").read_text()
    assert not list(kept.iterdir())


def test_an_engine_is_made_of_the_rooms_that_its_key_reads():
    """Other ones may change without a price being computed again; no room of these is forgotten."""
    program = "import sys, lowtide.hw.array.engine, lowtide.hw.emit.verilog; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True).stdout.split()
    rooms = {module.split(".")[2] for module in modules if module.startswith("lowtide.hw.")}
    assert rooms == set(ROOMS_OF_ENGINES)
