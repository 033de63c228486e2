"""Pruning and quantisation together: the weights that are left in a format, the zeros exactly zero.

The format is fitted to the weights that are left, so no level is spent on the zeros; formats that have no zero (binary)
become ternary in effect, zeros come from the mask. Formats that round blocks (term revealing, block floating point) are
fitted to the matrix with its zeros, which take no terms.

==============  ======================================================================================================
dense           every weight at the bits of its code
bitmap          a bit for every weight, and the codes of those left
run length      for each weight left the zeros before it, ``r`` bits, and its code; where 2^r zeros or more lie between
                two, a zero is stored after every 2^r - 1 zeros (a filler)
Huffman         the run lengths and the codes of the entries above, each with a Huffman code of its own
==============  ======================================================================================================

Weights are in memory order, [K, N] row by row; zeros after the last weight are not stored. A format without a zero has
one more code for fillers, and one more bit where fillers occur.

Source: Han, Mao, Dally, Deep Compression, arXiv 1510.00149, sections 2 to 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_integer
from ..network.quantised.weights import QuantisedWeights
from ..number_formats.format import Format
from ..quantise import finite_array
from .huffman import coded_bits, entropy_bits, table_bits

__all__ = ["CompressedSize", "PrunedWeights", "compressed_size", "quantise_pruned"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PrunedWeights:
    """Weights that are pruned and in a format.

    Parameters
    ----------
    codes : ndarray of int32 [K, N]
        0 where the mask is False.
    mask : ndarray of bool [K, N]
    has_zero : bool
        Whether the format has a level zero.
    weights : QuantisedWeights
        As `lowtide.golden.network.quantise_graph` takes them.
    """

    codes: NDArray[np.int32]
    mask: NDArray[np.bool_]
    has_zero: bool
    weights: QuantisedWeights


@dataclass(frozen=True, kw_only=True)
class CompressedSize:
    """Size of a matrix.

    Parameters
    ----------
    dense_bits, bitmap_bits, run_length_bits, huffman_bits : int
        Each with the format's scales or tables.
    entropy_bits : float
        The bound of huffman_bits without tables.
    entries : int
        Of the run lengths, fillers included.
    fillers : int
    """

    dense_bits: int
    bitmap_bits: int
    run_length_bits: int
    huffman_bits: int
    entropy_bits: float
    entries: int
    fillers: int


def quantise_pruned(weights: ArrayLike, mask: ArrayLike, format: Format, *, per_channel: bool = True) -> PrunedWeights:
    """Real weights, pruned and in a format. Where no weight of a scale is left all are zero.

    Parameters
    ----------
    weights : array_like of real numbers [K, N]
    mask : array_like of bool [K, N]
        True where a weight stays.
    format : Format
    per_channel : bool
        A scale per column, else one for all.

    Raises
    ------
    ValueError
        For other shapes, NaN and infinities.
    """
    real, stays = finite_array("weights", weights), np.asarray(mask)
    if real.ndim != 2 or 0 in real.shape or stays.shape != real.shape or stays.dtype != bool:
        raise ValueError(f"weights, mask have shapes {real.shape}, {stays.shape}, allowed are [K, N] and bool [K, N]")
    if format.block > 1 or format.local:
        left = np.where(stays, real, 0.0)
        quantiser = format.fit(left, axis=0 if per_channel else None)
        return PrunedWeights(
            codes=np.where(stays, quantiser.encode(left), 0),
            mask=stays,
            has_zero=True,
            weights=QuantisedWeights.of_quantiser(left, quantiser, format),
        )
    return _by_columns(real, stays, format, range(real.shape[1]) if per_channel else [slice(None)])


def _by_columns(
    weights: NDArray[np.float64], mask: NDArray[np.bool_], format: Format, columns: Iterable[slice] | Iterable[int]
) -> PrunedWeights:
    codes, values = np.zeros(weights.shape, np.int32), np.zeros(weights.shape)
    integers, scale = np.zeros(weights.shape, np.int32), np.ones(weights.shape[1])
    whole, bits, parameters, has_zero = True, 0.0, 0.0, True
    for column in columns:
        left = mask[:, column]
        quantiser = format.fit(weights[:, column][left] if left.any() else np.zeros(left.size))
        bits, parameters = quantiser.bits, parameters + quantiser.parameter_bits()
        has_zero &= not quantiser.round(np.zeros(1)).any()
        found = quantiser.encode(weights[:, column][left])
        if not quantiser.decode(found).any():
            continue  # nothing is left, or zeros alone
        form = quantiser.integers(found)
        whole &= form is not None and np.size(form[1]) == 1
        in_integers = form[0] if form is not None and whole else np.zeros_like(found)
        parts: list[tuple[NDArray[Any], NDArray[Any]]]
        parts = [(codes, found), (values, quantiser.decode(found)), (integers, in_integers)]
        for target, part in parts:
            filled = np.zeros(left.shape, target.dtype)
            filled[left] = part
            target[:, column] = filled
        if form is not None and whole:
            scale[column] = float(form[1])
    quantised = QuantisedWeights(
        values=values,
        integers=integers if whole else None,
        scale=scale if whole else None,
        bits=bits,
        parameter_bits=parameters,
        name=f"pruned {format.name}",
        mode_fields=format.mode_fields() if whole else None,
    )
    return PrunedWeights(codes=codes, mask=mask, has_zero=bool(has_zero), weights=quantised)


def compressed_size(pruned: PrunedWeights, run_bits: int = 5) -> CompressedSize:
    """The size of pruned weights in memory, with run lengths of ``run_bits`` bits, r, 1..16."""
    run_bits = check_integer("run_bits", run_bits, 1, 16)
    codes, mask, weights = pruned.codes.reshape(-1), pruned.mask.reshape(-1), pruned.weights
    bits, parameters = int(np.ceil(weights.bits)), int(np.ceil(weights.parameter_bits))
    places = np.flatnonzero(mask)
    runs = np.diff(places, prepend=-1) - 1
    per_run, rest = np.divmod(runs, 1 << run_bits)
    fillers = int(per_run.sum())
    entries = places.size + fillers
    entry = bits + (1 if fillers and not pruned.has_zero else 0)
    _, of_codes = np.unique(codes[mask], return_counts=True)
    of_codes = np.append(of_codes, fillers).astype(np.int64)
    of_runs = np.bincount(rest, minlength=1 << run_bits).astype(np.int64)
    of_runs[-1] += fillers
    return CompressedSize(
        dense_bits=mask.size * bits + parameters,
        bitmap_bits=mask.size + places.size * bits + parameters,
        run_length_bits=entries * (run_bits + entry) + parameters,
        huffman_bits=coded_bits(of_codes)
        + coded_bits(of_runs)
        + table_bits(of_codes, entry)
        + table_bits(of_runs, run_bits)
        + parameters,
        entropy_bits=entropy_bits(of_codes) + entropy_bits(of_runs),
        entries=entries,
        fillers=fillers,
    )
