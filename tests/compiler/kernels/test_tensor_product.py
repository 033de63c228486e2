"""Products of two computed tensors, and first layers with unfolded pictures, against NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.kernels.convolution import convolution, input_layout
from lowtide.compiler.kernels.requantise import Requantisation
from lowtide.compiler.kernels.tensor_product import check_tensor_weights, tensor_product
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.unfold import unfolded_picture, unfolded_weights
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine

from machine_layers import run_kernel
from numpy_layers import convolved, limited_shift

ARRAY = ArrayConfig(name="array", rows=4, cols=4, lanes=4, w_types=("signed", "unsigned"))
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 13, post=POST)


@pytest.mark.parametrize("w_signed", [True, False])
@pytest.mark.parametrize("columns, channels", [(8, 8), (5, 7), (1, 3), (9, 16)])
def test_products_of_tensors(columns, channels, w_signed):
    rng = np.random.default_rng(columns)
    mode = Mode(w_signed=w_signed)
    a = input_layout(CONFIG, mode, 3, 5, channels)
    low = -128 if w_signed else 0
    b = Layout.of(1, columns, channels, values=4, array_rows=4, base=a.end, signed=w_signed)
    target = Layout.of(3, 5, columns, values=4, array_rows=4, base=b.end + 8, signed=True)
    x, w = rng.integers(-128, 128, (3, 5, channels)), rng.integers(low, low + 256, (1, columns, channels))
    rules = Requantisation(multiplier=3, shift=11, low=-128, high=127)
    kernel = tensor_product(CONFIG, mode, a, b, target, bias=77, requantise=rules)
    found = run_kernel(CONFIG, kernel, [(a, x), (b, w)], target)
    assert np.array_equal(found, limited_shift(x @ w[0].T + 77, 3, 11, -128, 127))


@pytest.mark.parametrize("seed", range(16))
def test_products_of_tensors_with_zero_points(seed):
    rng = np.random.default_rng(seed)
    zeros = tuple(int(rng.choice([0, 5, -128, 127, int(rng.integers(-127, 127))])) for _ in range(2))
    rows, pixels, columns, channels = (int(each) for each in rng.integers(1, 12, 4))
    a = input_layout(CONFIG, Mode(), rows, pixels, channels)
    b = Layout.of(1, columns, channels, values=4, array_rows=4, base=a.end, signed=True)
    target = Layout.of(rows, pixels, columns, values=4, array_rows=4, base=b.end, signed=True)
    x, w = rng.integers(-128, 128, (rows, pixels, channels)), rng.integers(-128, 128, (1, columns, channels))
    rules = Requantisation(multiplier=3, shift=12, low=-128, high=127)
    kernel = tensor_product(CONFIG, Mode(), a, b, target, zeros=zeros, bias=9, requantise=rules)
    found = run_kernel(CONFIG, kernel, [(a, x), (b, w)], target)
    sums = (x - zeros[0]) @ (w[0] - zeros[1]).T + 9
    assert np.array_equal(found, limited_shift(sums, 3, 12, -128, 127))


def test_zero_points_of_unsigned_codes_are_refused():
    a = Layout.of(1, 4, 8, values=4, array_rows=4)
    b, target = replace(a, base=40, signed=True), replace(a, base=80, channels=4)
    with pytest.raises(ValueError, match="^zero point of the data is 3, allowed in a product of unsigned codes is 0$"):
        tensor_product(CONFIG, Mode(x_signed=False), a, b, target, zeros=(3, 0))


def test_weights_at_the_end_of_the_memory():
    """Of a last tile only the columns that there are are read."""
    rng = np.random.default_rng(3)
    a = Layout.of(1, 4, 4, values=4, array_rows=4, signed=True)
    b = Layout.of(1, 5, 4, values=4, array_rows=4, base=CONFIG.feature_atoms - 5, signed=True)
    target = Layout.of(1, 4, 5, values=4, array_rows=4, base=a.end, signed=True)
    x, w = rng.integers(-9, 9, (1, 4, 4)), rng.integers(-9, 9, (1, 5, 4))
    rules = Requantisation(shift=3, low=-128, high=127)
    found = run_kernel(CONFIG, tensor_product(CONFIG, Mode(), a, b, target, requantise=rules), [(a, x), (b, w)], target)
    assert np.array_equal(found, limited_shift(x @ w[0].T, 1, 3, -128, 127))


def refused(**changes):
    mode = changes.pop("mode", Mode())
    a = Layout.of(1, 4, 8, values=4, array_rows=4, signed=True)
    b = Layout.of(
        **{"rows": 1, "columns": 4, "channels": 8, "values": 4, "array_rows": 4, "base": 40, "signed": True} | changes
    )
    return tensor_product(
        changes.get("config", CONFIG), mode, a, b, Layout.of(1, 4, 4, values=4, array_rows=4, base=90)
    )


@pytest.mark.parametrize(
    "changes, line",
    [
        (dict(rows=2), "rows of the weights is 2, allowed here is 1"),
        (dict(channels=9), "channels of the weights is 9, allowed here is 8"),
        (dict(signed=False), "signed of the weights is False, allowed here is True"),
        (dict(columns=5), "the output has 1 x 4 pixels of 4 channels, allowed are 1 x 4 of 5"),
        (dict(mode=Mode(w_bits=4)), "mode is .*, allowed with weights from feature memory are plain integers"),
        (dict(mode=Mode(diagonal=True)), "mode is .*, allowed with weights"),
    ],
)
def test_refusals_are_one_line(changes, line):
    with pytest.raises(ValueError, match=line) as refusal:
        refused(**changes)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "kind, mode, line",
    [
        ("term", Mode(hese=True, select=True, group=8, budget=12), "all terms of them$"),
        ("term_pair", Mode(hese=True, group=8, budget=40, data_terms=2), "all terms of them$"),
        ("bit_plane", Mode(x_bits=4, w_bits=4), "in bit planes, allowed .* are whole values$"),
        ("digit", Mode(w_bits=8), "weights of a column have 66 bits, allowed .* are the 64 of an atom"),
    ],
)
def test_kinds_and_modes_that_take_other_weights_are_refused(kind, mode, line):
    with pytest.raises(ValueError, match=line):
        check_tensor_weights(flexible_machine(kind), mode)


def test_columns_of_weights_are_as_wide_as_atoms():
    array = replace(ARRAY, w_width=4)
    config = AcceleratorConfig(name="narrow", array=array, feature_bytes=1 << 13, post=POST)
    a = Layout.of(1, 4, 8, values=4, array_rows=4, signed=True)
    with pytest.raises(ValueError, match="weights of a column have 16 bits, allowed .* are the 32 of an atom"):
        tensor_product(config, Mode(w_bits=4), a, a.at(40), a.at(80))


@pytest.mark.parametrize("channels, size, stride, dilation", [(1, 5, 1, 1), (3, 3, 2, 1), (3, 7, 2, 1), (2, 2, 3, 2)])
def test_first_layers_of_unfolded_pictures(channels, size, stride, dilation):
    rng = np.random.default_rng(size)
    pad, zero, mode = size // 2, 9, Mode(x_signed=False)
    out = (12 + 2 * pad - (size - 1) * dilation - 1) // stride + 1
    x, w = rng.integers(0, 256, (12, 12, channels)), rng.integers(-128, 128, (size, size, channels, 6))
    wide = unfolded_picture(x, out, size=size, stride=stride, left=pad, dilation=dilation, fill=zero)
    assert wide.shape == (12, out, size * channels)
    source = input_layout(CONFIG, mode, 12, out, size * channels)
    target = Layout.of(out, out, 6, values=4, array_rows=4, base=source.end, signed=True)
    kernel = convolution(
        CONFIG,
        mode,
        source,
        target,
        unfolded_weights(w),
        stride=(stride, 1),
        padding=(pad, 0),
        dilation=(dilation, 1),
        zero=zero,
        requantise=Requantisation(shift=9, low=-128, high=127),
    )
    sums = convolved(x, w, (out, out), stride=(stride,) * 2, padding=(pad,) * 2, dilation=(dilation,) * 2, zero=zero)
    assert np.array_equal(run_kernel(CONFIG, kernel, [(source, wide)], target), limited_shift(sums, 1, 9, -128, 127))
    assert kernel.record.chunks == size * -(-size * channels // 4)
