"""The GEMM of a quantised network on an array: `lowtide.golden.gemm.gemm` in place of the exact product.

The mode of a layer is a given one with the fields of its weights' format (`Format.mode_fields`), its data's width, sign
and data terms. Storage formats (log, ternary, binary, codebook) are given to the array as codes.

Term-revealed weights are given to the array as integers that it reveals to those of the layer. These are the layer's
own, with one exception: revealing carries ``2^(b-1) - 2^e`` to ``2^(b-1)``, one more than b bits hold. That is stored
as the largest integer, ``2^(b-1) - 1``: its second term is of the lowest plane, and a group that has lost a term there
or above keeps none of it. So weights take the bits of their format, and the array multiplies by ``2^(b-1)`` as one
term. That the array reveals what it is given to the layer's integers is checked: lane rules that the format does not
know are refused where they matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...checks import value_range
from ...gemm import Result, gemm
from ...mode import Array, Mode, check
from ...number_formats.fitting.blocks import split_exponents
from ...pe import KINDS
from ...storage_formats import find
from ..quantised.layer import QuantisedLayer

__all__ = ["ArrayProduct"]


@dataclass(frozen=True)
class ArrayProduct:
    """``product(x, layer)`` for `lowtide.golden.network.QuantisedGraph.run`: calling it multiplies on the array.
    ValueError for a layer that the array cannot run.

    Parameters
    ----------
    array : Array
        What is built.
    mode : Mode
        The fields of a job that no layer states.
    results : list of (str, Result)
        Of every call in order: the layer's name, and its result with cycles and term pairs.
    """

    array: Array
    mode: Mode = Mode()
    results: list[tuple[str, Result]] = field(default_factory=list)

    def __call__(self, x: NDArray[np.integer], layer: QuantisedLayer) -> NDArray[np.int64]:
        return self.multiply(x, layer, slice(None))

    def multiply(self, x: NDArray[np.integer], layer: QuantisedLayer, columns: slice) -> NDArray[np.int64]:
        """The product of x [M, K] and some columns of a layer's weights, int64 [M, columns]."""
        mode = self.mode_of(layer)
        if mode.group_exponent:
            codes, exponents = self.groups_of(layer)
            result = gemm(x, codes[:, columns], mode, self.array, w_exponents=exponents[:, columns])
        else:
            codes, codebook = self.codes_of(layer)
            result = gemm(x, codes[:, columns], mode, self.array, codebook=codebook)
        self.results.append((layer.name, result))
        return result.y

    def mode_of(self, layer: QuantisedLayer) -> Mode:
        """The `lowtide.golden.Mode` that a `lowtide.golden.network.quantised.layer.QuantisedLayer` runs in."""
        bits, signed = layer.x_form
        return replace(
            self.mode,
            **(layer.weights.mode_fields or {}),
            x_bits=bits,
            x_signed=signed,
            data_terms=layer.data_terms or self.mode.data_terms,
        )

    def groups_of(self, layer: QuantisedLayer) -> tuple[NDArray[np.integer], NDArray[np.int32]]:
        """``(codes, exponents)`` of a layer whose groups of weights have exponents: int [K, N] and [groups, N].

        ValueError for a mode that the array does not run, and where its chunks are no groups of the layer.
        """
        mode = self.mode_of(layer)
        check(mode, self.array)
        stored = find(mode.w_format)
        values = 1 if mode.diagonal else KINDS[self.array.kind].values_per_beat(mode, self.array)
        limit = stored.decoded_range(mode.w_bits, mode.w_signed)[1]
        assert layer.weights.integers is not None
        integers, exponents = split_exponents(layer.weights.integers, values, self.array.exponent_bits, limit)
        return stored.codes_of(integers)[0], exponents

    def codes_of(self, layer: QuantisedLayer) -> tuple[NDArray[np.integer], NDArray[np.integer] | None]:
        """What the array is given for the weights of a layer.

        Returns
        -------
        codes : ndarray of int [K, N]
        codebook : ndarray of int, or None

        Raises
        ------
        ValueError
            For a mode that the array does not run, and for integers that it cannot be made to multiply.
        """
        mode, integers = self.mode_of(layer), layer.weights.whole
        check(mode, self.array)
        if not mode.select:
            return find(mode.w_format).codes_of(integers)
        codes = np.clip(integers, *value_range(mode.w_bits, mode.w_signed))
        wrong = KINDS[self.array.kind].weights(codes, mode, self.array) != integers
        if wrong.any():
            raise ValueError(
                f"weights of layer {layer.name!r} have {integers[wrong][0]}, which this array does not reveal: allowed "
                f"are integers that its selection of {mode.budget} terms of {mode.group} values leaves"
            )
        return codes, None
