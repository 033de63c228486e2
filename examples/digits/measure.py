"""Runs the test images through an array, layer by layer, and compares every accumulator with the golden model.

A layer is one matrix product of all images: ``X[images, inputs] @ W[inputs, outputs]``. The next layer's data are made
from the accumulators of the array, never from those of the golden model.
"""

from dataclasses import dataclass, field

import numpy as np

import golden

from .families import Row
from .network import accuracy
from .quantised import data, scores

__all__ = ["GoldenArray", "float_row", "mode_row"]


@dataclass(frozen=True)
class GoldenArray:
    """The golden model in the place of a compiled one: of the same use, without hardware."""

    config: object

    def gemm(self, x, w, mode):
        """`golden.Result` of ``x [M, K] @ w [K, N]``."""
        return golden.gemm(x, w, mode, self.config)


@dataclass
class _Counted:
    """A matrix product that counts what passes through it. array: has ``config`` and ``gemm``, as `sim.Model`."""

    array: object
    mode: object
    on_layer: object
    cycles: int = 0
    multiplications: int = 0
    pairs: int = 0
    bound: float = 0.0
    differing: list = field(default_factory=list)  # layers that differ from golden, counted from 0
    layers: int = 0

    def __call__(self, x, w):
        found = self.array.gemm(x, w, self.mode)
        expected = golden.gemm(x, w, self.mode, self.array.config)
        if not (np.array_equal(found.y, expected.y) and found.cycles == expected.cycles):
            self.differing.append(self.layers)
        self.layers += 1
        self.cycles += found.cycles
        self.multiplications += expected.multiplications
        self.pairs += expected.term_pairs
        self.bound += expected.term_pair_bound
        self.on_layer()
        return found.y


def float_row(network, pixels, labels):
    """The `Row` of the network as it was trained."""
    return Row(mode="float", family="float", accuracy=accuracy(network.scores(pixels), labels))


def mode_row(family, label, layers, array, pixels, labels, *, on_layer=lambda: None):
    """The `Row` of one mode of a `families.Family`.

    layers: of `quantised.quantise_network`. array: a `sim.Model` or a `GoldenArray` of the family's configuration.
    pixels: int64 [images, 64], 0..16. labels: int64 [images]. on_layer: called after each layer.
    """
    mode, config = family.modes[label], array.config
    product = _Counted(array, mode, on_layer)
    share = accuracy(scores(layers, data(pixels), product), labels)
    return Row(
        mode=label, family=family.label, accuracy=share, configuration=config.name, kind=config.kind,
        lanes=config.lanes, group=mode.group, budget=mode.budget,
        cycles_per_inference=product.cycles / len(pixels),
        pairs_per_mac=product.bound / product.multiplications,
        measured_pairs_per_mac=product.pairs / product.multiplications,
        multiplications_per_cycle_per_pe=config.macs_per_cycle(mode),
        bit_exact=not product.differing,
    )
