"""Speed: the wrapper adds registers and nothing slow, a placed design is a number, what does not fit says so."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lowtide.command import main
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import representative
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.pe import KINDS
from lowtide.synth.flow import synthesise
from lowtide.synth.speed import fmax, kept_fmax, place
from lowtide.synth.speed.command import default_units
from lowtide.synth.speed.fmax import UNITS, Measured, _placed
from lowtide.synth.speed.place import DEVICES, Placed, PlacementError, netlist
from lowtide.synth.speed.wrapper import Wrapper
from lowtide.synth.targets import target

SMALL = ArrayConfig(name="little", kind="parallel", x_width=4, w_width=4, acc_width=16, multiplier="booth")
SHIFT = """
module shift(input clk, input d, output q);
  reg [{last}:0] bits;
  assign q = bits[{last}];
  always @(posedge clk) bits <= {{bits, d}};
endmodule
"""


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))


def mapped(verilog_text, top, name):
    from lowtide.synth.flow import mapped_verilog

    return netlist(mapped_verilog(verilog_text, top, target(name), "plain"), top, target(name))


def test_the_wrapper_adds_a_register_for_each_port_bit_and_a_tree_of_luts():
    pe = SMALL.pe.processing_element(SMALL)
    wrapper = Wrapper(pe)
    ports = {name: len(value) for name, value, _ in pe.ports()}
    outputs = sum(ports[name] for name in ("control_out", "east", "south", "done", "result"))
    assert (wrapper.input_bits, wrapper.output_bits) == (sum(ports.values()) - outputs, outputs)
    alone = synthesise(verilog(pe), pe.name, target("ice40"), "plain").total(pe.name)
    text = verilog(wrapper)
    both = synthesise(text, wrapper.name, target("ice40"), "plain").total(wrapper.name)
    tree, width = [], outputs
    while width > 1:
        width = -(-width // 4)
        tree.append(width)
    assert both["ff"] - alone["ff"] == wrapper.input_bits + outputs + sum(tree)
    assert both["area"] - alone["area"] <= sum(tree)


def test_a_unit_has_a_frequency_that_is_kept():
    assert kept_fmax(SMALL, "pe", "ice40") is None
    found = fmax(SMALL, "pe", "ice40")
    assert found.failed is None and len(found.seeds) == 3
    assert sorted(found.seeds.values())[1] == found.fmax <= found.best == max(found.seeds.values())
    assert 50 < found.fmax < 400
    assert 1000 / found.fmax == pytest.approx(found.logic_ns + found.routing_ns, abs=0.05)
    assert found.steps > 1, "the longest path is not one of the wrapper, which has a LUT at most"
    assert kept_fmax(SMALL, "pe", "ice40") == found
    assert kept_fmax(SMALL, "array", "ice40") is None


def test_a_tile_is_measured_whole():
    tiled = replace(SMALL, rows=8, cols=8, tile_rows=2, tile_cols=8)
    found = {unit: Measured(tiled, unit, "ice40").hardware for unit in UNITS}
    assert {unit: (each.rows, each.cols) for unit, each in found.items()} == {"pe": (2, 8), "array": (4, 8)}
    assert {unit: Measured(SMALL, unit, "ice40").hardware.rows for unit in UNITS} == {"pe": 1, "array": 4}


def test_a_shift_register_is_as_fast_on_every_run_and_has_no_cell_in_its_path():
    text = mapped(SHIFT.format(last=7), "shift", "ice40")
    found = place.place(text, DEVICES["ice40"], 1)
    assert found.steps == 0 and found.cells["ICESTORM_LC"] in (8, 9) and found.fmax > 300
    assert place.Placed(**place._placed(text, DEVICES["ice40"], 1)) == found


@pytest.mark.parametrize("unroutable, placed", [((), [1, 2, 3]), ((2,), [1, 3, 4]), ((1, 3), [2, 4, 5])])
def test_a_seed_that_cannot_be_routed_is_replaced(monkeypatch, unroutable, placed):
    monkeypatch.setitem(_placed.__globals__, "place", lambda mapped, device, seed: placed_or_not(seed, unroutable))
    assert list(_placed("", DEVICES["ecp5"])) == placed


@pytest.mark.parametrize("unroutable, line", [((1, 2, 4), "Failed to route"), ((), "does not fit")])
def test_too_few_seeds_and_other_failures_are_failures(monkeypatch, unroutable, line):
    def failing(mapped, device, seed):
        return placed_or_not(seed, unroutable) if unroutable else fail("it does not fit")

    monkeypatch.setitem(_placed.__globals__, "place", failing)
    with pytest.raises(PlacementError, match=line):
        _placed("", DEVICES["ecp5"])


def placed_or_not(seed, unroutable):
    if seed in unroutable:
        fail("ERROR: Failed to route arc 0.0 of net 'clk'")
    return Placed(fmax=100.0, routing_ns=1.0, logic_ns=1.0, steps=1, cells={})


def fail(line):
    raise PlacementError(line)


def test_what_does_not_fit_fails_with_the_line_of_the_tool():
    text = mapped(SHIFT.format(last=7999), "shift", "ice40")
    with pytest.raises(PlacementError, match="ERROR"):
        place.place(text, DEVICES["ice40"], 1)


@pytest.mark.parametrize(
    "unit, name, said",
    [
        ("tile", "ice40", "unit is 'tile', allowed are pe, array"),
        ("pe", "xc7", "target is 'xc7', allowed are ecp5, ice40"),
    ],
)
def test_an_unknown_unit_or_target_is_one_line(unit, name, said):
    with pytest.raises(ValueError, match=said):
        fmax(SMALL, unit, name)


def test_a_run_writes_a_table_and_its_numbers(tmp_path, capsys, monkeypatch):
    arguments = ["term_4x4_g8_l1", "--unit", "pe", "--target", "ice40", "-o", str(tmp_path / "out"), "--jobs", "1"]
    assert main(["speed", *arguments]) == 0
    (row,) = json.loads((tmp_path / "out" / "speed.json").read_text())["rows"]
    assert (row["config"], row["unit"], row["device"], row["failed"]) == ("term_4x4_g8_l1", "pe", "iCE40HX8K", None)
    assert f"| {row['fmax']:.1f} | {row['best']:.1f} |" in (tmp_path / "out" / "speed.md").read_text()
    before = (tmp_path / "out" / "speed.json").read_bytes()
    page = tmp_path / "docs" / "speed.md"
    assert main(["speed", *arguments, "--page", str(page)]) == 0
    assert (tmp_path / "out" / "speed.json").read_bytes() == before
    assert page.read_bytes() == (tmp_path / "out" / "speed.md").read_bytes()
    assert "Written by `lowtide speed term_4x4_g8_l1 --target ice40 --unit pe`: 1 units, none" in page.read_text()


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["parallel_9x9"], "config is 'parallel_9x9'"),
        (["--target", "xc7"], "target is 'xc7', allowed are ecp5, ice40"),
        (["--unit", "edge"], "unit is 'edge', allowed are pe, array"),
        (["--jobs", "0"], "jobs is 0"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(arguments, said, capsys):
    assert main(["speed", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_what_does_not_end_is_a_failure_in_the_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("lowtide.synth.speed.place.PATIENCE", 0.01)
    monkeypatch.setattr("lowtide.synth.speed.command.ProcessPoolExecutor", Here)
    arguments = ["parallel_4x4_l1", "--unit", "pe", "--target", "ice40", "-o", str(tmp_path / "out")]
    assert main(["speed", *arguments]) == 1
    assert "nextpnr did not end within 0.01 s" in (tmp_path / "out" / "speed.md").read_text()


class Here(ThreadPoolExecutor):
    """A pool of processes that is this process."""

    def __init__(self, jobs, **_):
        super().__init__(jobs)


def test_without_nextpnr_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(
        "lowtide.synth.speed.command.DEVICES",
        {name: place.Device("no-such-nextpnr", (), "none", "", "") for name in DEVICES},
    )
    assert main(["speed", "parallel_4x4_l1"]) == 2
    assert "pip install 'lowtide[speed]'" in capsys.readouterr().err


def test_every_kind_is_measured_as_pe_and_as_array_by_default():
    units = default_units()
    assert len(units) == len(set(units))
    for config in map(representative, KINDS):
        assert {(config.name, "pe"), (config.name, "array")} <= set(units)
    assert {("parallel_8x8_l8", "pe"), ("parallel_8x8_l8_booth", "pe"), ("term_8x8_g8_l8", "pe")} <= set(units)
