"""mnist-8, a trained network from elsewhere, as a user runs it: two commands, and every byte of memory golden's."""

import json

import numpy as np
import onnx
import pytest

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import compile_model
from lowtide.compiler.run_command import run_program
from lowtide.workloads.data.digits import digits
from lowtide.workloads.networks.mnist_cnn import mnist_cnn, model_file

#: 32 multipliers on a bus of eight bytes, with what the network needs behind them.
MACHINE = """
name = "with_32"
feature_bytes = 32768
weight_bytes = 16384
parameters = 64
bus_bits = 64
post = ["operand", "vector"]

[array]
name = "parallel_8x4_l1"
kind = "parallel"
rows = 8
cols = 4
"""
CYCLES = 28_000  #: the aim for a picture


@pytest.fixture(scope="module")
def stored():
    """The picture that comes with the model [1, 1, 28, 28], and the model's scores of it [1, 10]."""
    folder = model_file().parent / "test_data_set_0"
    return tuple(
        onnx.numpy_helper.to_array(onnx.TensorProto.FromString((folder / f"{name}_0.pb").read_bytes()))
        for name in ("input", "output")
    )


@pytest.fixture(scope="module")
def others():
    """Handwritten digits of another set, three times as large, [40, 1, 28, 28]."""
    pictures = np.kron(digits().test[:40, :, :, 0], np.ones((3, 3)))
    return np.pad(pictures * (255 / pictures.max()), ((0, 0), (2, 2), (2, 2)))[:, None].astype(np.float32)


@pytest.fixture(scope="module")
def program(stored, others, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mnist8")
    (folder / "with_32.toml").write_text(MACHINE)
    np.save(folder / "calibration.npy", np.concatenate([stored[0].reshape(1, 1, 28, 28), others[2:]]))
    arguments = [model_file(), "--machine", folder / "with_32.toml", "--calibration", folder / "calibration.npy"]
    assert run(compile_model, [*map(str, arguments), "-o", str(folder / "program")]) == 0
    return folder / "program"


def test_pictures_on_the_rtl_are_golden_and_as_fast_as_they_are_to_be(program, stored, others, tmp_path, capsys):
    samples = np.concatenate([stored[0].reshape(1, 1, 28, 28), others[:2]])
    np.save(tmp_path / "samples.npy", samples)
    arguments = [program, "--input", tmp_path / "samples.npy", "--on", "rtl", "--quick", "-o", tmp_path]
    assert run(run_program, list(map(str, arguments))) == 0
    assert "all 3 are golden's, bit for bit" in capsys.readouterr().out
    found = np.load(tmp_path / "results.npy").reshape(3, 10)
    expected = mnist_cnn().run(samples.transpose(0, 2, 3, 1))
    assert np.allclose(expected[0], stored[1][0], rtol=1e-4, atol=0.01)
    assert (found.argmax(1) == expected.argmax(1)).all()
    assert np.abs(found - expected).max() < 0.05 * np.abs(expected).max()
    counted = json.loads((tmp_path / "cycles.json").read_text())
    assert [each["cycles"] for each in counted] == [counted[0]["cycles"]] * 3
    assert 25_000 < counted[0]["cycles"] <= CYCLES


def test_cycles_are_predicted(program, others, tmp_path, capsys):
    np.save(tmp_path / "samples.npy", others[:1])
    said = {}
    for on in ("model", "rtl"):
        arguments = [program, "--input", tmp_path / "samples.npy", "--on", on, "--quick", "-o", tmp_path / on]
        assert run(run_program, list(map(str, arguments))) == 0
        said[on] = capsys.readouterr().out
    (measured,) = json.loads((tmp_path / "rtl" / "cycles.json").read_text())
    assert f" {measured['cycles']:,} " in said["rtl"] and f" {measured['cycles']:,} " in said["model"]
