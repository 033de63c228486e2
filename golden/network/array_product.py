"""The GEMM of a quantised network on an array: `golden.gemm.gemm` in place of the exact product.

The mode of a layer is a given one with the fields of its weights' format (`Format.mode_fields`), its data's width, sign
and data terms. Weights that are term-revealed already are revealed again without change. Weights that revealing carried
to ``2^(bits-1)`` take a bit more than the format states. Storage formats (log, ternary, binary, codebook) are given to
the array as codes.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from golden import weight_formats
from golden.gemm import gemm
from golden.mode import Array, Mode
from golden.terms import LARGEST_BITS, value_range

__all__ = ["ArrayProduct"]


@dataclass(frozen=True)
class ArrayProduct:
    """``product(x, layer)`` for `golden.network.quantised.QuantisedGraph.run`: calling it multiplies on the array.

    array, mode: what is built, and the fields of a job that no layer states. results: of every call in order, pairs of
    the layer's name and its `golden.gemm.Result`, cycles and term pairs included. ValueError for a layer that the array
    cannot run.
    """

    array: Array
    mode: Mode = Mode()
    results: list = field(default_factory=list)

    def __call__(self, x, layer):
        mode = self.mode_of(layer)
        codes, codebook = _codes(layer.weights.integers, mode)
        result = gemm(x, codes, mode, self.array, codebook=codebook)
        self.results.append((layer.name, result))
        return result.y

    def mode_of(self, layer):
        """The `golden.Mode` that a `golden.network.layer.QuantisedLayer` runs in."""
        mode = replace(self.mode, **(layer.weights.mode_fields or {}), x_bits=layer.x_bits, x_signed=layer.x_signed,
                       data_terms=layer.data_terms or self.mode.data_terms)
        low, high = value_range(mode.w_bits, mode.w_signed)
        integers = layer.weights.integers
        if mode.w_format == "plain" and mode.w_bits < LARGEST_BITS and (integers.min() < low or integers.max() > high):
            return replace(mode, w_bits=mode.w_bits + 1)
        return mode


def _codes(integers, mode):
    """(codes, codebook or None) of integers in the mode's storage format; ValueError for integers that it lacks."""
    if mode.w_format == "plain":
        return integers, None
    if mode.w_format in weight_formats.CODEBOOKS:
        entries = weight_formats.CODEBOOKS[mode.w_format]
        levels = np.unique(integers)
        if levels.size > entries:
            raise ValueError(f"weights have {levels.size} different integers, allowed in {mode.w_format} are {entries}")
        return np.searchsorted(levels, integers), np.pad(levels, (0, entries - levels.size), mode="edge")
    codes = np.arange(1 << weight_formats.code_bits(mode.w_format))
    codes = codes[codes != 2] if mode.w_format == "ternary" else codes
    decoded = weight_formats.decode(codes, mode.w_format, bits=mode.w_bits, signed=mode.w_signed)
    levels, first = np.unique(decoded, return_index=True)
    places = np.minimum(np.searchsorted(levels, integers), levels.size - 1)
    if not np.array_equal(levels[places], integers):
        raise ValueError(f"weights have integers that {mode.w_format} does not, allowed are {levels.tolist()}")
    return codes[first][places], None
