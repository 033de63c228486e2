"""The largest codes of a vector, as a record on golden's machine."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.kernels.largest import largest
from lowtide.compiler.layouts.layout import Layout
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

from machine_layers import run_kernel

ARRAY = ArrayConfig(name="array", kind="parallel", rows=4, cols=4, lanes=4)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 14, post=POST, top_k=6)


def vector(channels, *, base=0, **form):
    return Layout.of(1, 1, channels, values=4 if form.get("bits", 8) == 8 else 2, array_rows=4, base=base, **form)


@pytest.mark.parametrize("seed", range(12))
def test_the_largest_codes_come_with_their_channels(seed):
    rng = np.random.default_rng(seed)
    is_signed, channels, k = bool(seed % 2), int(rng.integers(1, 300)), int(rng.integers(1, 7))
    source = vector(channels, signed=is_signed)
    target = vector(2 * k, base=source.end, bits=16, signed=True)
    few = int(rng.choice([3, 256]))  # with few different codes there are equal ones
    x = (
        rng.integers(-(few // 2), few - few // 2, (1, 1, channels))
        if is_signed
        else rng.integers(0, few, (1, 1, channels))
    )
    pairs = run_kernel(CONFIG, largest(CONFIG, source, target), [(source, x)], target).reshape(k, 2)
    order = sorted(range(channels), key=lambda n: -x[0, 0, n])[:k]
    expected = [(x[0, 0, n], n) for n in order] + [(0, 0)] * (k - len(order))
    assert pairs.tolist() == [list(each) for each in expected]


@pytest.mark.parametrize(
    "source, target, line",
    [
        (vector(9), vector(3, bits=16), "channels of the output is 3, allowed on around are even numbers up to 12"),
        (vector(9), vector(14, bits=16), "channels of the output is 14, allowed on around are even numbers up to 12"),
        (replace(vector(9), rows=2), vector(2, bits=16), "the input has 2 x 1 pixels, allowed is one"),
        (vector(9), replace(vector(2), planes=True), "the output lies in bit planes, allowed are whole values"),
        (vector(257), vector(2), "channels of the input is 257, allowed with an output of 8 bits are 256"),
    ],
)
def test_refusals_are_one_line(source, target, line):
    with pytest.raises(ValueError, match=line):
        largest(CONFIG, source, target)
