"""Real weights to codes of the storage formats: what quantisers of networks use.

Levels are integers times a scale. Each value becomes the nearest level, ties towards the smaller magnitude
(log) or the lower level (codebook).

- log: levels 0 and ±2^e at a given scale.
- ternary (TWN): ``±s`` where ``|v| > 0.7 mean|v|``, else 0; ``s`` is the mean magnitude of those above.
- binary (BWN): the sign, with ``s = mean|v|``; 0 counts as positive.
- codebook: k-means of the values in one dimension, the centres starting evenly spaced from the smallest to the
  largest value; the centres, rounded to integers at a given scale, are the table.

Source: LogNet, arXiv 1603.01025; TWN, arXiv 1605.04711; XNOR-Net, arXiv 1603.05279; Deep Compression, arXiv
1510.00149, section 3 (linear initialisation).
"""

import numpy as np

from ..quantise import check_scale, finite_array, quantise
from .codes import CODEBOOKS, LOG_FORMATS

TERNARY_THRESHOLD = 0.7
_ROUNDS = 1000  # of k-means, which ends long before: no value changes its centre any more


def encode_log(values, scale, format="log4"):
    """Codes of the nearest level ``scale * {0, ±2^e}``: uint8, of the shape that values and scale broadcast to.

    values: real numbers; beyond the largest level they become that. scale: one or more numbers > 0. format:
    "log4" or "log5". ValueError for anything else.
    """
    _check_choice(format, LOG_FORMATS)
    exponent_bits = LOG_FORMATS[format]
    values = finite_array("values", values) / check_scale(scale)
    levels = np.concatenate([[0.0], 2.0 ** np.arange((1 << exponent_bits) - 1)])
    code = np.searchsorted((levels[1:] + levels[:-1]) / 2, np.abs(values))
    return np.asarray(code + ((values < 0) & (code > 0)) * (1 << exponent_bits), np.uint8)


def encode_ternary(values):
    """(codes, scale): uint8 codes 0, 1, 3 of the same shape, and the float64 scale of ±1.

    values: real numbers, not all zero, else ValueError.
    """
    values = _nonzero_values(values)
    magnitude = np.abs(values)
    above = magnitude > TERNARY_THRESHOLD * magnitude.mean()
    return np.asarray(above * (1 + 2 * (values < 0)), np.uint8), float(magnitude[above].mean())


def encode_binary(values):
    """(codes, scale): uint8 codes 1 for >= 0, 0 for < 0, of the same shape, and the float64 scale of ±1.

    values: real numbers, not all zero, else ValueError.
    """
    values = _nonzero_values(values)
    return np.asarray(values >= 0, np.uint8), float(np.abs(values).mean())


def encode_codebook(values, scale, format="codebook16", *, bits=8, signed=True):
    """(codes, table): uint8 codes of the same shape, int32 table [16] or [256] in ascending order.

    values: one or more real numbers. scale: one number > 0; the table has the centres over scale, rounded and
    clipped as `lowtide.golden.quantise` does at ``bits`` and ``signed``, and each value takes the entry that is then
    nearest. ValueError for anything else.
    """
    _check_choice(format, CODEBOOKS)
    values = finite_array("values", values)
    scale = check_scale(scale)
    if values.size == 0 or scale.ndim:
        raise ValueError(f"values, scale have shapes {values.shape}, {scale.shape}, allowed are >= 1 value, ()")
    centres = k_means(np.sort(values, axis=None), CODEBOOKS[format])
    table = np.sort(quantise(centres, scale, bits=bits, signed=signed))
    codes = np.searchsorted((table[1:] + table[:-1]) / 2, values / scale)
    return np.asarray(codes, np.uint8), table


def k_means(values, count):
    """k-means of sorted values: ``count`` centres, ascending. A centre without values stays where it is."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    centres = np.linspace(values[0], values[-1], count)
    for _ in range(_ROUNDS):
        inner = np.searchsorted(values, (centres[1:] + centres[:-1]) / 2, side="right")
        ends = np.concatenate([[0], inner, [values.size]])
        members = np.diff(ends)
        moved = np.where(members > 0, np.diff(total[ends]) / np.maximum(members, 1), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _nonzero_values(values):
    values = finite_array("values", values)
    if not values.any():
        raise ValueError(f"values has {values.size} values that are all zero, allowed are values that have a scale")
    return values


def _check_choice(format, allowed):
    if format not in allowed:
        raise ValueError(f"format is {format!r}, allowed are {', '.join(allowed)}")
