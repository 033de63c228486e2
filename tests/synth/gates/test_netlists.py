"""The netlist that is priced is right: in the bench of its family, and by proof; a netlist with a defect is neither."""

import re
from dataclasses import replace

import pytest

from lowtide.formal.engine_checks.operand_pairs import load_books, some_modes
from lowtide.formal.gates.check import check, gate_level_bench, gate_level_model
from lowtide.hw import find
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import representative
from lowtide.hw.emit.yosys import YosysError
from lowtide.hw.pe import KINDS
from lowtide.sim import Model
from lowtide.synth.flow import synthesise
from lowtide.synth.gates.equivalence import compare
from lowtide.synth.gates.simulation import counting_recipe, gate_level_verilog, mapped_pe, pe_job
from lowtide.synth.targets import GateLibrary

from long_cases import long
from named_arrays import narrow

GATES = GateLibrary()
#: PEs of every kind with few bits, and whole ones, which `make gates` has too.
PRICED = [
    *(narrow(kind, 1, 1, name=f"narrow_{kind}") for kind in KINDS),
    *(representative(kind) if kind == "subword" else long(representative(kind)) for kind in KINDS),
]
MOST = 10_000  #: cycles of a mode
SMALL = ArrayConfig(name="tiny", kind="bit_serial", rows=1, cols=1, lanes=2, x_width=4, w_width=4, acc_width=12)
STAR = ArrayConfig(name="star", rows=1, cols=1, x_width=4, w_width=4, acc_width=12)


@pytest.mark.parametrize("config", PRICED, ids=lambda config: config.name)
def test_the_priced_netlist_computes_every_mode_and_is_proved(config):
    found = check(config, GATES, most=MOST)
    assert (found.failure, found.equivalence.outcome, found.equivalence.line) == ("", "proved", "")
    assert found.outcome == "proved" and found.modes == len(some_modes(found.config)) >= len(found.config.modes())
    slowest = max(map(found.config.cycles_per_beat, found.config.modes()))
    pairs = 1 << 2 + 2 if max(config.x_width, config.w_width) < 8 else 100  #: of a mode, on average
    assert found.operand_pairs >= pairs * found.modes or slowest > 16, "few pairs where a beat is long"


def test_the_netlist_of_a_tile_computes_every_mode_and_is_proved():
    """Its PEs share registers, which the netlist has once: proof and bench are of the whole tile."""
    tile = replace(SMALL, name="tile", rows=4, cols=2, tile_rows=2, tile_cols=2)
    found = check(tile, GATES, most=MOST)
    assert (found.failure, found.outcome) == ("", "proved")
    alone = check(SMALL, GATES, most=MOST)
    assert (found.modes, alone.outcome) == (alone.modes, "proved") and pe_job(tile).top == "priced_tile"
    assert found.equivalence.registers < 4 * alone.equivalence.registers - 2 * SMALL.lanes * SMALL.x_width


def test_the_netlist_that_runs_is_the_one_that_is_counted():
    recipe = counting_recipe(SMALL, GATES)
    job, text = pe_job(SMALL), gate_level_verilog(SMALL, GATES, recipe)
    pe = re.search(r"^module tiny_pe\(.*?^endmodule", text, flags=re.M | re.S)[0]
    cells = re.findall(r"^  (\w+) \w+ \( \.", pe, flags=re.M)
    counted = synthesise(job.verilog, job.top, GATES, recipe, flat=True).total(job.top)["area"]
    assert sum(GATES.cells.area[cell] for cell in cells) == pytest.approx(counted, abs=0.01)
    assert "always" not in pe and " + " not in pe  # nothing of the RTL
    assert "priced" not in text


def test_the_recipe_that_counts_is_the_smaller_one():
    job = pe_job(STAR)
    areas = {
        recipe: synthesise(job.verilog, job.top, GATES, recipe, flat=True).total(job.top)["area"]
        for recipe in GATES.recipes
    }
    assert areas["plain"] != areas["booth"]
    assert counting_recipe(STAR, GATES) == min(areas, key=areas.get)


def changed(netlist, pattern, replacement, which=0):
    """The netlist with one match of a pattern replaced."""
    places = list(re.finditer(pattern, netlist))
    assert len(places) > which, pattern
    place = places[which]
    return netlist[: place.start()] + place.expand(replacement) + netlist[place.end() :]


DEFECTS = {
    "another gate": (r"  nand2 ", "  nor2 "),
    "a full adder without its carry": (r"(full_adder [^;]*\.C\()[^)]*", r"\g<1>1'b0"),
    "a register without its clock gate": (r"(flip_flop [^;]*\.CLK\()_\w+", r"\g<1>clk"),
    "a register behind another clock gate": (
        r"(flip_flop [^;]*\.CLK\()(?!clk)\w+(?=[^;]*\.Q\(result\[3\])",
        r"\g<1>other_gate",
    ),
    "a clock gate that is always open": (r"(clock_gate [^;]*\.EN\()[^)]*", r"\g<1>1'b1"),
    "two inputs exchanged": (r"\.D\(north\[0\]\)", ".D(north[1])"),
    "a reset that does nothing": (r"\(rst\)", "(1'b0)"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_netlist_with_a_defect_is_refuted(defect):
    netlist, top = mapped_pe(SMALL, GATES, "plain")
    rtl = pe_job(SMALL).verilog
    assert compare(rtl, netlist, top, GATES).outcome == "proved"
    gates = re.findall(r"clock_gate [^;]*\.GCLK\((\w+)\)", netlist)
    mine = re.search(r"flip_flop [^;]*\.CLK\((\w+)\),[^;]*\.Q\(result\[3\]\)", netlist)[1]
    other = next(gate for gate in gates if gate != mine)
    pattern, replacement = DEFECTS[defect]
    found = compare(rtl, changed(netlist, pattern, replacement.replace("other_gate", other)), top, GATES)
    assert (found.outcome, found.line) == ("refuted", "Networks are NOT EQUIVALENT.")


def test_a_register_that_is_missing_is_refuted():
    netlist, top = mapped_pe(SMALL, GATES, "plain")
    missing = changed(
        netlist,
        r"flip_flop (\w+) \(\s*\.CLK\(\w+\),\s*\.D\(([^)]*)\),\s*\.Q\((south\[3\])\)\s*\);",
        r"buffer \1 ( .A(\2), .Y(\3) );",
    )
    found = compare(pe_job(SMALL).verilog, missing, top, GATES)
    assert found.outcome == "refuted" and found.line == "only one of both has the register south[3]"


def test_a_bit_that_nothing_drives_is_not_taken_for_anything():
    netlist, top = mapped_pe(SMALL, GATES, "plain")
    open_wire = changed(netlist, r"(full_adder [^;]*\.C\()[^)]*", r"\g<1>nothing").replace(
        "  wire clk;", "  wire clk;\n  wire nothing;"
    )
    with pytest.raises(YosysError, match="ERROR: Found 1 problems in 'check -assert'"):
        compare(pe_job(SMALL).verilog, open_wire, top, GATES)


def test_a_proof_that_takes_too_long_is_undecided():
    config = find("parallel_8x8_l1")
    netlist, top = mapped_pe(config, GATES, "booth")
    found = compare(pe_job(config).verilog, netlist, top, GATES, seconds=1)
    assert (found.outcome, found.line) == ("undecided", "not within 1 s of processor time")


def test_a_netlist_with_a_defect_fails_the_bench():
    text = gate_level_verilog(SMALL, GATES, "plain")
    wrong = changed(text, r"(full_adder [^;]*\.C\()[^)]*", r"\g<1>1'b0", which=3)
    line, *_ = gate_level_bench(load_books(Model(SMALL, verilog_text=wrong, quick=True)))
    assert "results differ, first" in line and "\n" not in line


def test_an_array_of_netlists_computes():
    line, modes, compared, every = gate_level_bench(gate_level_model(SMALL, GATES, "plain"))
    assert (line, modes, every) == ("", len(some_modes(SMALL)), True) and compared >= 256
    pair = replace(SMALL, name="pair", rows=1, cols=2)
    model = Model(pair, verilog_text=gate_level_verilog(pair, GATES, "plain"), quick=True)
    assert gate_level_bench(model)[0] == ""
