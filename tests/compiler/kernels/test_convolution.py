"""Convolutions of all sorts on golden's machine against NumPy; what cannot be done is refused in a line."""

import numpy as np
import pytest

from lowtide.compiler.kernels.convolution import convolution, input_layout, linear
from lowtide.compiler.kernels.requantise import Requantisation
from lowtide.compiler.layouts.layout import Layout
from lowtide.formal.fuzz.records.operands import drawn
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

from machine_layers import run_kernel
from numpy_layers import convolved, limited_shift

SEED = 20


def machine(cols=4, lanes=4, rows=4, **fields):
    array = ArrayConfig(name="tall", rows=rows, cols=cols, lanes=lanes, **fields)
    return AcceleratorConfig(name="around", array=array, feature_bytes=1 << 15, weight_bytes=1 << 15, post=POST)


def random_layer(rng):
    """Shapes of a convolution."""
    groups = int(rng.choice([1, 1, 2, 3, 6]))
    size, stride = rng.integers(1, 4, 2), rng.integers(1, 4, 2)
    dilation = rng.integers(1, 3, 2)
    padding = [int(rng.integers(0, s)) for s in size]
    inner, outputs = int(rng.integers(1, 7)), groups * int(rng.integers(1, 7))
    return groups, tuple(size), tuple(stride), tuple(dilation), tuple(padding), groups * inner, outputs


@pytest.mark.parametrize("number", range(40))
def test_random_convolutions(number):
    rng = np.random.default_rng([SEED, number])
    print(f"seed {SEED}, {number}")
    config = machine(cols=int(rng.choice([2, 4, 8])), lanes=int(rng.choice([1, 3, 4])))
    mode = Mode(x_signed=bool(rng.integers(2)), w_signed=True)
    groups, window, stride, dilation, padding, channels, outputs = random_layer(rng)
    apart = stride[0] if stride[0] == stride[1] and rng.integers(2) else 1
    rows, columns = (int(each) for each in rng.integers(7, 10, 2))
    size = tuple(
        (edge + 2 * pad - (taps - 1) * step - 1) // by + 1
        for edge, pad, taps, step, by in zip((rows, columns), padding, window, dilation, stride, strict=True)
    )
    zero = int(rng.integers(-20, 20)) if mode.x_signed else int(rng.integers(0, 40))
    source = input_layout(config, mode, rows, columns, channels, reader_columns=size[1], apart=apart)
    out_apart = int(rng.choice([1, 2, 3]))
    target = Layout.of(*size, outputs, values=config.array.lanes, array_rows=4, base=source.end, apart=out_apart)
    x, codes = drawn(rng, mode, "x", (rows, columns, channels))
    w, _ = drawn(rng, mode, "w", (*window, channels // groups, outputs))
    bias, multiplier = rng.integers(-5000, 5000, outputs), rng.integers(1, 1 << 16, outputs)
    shift = rng.integers(18, 26, outputs)
    rules = Requantisation(multiplier=multiplier, shift=shift, low=-77, high=120, zero=100)
    geometry = dict(stride=stride, dilation=dilation, padding=padding, groups=groups, zero=zero)
    kernel = convolution(config, mode, source, target, w, bias=bias, requantise=rules, **geometry)
    sums = convolved(x, w, size, **geometry) + bias
    expected = limited_shift(sums, multiplier, shift, -77, 120) + 100
    assert np.array_equal(run_kernel(config, kernel, [(source, codes)], target), expected)


@pytest.mark.parametrize("lanes, cols", [(4, 4), (2, 4), (8, 4), (1, 4)])
@pytest.mark.parametrize("diagonal", [False, True])
def test_depthwise(lanes, cols, diagonal):
    rng = np.random.default_rng(lanes)
    config, mode = machine(cols, lanes), Mode(diagonal=diagonal, x_signed=False)
    channels = 11
    source = input_layout(config, mode, 6, 6, channels)
    target = Layout.of(6, 6, channels, values=lanes, array_rows=4, base=source.end)
    x, codes = drawn(rng, mode, "x", (6, 6, channels))
    w, _ = drawn(rng, mode, "w", (3, 3, 1, channels))
    kernel = convolution(
        config,
        mode,
        source,
        target,
        w,
        padding=(1, 1),
        groups=channels,
        requantise=Requantisation(shift=8, low=0, high=255),
    )
    sums = convolved(x, w, (6, 6), padding=(1, 1), groups=channels)
    assert np.array_equal(run_kernel(config, kernel, [(source, codes)], target), limited_shift(sums, 1, 8, 0, 255))


@pytest.mark.parametrize("packing", [0, 1, 2])
@pytest.mark.parametrize("w_bits, w_format, w_signed", [(2, "plain", True), (2, "plain", False), (2, "ternary", True)])
def test_narrow_weights_in_every_packing(packing, w_bits, w_format, w_signed):
    rng = np.random.default_rng(packing)
    config = machine(w_types=("signed", "unsigned"), w_formats=("plain", "ternary"))
    mode = Mode(w_bits=w_bits, w_format=w_format, w_signed=w_signed)
    source = input_layout(config, mode, 1, 9, 10)
    target = Layout.of(1, 9, 7, values=4, array_rows=4, base=source.end, signed=True)
    x, codes = drawn(rng, mode, "x", (1, 9, 10))
    w, _ = drawn(rng, mode, "w", (10, 7))
    rules = Requantisation(shift=3, low=-128, high=127)
    kernel = linear(config, mode, source, target, w, requantise=rules, weight_packing=packing)
    assert kernel.record.weight_packing == packing and len(kernel.weights.words) == -(-6 // (1 << packing))
    expected = limited_shift(convolved(x, w[None, None], (1, 9)), 1, 3, -128, 127)
    assert np.array_equal(run_kernel(config, kernel, [(source, codes)], target), expected)
    assert linear(config, mode, source, target, w).record.weight_packing == 2


@pytest.mark.parametrize("packing", [0, 1])
def test_beats_of_a_word_share_exponents(packing):
    rng = np.random.default_rng(5)
    config = machine(kind="digit", exponent_bits=2)
    mode = Mode(w_bits=4, group_exponent=True)
    source = input_layout(config, mode, 1, 5, 16)
    target = Layout.of(1, 5, 5, values=4, array_rows=4, base=source.end, signed=True)
    x, codes = drawn(rng, mode, "x", (1, 5, 16))
    blocks = 4 >> packing
    w = rng.integers(-7, 8, (16, 5)) << np.repeat(rng.integers(0, 4, (blocks, 5)), 16 // blocks, axis=0)
    rules = Requantisation(shift=5, low=-128, high=127)
    kernel = linear(config, mode, source, target, w, requantise=rules, weight_packing=packing)
    expected = limited_shift(convolved(x, w[None, None], (1, 5)), 1, 5, -128, 127)
    assert np.array_equal(run_kernel(config, kernel, [(source, codes)], target), expected)


def test_row_pitches_keep_rows_busy():
    """Consecutive output pixels lie in consecutive banks, for every tap and for the output."""
    config, mode, rows = machine(rows=16), Mode(), 16
    for columns, window, apart in ((7, 3, 1), (14, 5, 2), (13, 2, 1)):
        size = (columns + 2 * (window // 2) - window) // apart + 1
        source = input_layout(config, mode, columns, columns, 4, reader_columns=size, apart=apart)
        for dy, dx in np.ndindex(window, window):
            step = [source.offset(y * apart + dy, x * apart + dx) % rows for y, x in np.ndindex(size, size)]
            assert all((after - before) % rows == 1 for before, after in zip(step, step[1:], strict=False))
    target = Layout.of(14, 14, 4, values=4, array_rows=rows, apart=2)
    banks = [target.offset(0, x) % rows for x in range(14)]
    assert banks == [(r % 2 * rows // 2 + r // 2) % rows for r in range(14)]


def layer(**changes):
    config = changes.pop("config", machine())
    mode = changes.pop("mode", Mode())
    source = changes.pop("source", Layout.of(5, 5, 4, values=4, array_rows=4))
    target = changes.pop("target", Layout.of(5, 5, 3, values=4, array_rows=4, base=100))
    return convolution(config, mode, source, target, changes.pop("weights", np.ones((1, 1, 4, 3), int)), **changes)


@pytest.mark.parametrize(
    "changes, line",
    [
        (dict(weights=np.ones((1, 4, 3), int)), "weights have shape"),
        (dict(weights=np.ones((1, 1, 5, 3), int)), "allowed with 4 channels"),
        (dict(weights=np.ones((1, 1, 4, 2), int)), "channels of the output is 3, allowed is 2"),
        (dict(weights=np.full((1, 1, 4, 3), 128)), "weights are 0 to 128, allowed in this mode are -128 to 127"),
        (dict(groups=2, weights=np.ones((1, 1, 2, 3), int)), "in 2 groups"),
        (dict(bias=np.zeros(4)), "bias has shape .4,., allowed is .3,."),
        (
            dict(source=Layout.of(5, 5, 4, values=2, array_rows=4)),
            "values of the input is 2, allowed in this mode is 4",
        ),
        (dict(source=Layout.of(5, 5, 4, values=4, bits=4, array_rows=4)), "bits of the input is 4"),
        (dict(source=Layout.of(5, 5, 4, values=4, planes=True, array_rows=4)), "planes of the input is True"),
        (dict(source=Layout.of(5, 5, 4, values=4, apart=2, array_rows=4)), "stride is 1, allowed where .* multiples"),
        (dict(target=Layout.of(5, 5, 3, values=8, array_rows=4)), "values of the output is 8, an atom of 4 bytes"),
        (dict(mode=Mode(x_bits=9)), "x_bits is 9"),
        (dict(mode=Mode(diagonal=True)), "weights have 4 channels of a group"),
        (dict(weight_packing=1), "weight_packing is 1, weights of 8 bits do not fit"),
        (dict(requantise=Requantisation(multiplier=1 << 16)), "multiplier is 65536, allowed on this machine are 0 to"),
        (dict(requantise=Requantisation(shift=64)), "shift is 64, allowed are 0 to 63"),
        (dict(requantise=Requantisation(table=[1, 2])), "table has shape"),
    ],
)
def test_refusals_are_one_line(changes, line):
    with pytest.raises(ValueError, match=line) as refusal:
        layer(**changes)
    assert "\n" not in str(refusal.value)


def test_binary_weights_need_whole_atoms():
    config = machine(w_formats=("plain", "binary"))
    mode = Mode(w_format="binary", w_bits=2)
    weights = np.ones((2, 2, 4, 3), int)
    target = Layout.of(4, 4, 3, values=4, array_rows=4, base=100)
    assert layer(config=config, mode=mode, weights=weights, target=target).record.chunks == 4
    with pytest.raises(ValueError, match="w_format is binary, which has no 0"):
        layer(config=config, mode=mode, weights=weights[:, :, :3], source=Layout.of(5, 5, 3, values=4, array_rows=4))
    with pytest.raises(ValueError, match="weights are not all -1 and 1"):
        layer(config=config, mode=mode, weights=2 * weights)


def test_data_terms_and_zero_points_exclude_each_other():
    config = machine(kind="term_pair", group=4, lanes=1)
    mode = Mode(hese=True, group=4, budget=16, data_terms=2)
    with pytest.raises(ValueError, match="zero is 3, allowed with data terms is 0"):
        layer(config=config, mode=mode, zero=3)
