"""Pixels in another order, as records on golden's machine, against NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.kernels.moved import moved
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.lists.program import Program
from lowtide.golden.machine import Interpreter
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

ARRAY = ArrayConfig(name="array", rows=4, cols=4, lanes=4)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 14, post=POST)


def run(source, target, pixels, codes):
    program = Program(CONFIG)
    for kernel in moved(CONFIG, source, target, pixels):
        program.run(kernel)
    image = program.image()
    machine = Interpreter(CONFIG, np.frombuffer(image.data, np.uint8).copy())
    memory = machine.local(Memory.FEATURE)
    memory[:] = np.random.default_rng(1).integers(0, 256, memory.shape)
    source.put(memory, codes)
    machine.run_at(image.execution)
    return target.get(memory), len(program.records)


@pytest.mark.parametrize("what", ["transposed", "reshaped", "part", "backwards", "windows"])
@pytest.mark.parametrize("seed", range(5))
def test_pixels_are_moved(what, seed):
    rng = np.random.default_rng([seed, len(what)])
    rows, columns, channels = (2 * int(each) for each in rng.integers(1, 6, 3))
    numbers = np.arange(rows * columns).reshape(rows, columns)
    pixels = {
        "transposed": numbers.T,
        "reshaped": numbers.reshape(columns, rows),
        "part": numbers[rows // 2 :, ::2],
        "backwards": numbers[::-1, ::-1],
        "windows": numbers.reshape(rows // 2, 2, columns // 2, 2).transpose(0, 2, 1, 3).reshape(-1, 2),
    }[what]
    values, into = (int(each) for each in rng.integers(1, 5, 2))
    source = Layout.of(rows, columns, channels, values=values, array_rows=4, reader_columns=int(rng.integers(1, 9)))
    target = Layout.of(*pixels.shape, channels, values=into, array_rows=4, base=source.room)
    codes = rng.integers(0, 256, (rows, columns, channels))
    assert np.array_equal(run(source, target, pixels, codes)[0], codes.reshape(-1, channels)[pixels])


def test_all_at_once_where_distances_are_equal():
    source = Layout.of(6, 8, 4, values=4, array_rows=4)
    target = Layout.of(8, 6, 4, values=4, array_rows=4, base=source.room)
    codes = np.arange(192).reshape(6, 8, 4)
    pixels = np.arange(48).reshape(6, 8).T
    assert run(source, target, pixels, codes)[1] <= 3  # taps, parameters, one record


@pytest.mark.parametrize(
    "pixels, apart, line",
    [
        (np.array([[0, 1, 3]]), 1, "pixels of a row lie at different distances"),
        (
            np.arange(12).reshape(4, 3),
            1,
            r"^pixels are \(4, 3\), stored apart by 1, allowed are 1 x 3 stored",
        ),
        (np.array([[0, 1, 2]]), 2, "stored apart by 2, allowed are 1 x 3 stored together$"),
    ],
)
def test_refusals_are_one_line(pixels, apart, line):
    source = replace(Layout.of(4, 4, 4, values=4, array_rows=4), apart=apart)
    with pytest.raises(ValueError, match=line):
        moved(CONFIG, source, Layout.of(1, 3, 4, values=4, array_rows=4, base=64), pixels)


def test_too_many_records_are_refused():
    rng = np.random.default_rng(1)
    source = Layout.of(1, 200, 4, values=4, array_rows=4)
    target = Layout.of(150, 1, 4, values=4, array_rows=4, base=200)
    with pytest.raises(ValueError, match="^pixels are moved by [0-9]+ records, allowed are 64$"):
        moved(CONFIG, source, target, rng.permutation(200)[:150, None])
