"""`lowtide compile` and `lowtide run`: from a file of ONNX to results of the RTL, and bad input in one line."""

import json
import re

import numpy as np
import onnx
import pytest
from PIL import Image

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import compile_model
from lowtide.compiler.programs.folder import read_program
from lowtide.compiler.run_command import run_program
from lowtide.hw.config.machines import find_machine

from onnx_models import classifier, draws, model, reference

RNG = np.random.default_rng(7)
SHAPE = (3, 7, 6)  #: channels first


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a model, samples, pictures, and the model compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    draw = draws(np.random.default_rng(3))
    nodes, constants = classifier(draw, "g")
    made = model([*nodes, ("Softmax", "g", "y", {})], ["N", *SHAPE], constants)
    onnx.save(made, folder / "net.onnx")
    samples = draw(6, *SHAPE)
    np.save(folder / "samples.npy", samples)
    (folder / "pictures").mkdir()
    for number in range(3):
        levels = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
        Image.fromarray(levels).save(folder / "pictures" / f"{number}.png")
    arguments = [folder / "net.onnx", "--machine", "parallel_flex", "--calibration", folder / "samples.npy"]
    assert run(compile_model, [*map(str, arguments), "-o", str(folder / "program")]) == 0
    return folder, made, samples


def test_the_rtl_gives_what_the_model_says(files, tmp_path, capsys):
    folder, made, samples = files
    arguments = [folder / "program", "--input", folder / "samples.npy", "--on", "rtl", "--quick", "-o", tmp_path]
    assert run(run_program, [*map(str, arguments), "--limit", "2"]) == 0
    said = capsys.readouterr().out
    assert "all 2 are golden's, bit for bit" in said and "the RTL is the Verilog as lowtide writes it" in said
    found = np.load(tmp_path / "results.npy").reshape(2, 5)
    assert np.abs(found - reference(made, samples[:2])).max() < 0.1
    counted = json.loads((tmp_path / "cycles.json").read_text())
    assert [each["sample"] for each in counted] == ["samples 0", "samples 1"] and counted[0]["cycles"] > 100
    names = {event["name"] for event in json.loads((tmp_path / "trace.json").read_text())["traceEvents"]}
    assert {"r", "p", "g"} <= set(" + ".join(names).split(" + "))


def test_a_run_with_stand_ins_is_the_same_and_says_so(files, tmp_path, capsys):
    folder, *_ = files
    program, samples = str(folder / "program"), str(folder / "samples.npy")
    arguments = [program, "--input", samples, "--limit", "1", "--on", "rtl", "--quick"]
    for options, name in (([], "shipped"), (["--stand-in"], "stand-in")):
        assert run(run_program, [*arguments, *options, "-o", str(tmp_path / name)]) == 0
    said = capsys.readouterr().out
    assert (
        said.count("the RTL has stand-ins of the PEs, proved to do the same: multiplier is inferred in place of booth")
        == 1
    )
    for name in ("codes.npy", "cycles.json", "trace.json"):
        assert (tmp_path / "shipped" / name).read_bytes() == (tmp_path / "stand-in" / name).read_bytes()
    assert run(run_program, [program, "--input", samples, "--stand-in", "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "error: on is golden, allowed with stand-in is rtl\n"


def test_what_a_search_finds_is_told(files, tmp_path, capsys):
    folder, *_ = files
    arguments = [folder / "net.onnx", "--machine", "parallel_flex", "--calibration", folder / "samples.npy"]
    assert run(compile_model, [*map(str, arguments), "--search", "20", "-o", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    after, looked = re.search(
        r"search: [\d,]+ cycles before, ([\d,]+) after.*; (\d+) candidates looked at", said
    ).groups()
    assert f"{after} cycles, predicted" in said and 0 < int(looked) <= 20
    assert run(run_program, [str(tmp_path), "--input", str(folder / "samples.npy"), "--on", "model"]) == 0


def test_a_softmax_at_the_end_that_the_machine_does_not_have_is_left_off(files, tmp_path, capsys):
    folder, made, samples = files
    machine = tmp_path / "without.toml"
    fields = find_machine("parallel_flex").fields() | {"name": "without", "post": ["operand", "vector"]}
    array = fields.pop("array")
    lines = [f"{name} = {json.dumps(value)}" for name, value in fields.items()]
    lines += ["[array]", *(f"{name} = {json.dumps(value)}" for name, value in array.items() if value is not None)]
    machine.write_text("\n".join(lines))
    arguments = [folder / "net.onnx", "--machine", machine, "--calibration", folder / "samples.npy"]
    assert run(compile_model, [*map(str, arguments), "-o", str(tmp_path / "p")]) == 0
    said = capsys.readouterr().out
    why = "post of without is operand, vector, allowed for this layer is one with product; --host leaves it to the host"
    assert f"softmax y at the end is left off ({why}): the result is what it takes\n" in said
    arguments = [tmp_path / "p", "--input", folder / "samples.npy", "-o", tmp_path / "out"]
    assert run(run_program, list(map(str, arguments))) == 0
    found = np.load(tmp_path / "out" / "results.npy").reshape(len(samples), 5)
    scores = np.exp(found - found.max(axis=1, keepdims=True))
    assert np.abs(scores / scores.sum(axis=1, keepdims=True) - reference(made, samples)).max() < 0.1


def test_pictures_are_scaled_and_seen_by_their_levels(files, tmp_path):
    folder, *_ = files
    options = ["--calibration", folder / "pictures", "--mean", "127", "--deviation", "64,64,64", "-o", tmp_path / "p"]
    assert run(compile_model, list(map(str, [folder / "net.onnx", "--machine", "parallel_flex", *options]))) == 0
    program = read_program(tmp_path / "p")
    assert program.levels.mean == (127.0,) and program.levels.deviation == (64.0, 64.0, 64.0)
    assert run(run_program, list(map(str, [tmp_path / "p", "--input", folder / "pictures", "-o", tmp_path / "r"]))) == 0
    assert np.load(tmp_path / "r" / "codes.npy").shape == (3, 1, 1, 5)


def test_what_the_machine_does_not_have_is_left_to_the_host(files, tmp_path, capsys):
    """A softmax at the end and pooling, where the machine is built without: compiled, run, in the model and on the
    RTL."""
    folder, made, samples = files
    pool = "max_pool: post of tiny is operand, allowed for this layer is one with vector"
    softmax = "softmax: post of tiny is operand, allowed for this layer is one with product"
    for machine, steps in (("parallel_flex", ""), ("tiny", f"p ({pool}), y ({softmax})")):
        arguments = [folder / "net.onnx", "--machine", machine, "--calibration", folder / "samples.npy", "--host"]
        assert run(compile_model, [*map(str, arguments), "-o", str(tmp_path / machine)]) == 0
        said = capsys.readouterr().out
        assert f"left to the host: {steps}\n" in said if steps else "left to the host" not in said
        arguments = [tmp_path / machine, "--input", folder / "samples.npy", "--on", "model", "-o", tmp_path / "out"]
        assert run(run_program, list(map(str, arguments))) == 0
        found = np.load(tmp_path / "out" / "results.npy").reshape(len(samples), 5)
        assert np.abs(found - reference(made, samples)).max() < 0.1
        assert ("| host |" in (tmp_path / machine / "explain.md").read_text()) == bool(steps)
    arguments = [
        tmp_path / "parallel_flex",
        "--input",
        folder / "samples.npy",
        "--on",
        "rtl",
        "--quick",
        "--limit",
        "1",
    ]
    assert run(run_program, [*map(str, arguments), "-o", str(tmp_path / "out")]) == 0
    assert "all 1 are golden's, bit for bit" in capsys.readouterr().out


def test_a_program_is_the_same_bytes_again(files, tmp_path):
    folder, *_ = files
    arguments = [folder / "net.onnx", "--machine", "parallel_flex", "--calibration", folder / "samples.npy"]
    assert run(compile_model, [*map(str, arguments), "-o", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in (folder / "program").iterdir()}
    assert names >= {"program.json", "image.bin", "program.h", "example.c", "lowtide_driver.c", "explain.html"}
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / "program" / name).read_bytes()


@pytest.mark.parametrize(
    "options, line",
    [
        (["--machine", "none"], "machine is 'none', allowed are tiny"),
        (["--machine", "tiny"], "layer p: post of tiny is operand, allowed for this layer is one with vector"),
        (["--mean", "1,x"], "mean is '1,x', allowed are numbers"),
        (["--deviation", "0"], "deviation is (0.0,), allowed are numbers other than 0"),
        (["--weights", "fixed:1"], "bits is 1, allowed"),
        (["--weights", "tr:8:8"], "layer r:"),
        (["--search", "0"], "search is 0, allowed are 1 and more"),
        (["--calibration", "nowhere"], "samples are nowhere"),
    ],
)
def test_bad_options_are_one_line(files, tmp_path, capsys, options, line):
    folder, *_ = files
    arguments = [str(folder / "net.onnx"), "--machine", "parallel_flex", *options, "-o", str(tmp_path / "out")]
    assert run(compile_model, arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ") and line in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "broken",
    [
        *("cut", "changed", "no image", "not JSON", "other version", "lacks a field"),
        *("another machine", "identity of another", "identity cut", "identity a number", "no identity"),
    ],
)
def test_broken_programs_are_refused(files, tmp_path, capsys, broken):
    folder, *_ = files
    for name in ("program.json", "image.bin"):
        (tmp_path / name).write_bytes((folder / "program" / name).read_bytes())
    image, program = tmp_path / "image.bin", tmp_path / "program.json"
    stated = json.loads(program.read_text())
    if broken == "cut":
        image.write_bytes(image.read_bytes()[:-1])
    elif broken == "changed":
        image.write_bytes(b"\1" + image.read_bytes()[1:])
    elif broken == "no image":
        image.unlink()
    elif broken == "not JSON":
        program.write_text("{")
    elif broken == "other version":
        program.write_text(json.dumps(stated | {"version": 0}))
    elif broken == "another machine":
        stated["machine"]["outstanding"] += 1
        program.write_text(json.dumps(stated))
    elif broken.startswith("identity"):
        own = stated["identity"]
        wrong = {"of another": f"{int(own, 16) ^ 1:#010x}", "cut": own[:-1], "a number": int(own, 16)}
        stated["identity"] = wrong[broken.removeprefix("identity ")]
        program.write_text(json.dumps(stated))
    else:
        part, name = (stated, "identity") if broken == "no identity" else (stated["source"], "scale")
        del part[name]
        program.write_text(json.dumps(stated))
    arguments = [str(tmp_path), "--input", str(folder / "samples.npy"), "-o", str(tmp_path / "out")]
    assert run(run_program, arguments) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: ") and not (tmp_path / "out").exists()
    assert not broken.startswith(("identity", "another")) or lines[0].startswith("error: identity of the program is ")
