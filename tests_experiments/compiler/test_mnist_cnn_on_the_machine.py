"""mnist-8 as a user compiles it, on the RTL of a machine with 32 multipliers: golden's results, the model's cycles."""

import numpy as np

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import compile_model
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.folder import read_program
from lowtide.compiler.programs.running import Golden, Rtl, results
from lowtide.workloads.data.mnist import mnist
from lowtide.workloads.networks.mnist_cnn import mnist_cnn, model_file, prepare

MACHINE = """
feature_bytes = 32768
weight_bytes = 16384
parameters = 64
taps = 64
bus_bits = 64
post = ["operand", "vector"]

[array]
kind = "parallel"
rows = 8
cols = 4
lanes = 1
"""
CYCLES = 29_000  #: of a picture; NNgen's 25 multipliers take 50,545


def test_mnist_8_on_the_rtl(tmp_path):
    (tmp_path / "with_32.toml").write_text(MACHINE)
    digits = mnist()
    np.save(tmp_path / "calibration.npy", prepare(digits.train[:100]))
    arguments = [model_file(), "--machine", tmp_path / "with_32.toml", "--calibration", tmp_path / "calibration.npy"]
    assert run(compile_model, [*map(str, arguments), "-o", str(tmp_path / "program")]) == 0
    program = read_program(tmp_path / "program")
    pictures = prepare(digits.test[:100])
    names = tuple(map(str, range(100)))
    golden = list(results(program, Golden(program), names, pictures))
    found = np.array([result.codes.argmax() for result in golden])
    assert (found == digits.test_labels[:100]).mean() > 0.95
    assert (found == mnist_cnn().run(pictures).argmax(axis=1)).mean() > 0.97
    predicted = list_cycles(program.records(), program.config, profiled=True).cycles
    rtl = Rtl(program, quick=True)
    for expected, result in zip(golden[:3], results(program, rtl, names[:3], pictures[:3]), strict=True):
        assert np.array_equal(result.codes, expected.codes)
        assert result.run is not None and result.run.cycles == predicted
    assert predicted < CYCLES
