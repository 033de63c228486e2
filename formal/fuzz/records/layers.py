"""A small convolution, for modes in which not all bits are operands: its input is loaded before."""

from dataclasses import dataclass

import numpy as np

from lowtide.compiler.kernels.convolution import convolution, input_layout
from lowtide.compiler.kernels.kernel import Kernel
from lowtide.compiler.kernels.requantise import Requantisation
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.weights import PackedWeights
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from .operands import drawn

__all__ = ["Layer", "random_layer"]


@dataclass(frozen=True)
class Layer:
    """A layer.

    Parameters
    ----------
    kernel : Kernel
    weights : PackedWeights
        Of the kernel.
    source, target : Layout
        Of its input and its output.
    content : bytes
        The atoms of the input.
    """

    kernel: Kernel
    weights: PackedWeights
    source: Layout
    target: Layout
    content: bytes


def random_layer(rng: np.random.Generator, config: AcceleratorConfig, mode: Mode) -> Layer | None:
    """A layer in a mode, None where what is drawn does not fit the memories or is no layer."""
    rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 2 * config.rows))
    form = input_layout(config, mode, rows, columns, 1)
    channels = form.values * int(rng.integers(1, 3))
    groups, outputs = (channels, channels) if mode.diagonal else (1, int(rng.integers(1, 9)))
    source = input_layout(config, mode, rows, columns, channels)
    bits = 8 * min(2, config.atom_bytes)
    target = Layout.of(rows, columns, outputs, values=1, array_rows=config.rows, bits=bits, signed=True)
    if source.end + target.end > config.feature_atoms:
        return None
    first = int(rng.integers(config.feature_atoms - source.end - target.end + 1))
    source, target = source.at(first), target.at(first + source.end)
    x, codes = drawn(rng, mode, "x", (rows, columns, channels))
    size = (1, 1) if source.planes else (2, 2)
    w, _ = drawn(rng, mode, "w", (*size, channels // groups, outputs))
    most = (1 << bits - 1) - 1
    reach = int(np.abs(x).max()) * int(np.abs(w).max()) * w[..., 0].size
    rules = Requantisation(shift=max(0, reach.bit_length() - bits), low=-most - 1, high=most)
    try:
        kernel = convolution(config, mode, source, target, w, groups=groups, requantise=rules)
    except ValueError:  # integers that are no blocks with one exponent, a tap that ends within an atom
        return None
    assert isinstance(kernel.weights, PackedWeights)
    if len(kernel.weights.words) > config.weight_words or len(kernel.parameters) > config.parameters:
        return None
    memory = np.zeros((source.end, config.atom_bytes), np.uint8)
    source.put(memory, codes)
    return Layer(kernel, kernel.weights, source, target, memory[source.base :].tobytes())
