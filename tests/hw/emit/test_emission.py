"""The emitted Verilog: each module once, the same bytes always, clean under lint and Yosys, ports as declared."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from lowtide.hw import CONFIGURATIONS, ArrayConfig, Engine, find, verilog
from lowtide.hw.emit import yosys
from lowtide.hw.emit.write import write_configuration, write_mode_word

from emission_checks import PORTS, check_emission, smaller

EDGES = [
    ArrayConfig(name="edge_term_1x1_g1", kind="term", rows=1, cols=1, lanes=1, group=1, w_width=2, x_width=2),
    ArrayConfig(
        name="edge_term_hese_signed",
        kind="term",
        rows=2,
        cols=3,
        lanes=16,
        group=16,
        encodings=("hese",),
        x_types=("signed",),
    ),
    ArrayConfig(
        name="edge_term_binary_unsigned",
        kind="term",
        rows=1,
        cols=2,
        lanes=2,
        group=3,
        encodings=("binary",),
        w_types=("unsigned",),
        x_types=("unsigned",),
        result_buffer=False,
    ),
    ArrayConfig(name="edge_parallel_signed", rows=1, cols=4, lanes=3, x_types=("signed",), w_width=3, acc_width=12),
]


#: The named configurations but for their size, which tests_long has.
SMALLER = {replace(config, name="any"): config for config in map(smaller, CONFIGURATIONS.values())}


@pytest.mark.parametrize("config", [*SMALLER.values(), *EDGES], ids=lambda config: config.name)
def test_verilog_is_clean_and_has_each_module_once(config):
    check_emission(config)


def test_a_repeated_run_in_another_process_writes_the_same_bytes(tmp_path):
    names = ["parallel_4x4_l1", "term_4x4_g8_l1"]
    for folder, seed in (("a", "1"), ("b", "2")):
        command = [sys.executable, "-m", "lowtide", "verilog", *names, "-o", str(tmp_path / folder)]
        subprocess.run(command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed})
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 5 * len(names) + 3
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_64x64_array_has_few_modules():
    config = ArrayConfig(name="wide", kind="term", rows=64, cols=64, lanes=8, group=8)
    text = verilog(Engine(config))
    assert text.count("\nmodule ") < 40
    assert len(re.findall(r"^  wide_pe pe_\d+ \($", text, flags=re.M)) == 64
    assert len(re.findall(r"^  wide_row row_\d+ \($", text, flags=re.M)) == 64


@pytest.mark.parametrize("name", ["parallel_8x8_l8_all_types", "term_8x8_g8_l8_all_types"])
def test_yosys_reads_it_without_a_warning(name, tmp_path):
    (tmp_path / "design.v").write_text(verilog(Engine(find(name))))
    log = yosys.run(
        ["read_verilog design.v", f"hierarchy -check -top {name}", "proc", "check -assert"], folder=tmp_path
    )
    assert [line for line in log.splitlines() if "arning" in line] == []


def test_a_yosys_error_is_an_exception_with_its_line(tmp_path):
    with pytest.raises(yosys.YosysError, match="absent.v"):
        yosys.run(["read_verilog absent.v"], folder=tmp_path)


def test_files_beside_the_verilog_say_what_it_is(tmp_path):
    config = find("term_8x8_g8_l2")
    text = write_configuration(config, tmp_path)
    write_mode_word(tmp_path)
    described = json.loads((tmp_path / f"{config.name}.json").read_text())
    assert [port["name"] for port in described["ports"]] == PORTS
    for port in described["ports"]:
        declared = re.search(rf"^  {port['direction']} (?:\[(\d+):0\] )?{port['name']};", text, flags=re.M)
        assert declared and int(declared[1] or 0) + 1 == port["bits"], port["name"]
    assert {entry["mode"]: entry["cycles_per_beat"] for entry in described["modes"]}["u8 x s8 TR hese g8 k12"] == 6
    assert f"toplevel: {config.name}" in (tmp_path / f"{config.name}.core").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{config.name}.v",
        f"{config.name}.json",
        f"{config.name}.core",
        f"{config.name}.vlt",
        f"{config.name}_bench.v",
        "lowtide_mode.json",
        "lowtide_mode.md",
        "lowtide_mode.h",
    }
