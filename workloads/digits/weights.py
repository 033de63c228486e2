"""How real weights become what an array takes: integers of a width, or codes of a storage format, and a scale.

Uniform weights of 8 bits have the scale of the largest magnitude. With fewer levels that scale would spend them on a
few large weights: narrower ones, data too, and log weights take the scale of the least squared error,

    s = argmin sum (v - s q(v / s))^2       over shares of the largest value

Ternary weights have the scale of their definition, a codebook that of 8-bit integers. One scale a layer, after
training, nothing is trained again.

Source: Jacob et al., arXiv 1712.05877; least squared error: Banner et al., arXiv 1810.05723; the formats' sources are
in `lowtide.golden.storage_formats.encoders`.
"""

from dataclasses import dataclass

import numpy as np

from lowtide import golden
from lowtide.golden.storage_formats.codes import decode

__all__ = ["Precision", "Stored", "scale_for", "store"]

WHOLE = 8  # bits from which the largest value sets the scale
SHARES = np.arange(100, 9, -1) / 100  # of the scale of the largest value


@dataclass(frozen=True)
class Precision:
    """What the network is rounded to. x_bits: of unsigned data; w_bits: of signed weights, decoded; w_format: one of
    `lowtide.golden.WEIGHT_FORMATS`."""

    x_bits: int = 8
    w_bits: int = 8
    w_format: str = "plain"


@dataclass(frozen=True)
class Stored:
    """A matrix of weights. codes: int32, integers where the format is plain. scale: of one unit, a float. table: int32
    [16] of a codebook, else None."""

    codes: np.ndarray
    scale: float
    table: np.ndarray | None = None


def scale_for(values, bits, signed=True):
    """The scale of ``values`` (any shape, float) as integers of ``bits`` bits, 2 to 16, as explained above: a float."""
    whole = float(golden.scale_of(values, bits=bits, signed=signed))
    if bits >= WHOLE:
        return whole
    return _least_error(values, whole, lambda scale: golden.quantise(values, scale, bits=bits, signed=signed))


def store(weight, precision):
    """The `Stored` of ``weight``, float [inputs, outputs], at a `Precision`. ValueError for a format without encoder
    here."""
    bits, name = precision.w_bits, precision.w_format
    if name == "plain":
        scale = scale_for(weight, bits)
        return Stored(golden.quantise(weight, scale, bits=bits), scale)
    if name == "ternary":
        codes, scale = golden.encode_ternary(weight)
        return Stored(codes.astype(np.int32), scale)
    if name == "binary":
        codes, scale = golden.encode_binary(weight)
        return Stored(codes.astype(np.int32), scale)
    if name == "codebook16":
        scale = scale_for(weight, bits)
        codes, table = golden.encode_codebook(weight, scale, bits=bits)
        return Stored(codes.astype(np.int32), scale, table)
    if name == "log4":
        largest = golden.decoded_range(name)[1]
        scale = _least_error(weight, float(np.abs(weight).max()) / largest,
                             lambda scale: decode(golden.encode_log(weight, scale, name), name))
        return Stored(golden.encode_log(weight, scale, name).astype(np.int32), scale)
    raise ValueError(f"w_format is {name!r}, allowed are plain, ternary, binary, codebook16, log4")


def _least_error(values, whole, integers):
    """The share of the scale ``whole`` with the least squared error; ``integers(scale)`` are the rounded values."""
    errors = [np.square(scale * integers(scale) - values).sum() for scale in whole * SHARES]
    return float(whole * SHARES[np.argmin(errors)])
