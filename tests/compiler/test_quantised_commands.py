"""`lowtide compile` of quantised models: codes are kept, the input's range is asked for, no option is dropped."""

import numpy as np
import onnx
import pytest
from onnxruntime.quantization import quantize_static

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import compile_model
from lowtide.compiler.onnx.quantised_importer import import_quantised
from lowtide.compiler.programs.folder import read_program
from lowtide.compiler.run_command import run_program

from onnx_models import classifier, draws, model
from quantised_models import Pictures, rounding

SHAPE = (3, 7, 6)  #: channels first


@pytest.fixture
def floating(tmp_path):
    """A model in floating point."""
    nodes, constants = classifier(draws(np.random.default_rng(3)), "y")
    onnx.save(model(nodes, ["N", *SHAPE], constants), tmp_path / "float.onnx")
    return tmp_path / "float.onnx"


def test_a_quantised_model_keeps_its_codes(floating, tmp_path):
    """Quantised by ONNX Runtime: compiled without calibration, to the codes of the imported network."""
    samples = draws(np.random.default_rng(5))(6, *SHAPE)
    model = tmp_path / "quantised.onnx"
    quantize_static(floating, model, Pictures(samples))
    np.save(tmp_path / "samples.npy", samples)
    arguments = [model, "--machine", "parallel_flex", "-o", tmp_path / "program"]
    assert run(compile_model, list(map(str, arguments))) == 0
    arguments = [tmp_path / "program", "--input", tmp_path / "samples.npy", "--on", "model", "-o", tmp_path / "out"]
    assert run(run_program, list(map(str, arguments))) == 0
    expected = import_quantised(model).run_integers(samples.transpose(0, 2, 3, 1)).codes
    assert np.array_equal(np.load(tmp_path / "out" / "codes.npy").reshape(expected.shape), expected)


@pytest.fixture
def real_input(tmp_path):
    """A quantised model that does not round its input."""
    constants = {"w": draws(np.random.default_rng(4))(8, 3, 2, 2)}
    weights, _ = rounding("w", "wr", 0.04, 4, True, constants)
    end, _ = rounding("c", "y", 0.07, 8, True, constants)
    onnx.save(model([*weights, ("Conv", "x wr", "c", {}), *end], ["N", *SHAPE], constants), tmp_path / "real.onnx")
    return tmp_path / "real.onnx"


def test_an_input_that_is_not_rounded_needs_its_range(real_input, tmp_path, capsys):
    arguments = [str(real_input), "--machine", "parallel_flex", "-o", str(tmp_path / "program")]
    assert run(compile_model, arguments) == 2
    line = "error: input x is not rounded, allowed is that with its input_range (--input-range)\n"
    assert capsys.readouterr().err.endswith(line)
    assert run(compile_model, [*arguments, "--input-range", "-1,3"]) == 0
    source = read_program(tmp_path / "program").source
    assert (source.encode(np.array([-1.0, 3.0])) == [0, 255]).all()


@pytest.mark.parametrize(
    "options, field",
    [
        (["--weights", "fixed:8"], "weights"),
        (["--x-bits", "8"], "x_bits"),
        (["--calibration", "samples.npy"], "calibration"),
        (["--compensate"], "compensate"),
    ],
)
def test_nothing_that_is_stated_of_a_quantised_model_is_dropped(real_input, tmp_path, capsys, options, field):
    arguments = [str(real_input), "--machine", "parallel_flex", "-o", str(tmp_path / "p"), "--input-range", "0,1"]
    assert run(compile_model, [*arguments, *options]) == 2
    line = f"error: {field} is given, allowed is it with models in floating point: this one is quantised\n"
    assert capsys.readouterr().err.endswith(line) and not (tmp_path / "p").exists()


@pytest.mark.parametrize("stated", ["1,0", "1", "0,1,2", "0,inf", "a,b"])
def test_a_range_is_two_numbers(real_input, tmp_path, capsys, stated):
    arguments = [str(real_input), "--machine", "parallel_flex", "-o", str(tmp_path / "p"), "--input-range", stated]
    assert run(compile_model, arguments) == 2
    assert f"input_range is '{stated}', allowed are " in capsys.readouterr().err


def test_a_range_is_of_quantised_models(floating, tmp_path, capsys):
    arguments = [str(floating), "--machine", "parallel_flex", "-o", str(tmp_path), "--input-range", "0,1"]
    assert run(compile_model, arguments) == 2
    line = "error: input_range is given, allowed is it with models that are quantised: this one is not\n"
    assert capsys.readouterr().err.endswith(line)
