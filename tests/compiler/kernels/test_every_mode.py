"""A convolution in every mode that documents show of every kind, on golden's machine, against NumPy."""

import numpy as np
import pytest

from lowtide.compiler.kernels.convolution import convolution, input_layout
from lowtide.compiler.kernels.requantise import Requantisation
from lowtide.compiler.layouts.layout import Layout
from lowtide.formal.fuzz.records.operands import drawn
from lowtide.golden.pe import KINDS as GOLDEN
from lowtide.golden.reveal import top_terms
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from machine_layers import run_kernel
from numpy_layers import convolved, limited_shift

MODES = [
    pytest.param(flexible_machine(kind), mode, id=f"{kind}-{mode.label()}".replace(" ", "_"))
    for kind in KINDS
    for mode in flexible_machine(kind).array.modes()
]


@pytest.mark.parametrize("config, mode", MODES)
def test_a_convolution_is_what_its_definition_says(config, mode):
    rng = np.random.default_rng(len(mode.label()))
    array, in_planes = config.array, config.array.kind == "bit_plane"
    binary = "binary" in (mode.x_format, mode.w_format)
    size = (1, 1) if in_planes else (3, 2)  # planes take a beat for each pair
    values = min(array.values_per_beat(mode), array.cols) if mode.diagonal else array.values_per_beat(mode)
    channels = 2 * values if binary and not in_planes else values + 3
    groups = channels if mode.diagonal else 1
    outputs = channels if mode.diagonal else 6
    source = input_layout(config, mode, 4, 5, channels)
    target = Layout.of(
        4, 5, outputs, values=1, array_rows=array.rows, base=source.end, bits=8 * min(2, config.atom_bytes), signed=True
    )
    x, codes = drawn(rng, mode, "x", (4, 5, channels))
    w, _ = drawn(rng, mode, "w", (*size, channels // groups, outputs))
    if mode.group_exponent:
        exponents = rng.integers(0, 1 << array.exponent_bits, (*size, -(-channels // values), outputs))
        w = np.maximum(w, -w.max()) << np.repeat(exponents, values, axis=2)[:, :, :channels]
    padding = (0, 0) if in_planes else (1, 1)
    shift, limits = 4, (-128, 127) if target.bits == 8 else (-(1 << 15), (1 << 15) - 1)
    bias = rng.integers(-99, 99, outputs)
    kernel = convolution(
        config,
        mode,
        source,
        target,
        w,
        bias=bias,
        padding=padding,
        groups=groups,
        requantise=Requantisation(shift=shift, low=limits[0], high=limits[1]),
    )
    multiplied = _multiplied(w, mode, array, values)
    seen = (
        top_terms(
            x, mode.data_terms, encoding="hese" if mode.hese else "binary", bits=mode.x_bits, signed=mode.x_signed
        )
        if mode.data_terms
        else x
    )
    sums = convolved(seen, multiplied, (4, 5), padding=padding, groups=groups) + bias
    assert np.array_equal(run_kernel(config, kernel, [(source, codes)], target), limited_shift(sums, 1, shift, *limits))


def _multiplied(w, mode, array, values):
    """The weights that a job multiplies: each tap's channels fill whole chunks."""
    if mode.diagonal or mode.group_exponent:
        return w
    whole = np.zeros((*w.shape[:2], -(-w.shape[2] // values) * values, w.shape[3]), np.int64)
    whole[:, :, : w.shape[2]] = w
    flat = GOLDEN[array.kind].weights(whole.reshape(-1, w.shape[3]), mode, array)
    return flat.reshape(whole.shape)[:, :, : w.shape[2]]
