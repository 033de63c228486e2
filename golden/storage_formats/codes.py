"""Storage formats: codes in memory that are decoded into integers at the edge of an array.

A format says how a value is stored; bits and signedness of a mode describe the integer that it decodes to.

===========  =========  =============================================================  ====================
format       code bits  code -> integer                                                needs
===========  =========  =============================================================  ====================
plain        bits       the integer itself
log4         4          bit 3 negative, bits 2..0 c: 0 if c = 0, else ±2^(c-1): to 2^6   signed, bits >= 8
log5         5          bit 4 negative, bits 3..0 c: 0 if c = 0, else ±2^(c-1): to 2^14  signed, bits >= 16
ternary      2          bit 0 nonzero, bit 1 negative: 0 -> 0, 1 -> 1, 3 -> -1; no 2   signed, bits >= 2
binary       1          0 -> -1, 1 -> 1                                                signed, bits >= 2
codebook16   4          index into a table of 16 integers
codebook256  8          index into a table of 256 integers
===========  =========  =============================================================  ====================

W is stored in any of them, X plain or binary. The encoders from real numbers are in
`lowtide.golden.storage_formats.encoders`.

Source: LogNet, arXiv 1603.01025; TWN, arXiv 1605.04711; XNOR-Net (BWN), arXiv 1603.05279; Deep Compression,
arXiv 1510.00149.
"""

import numpy as np

from ..terms import check_bits, check_range, integer_array, max_terms, value_range

WEIGHT_FORMATS = ("plain", "log4", "log5", "ternary", "binary", "codebook16", "codebook256")
DATA_FORMATS = ("plain", "binary")
LOG_FORMATS = {"log4": 3, "log5": 4}  # bits of the exponent code
CODEBOOKS = {"codebook16": 16, "codebook256": 256}  # entries of the table
_CODE_BITS = {"log4": 4, "log5": 5, "ternary": 2, "binary": 1, "codebook16": 4, "codebook256": 8}
_LARGEST = {"log4": 1 << 6, "log5": 1 << 14, "ternary": 1, "binary": 1}  # of the formats of one term
_LEAST_BITS = {"log4": 8, "log5": 16, "ternary": 2, "binary": 2}
_INVALID_TERNARY = 2


def check_format(mode, side):
    """ValueError unless the storage format of ``side``, "x" or "w", exists and fits its bits and sign."""
    name, bits, signed = (getattr(mode, f"{side}_{field}") for field in ("format", "bits", "signed"))
    allowed = WEIGHT_FORMATS if side == "w" else DATA_FORMATS
    if name not in allowed:
        raise ValueError(f"mode.{side}_format is {name!r}, allowed are {', '.join(allowed)}")
    _check_fit(name, bits, signed, f"mode.{side}_")


def code_bits(format, bits=8):
    """Bits of a code of a format: ``bits``, those of the integer, if it is plain."""
    _check_name(format)
    return _CODE_BITS[format] if format != "plain" else check_bits("bits", bits, 1)


def decoded_range(format, bits=8, signed=True):
    """(smallest, largest) integer that any code, with any codebook, decodes to."""
    _check_name(format)
    _check_fit(format, bits, signed)
    largest = _LARGEST.get(format)
    return value_range(check_bits("bits", bits, 1), signed) if largest is None else (-largest, largest)


def most_terms(format, encoding="hese", bits=8, signed=True):
    """The largest number of terms of a decoded integer: one of log, ternary and binary codes."""
    _check_name(format)
    _check_fit(format, bits, signed)
    return 1 if format in _LARGEST else max_terms(encoding, bits, signed)


def decode(codes, format, *, codebook=None, bits=8, signed=True, name="codes"):
    """The integers of ``bits`` bits that ``codes`` stand for, of the same shape.

    codes: integers 0..2^code_bits - 1, any shape; plain ones are the integers themselves and come back as
    they are, the others as int32. codebook: the table, [16] or [256] integers of ``bits`` bits, of the
    codebook formats, else None. Raises ValueError for a format that does not exist or does not fit, a dtype,
    a code (ternary 2 included) or a table that is not allowed; ``name`` is what its line calls the codes.
    """
    _check_name(format)
    _check_fit(format, bits, signed)
    if codebook is not None and format not in CODEBOOKS:
        raise ValueError(f"codebook is given, allowed with format {format!r} is None only")
    if format == "plain":
        return check_range(name, codes, bits, signed)
    codes = _check_codes(name, codes, format)
    if format in CODEBOOKS:
        return check_codebook(codebook, format, bits, signed)[codes]
    if format == "binary":
        return 2 * codes - 1
    if format == "ternary":
        return (codes & 1) * (1 - (codes & 2))
    exponent_bits = LOG_FORMATS[format]
    magnitude = (1 << (codes & ((1 << exponent_bits) - 1))) >> 1  # 2^(c-1), and 0 for c = 0
    return np.where(codes >> exponent_bits, -magnitude, magnitude).astype(np.int32)


def check_codebook(codebook, format, bits, signed):
    """The table of a codebook format as int32; ValueError unless it has its length and ``bits``-bit integers."""
    entries = CODEBOOKS[format]
    if codebook is None:
        raise ValueError(f"codebook is None, allowed with format {format!r} are {entries} integers")
    table = check_range("codebook", codebook, bits, signed).astype(np.int32)
    if table.shape != (entries,):
        raise ValueError(f"codebook has shape {table.shape}, allowed with format {format!r} is ({entries},)")
    return table


def _check_codes(name, codes, format):
    codes = integer_array(name, codes)
    largest = (1 << _CODE_BITS[format]) - 1
    bad = codes[(codes < 0) | (codes > largest)]
    if bad.size:
        raise ValueError(
            f"{name} has codes from {bad.min()} to {bad.max()}, allowed with format {format!r} are 0..{largest}"
        )
    if format == "ternary" and (codes == _INVALID_TERNARY).any():
        raise ValueError(f"{name} has the code {_INVALID_TERNARY}, allowed with format 'ternary' are 0, 1, 3")
    return codes.astype(np.int32)


def _check_name(format):
    if format not in WEIGHT_FORMATS:
        raise ValueError(f"format is {format!r}, allowed are {', '.join(WEIGHT_FORMATS)}")


def _check_fit(format, bits, signed, prefix=""):
    least = _LEAST_BITS.get(format)
    if least is None:
        return
    if not signed:
        raise ValueError(f"{prefix}signed is {signed!r}, allowed with format {format!r} is True only")
    if bits < least:
        raise ValueError(f"{prefix}bits is {bits!r}, allowed with format {format!r} are integers {least}..16")
