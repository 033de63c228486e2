"""The benchmark: documented names, positive numbers, the report's files. Nothing here asserts a time."""

import json
from dataclasses import replace

import pytest

from lowtide import hw
from lowtide.bench import command as bench
from lowtide.bench.machine import convolution
from lowtide.bench.plan import EngineUnderTest, Number, Plan, operands
from lowtide.command import main
from lowtide.compiler.programs.compiled import compile_network
from lowtide.hw.config.machines import find_machine

TINY = find_machine("tiny")
BOOTH = replace(TINY, name="tiny_booth", array=replace(TINY.array, name="booth_8x4_l1", multiplier="booth"))

SMALL = Plan(
    engines=(
        EngineUnderTest(
            hw.ArrayConfig(name="bench_2x2", kind="parallel", rows=2, cols=2, lanes=2), hw.Mode(x_signed=False)
        ),
    ),
    chunks=3,
    compiled_jobs=5,
    cocotb_jobs=2,
    array_sizes=(2, 3),
    values=(64, 64),
    picture=32,
    machines=(BOOTH,),
    layer=(8, 8),
    repeats=1,
)
NAMES = {
    "golden_term_revealing_million_values_per_second",
    "golden_efficientnet_lite0_integer_seconds_per_picture",
    "verilog_parallel_2x2_l2_seconds",
    "verilog_parallel_3x3_l2_seconds",
    "compiled_bench_2x2_cycles_per_second",
    "compiled_bench_2x2_multiplications_per_second",
    "cocotb_bench_2x2_cycles_per_second",
    "cocotb_bench_2x2_multiplications_per_second",
    "compiled_over_cocotb_bench_2x2_ratio",
    "machine_tiny_booth_cycles_per_second",
    "machine_tiny_booth_stand_in_cycles_per_second",
}


def test_the_report_has_the_documented_names_and_positive_numbers(tmp_path):
    found, paths = bench.run(SMALL, tmp_path / "out")
    written = json.loads((tmp_path / "out" / "bench.json").read_text())
    assert set(written) == NAMES
    assert all(isinstance(value, float) and value > 0 for value in written.values())
    assert written["compiled_over_cocotb_bench_2x2_ratio"] == pytest.approx(
        written["compiled_bench_2x2_cycles_per_second"] / written["cocotb_bench_2x2_cycles_per_second"]
    )
    text = (tmp_path / "out" / "bench.md").read_text()
    assert all(number.name in text for number in found) and all(path.exists() for path in paths)


def test_the_page_is_the_table_of_the_run(tmp_path, capsys, monkeypatch):
    number = Number("some_seconds", 1.5, "what it is")
    monkeypatch.setattr(bench, "steps", lambda plan: [("some", lambda: [number])])
    page = tmp_path / "docs" / "bench.md"
    assert main(["bench", "--repeats", "2", "-o", str(tmp_path / "out"), "--page", str(page)]) == 0
    text = page.read_text()
    assert text == (tmp_path / "out" / "bench.md").read_text() and str(page) in capsys.readouterr().out.replace(
        "\n", ""
    )
    assert "Written by `lowtide bench --repeats 2`" in text and "| some_seconds | 1.5 | - | what it is |" in text


def test_the_published_plan_measures_16x16_and_64x64_of_both_kinds():
    plan = Plan()
    assert [engine.config.name for engine in plan.engines] == ["parallel_16x16_l8", "term_16x16_g8_l8"]
    assert plan.array_sizes == (16, 64)
    assert [machine.name for machine in plan.machines] == ["tiny", "small"]
    for engine in plan.engines:
        engine.config.check_mode(engine.mode)
        x, w = operands(engine, plan, 3)
        assert x.shape[0] == 48 and x.shape[1] == w.shape[0] <= engine.config.largest_k(engine.mode)


@pytest.mark.parametrize("machine", Plan().machines, ids=lambda machine: machine.name)
def test_the_published_layer_fits_its_machines(machine):
    plan = Plan()
    compiled = compile_network(convolution(plan)[0], machine)
    assert sum(layer.multiplications for layer in compiled.layers) == plan.layer[0] ** 2 * plan.layer[1] ** 2 * 9


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["--repeats", "0"], "repeats is 0"),
        (["--repeats", "some"], "repeats is 'some', allowed are 1 and more"),
        (["--nothing"], "--nothing"),
    ],
)
def test_bad_arguments_give_one_line_and_status_2(arguments, named, capsys, tmp_path):
    assert main(["bench", *arguments, "--output", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and named in lines[0]


def test_an_output_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["bench", "--output", str(tmp_path / "file")]) == 2
    assert "output is" in capsys.readouterr().err


def test_a_missed_expectation_is_said():
    assert Number("a_ratio", 9.0, "", least=10).expected == "at least 10: MISSED"
    assert Number("a_ratio", 10.0, "", least=10).expected == "at least 10"
    assert Number("some_seconds", 21.0, "", most=20).expected == "at most 20: MISSED"
    assert Number("some_seconds", 21.0, "").expected == "-"
