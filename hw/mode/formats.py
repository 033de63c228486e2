"""Storage formats of weights: what a code means, stated once for validation, documents and the decoder.

``w_bits`` and ``w_signed`` of a mode describe the decoded integers; the format says how a code becomes one:

============  ====  =================================================================================
log4, log5    4, 5  sign, above an exponent code c: 0 where c is 0, else ±2^(c-1) (LogNet, arXiv 1603.01025)
ternary       2     bit 0: not zero, bit 1: negative; the code 2 has no meaning
binary        1     1 is +1, 0 is -1
codebook16    4     the place in a table of 16 integers (codebook256: 8 bits, 256 integers)
============  ====  =================================================================================
"""

from dataclasses import dataclass

from lowtide.common.ranges import operand_range

__all__ = ["FORMATS", "check_formats", "data_range", "format_range", "format_refusal", "one_term", "weight_range"]


@dataclass(frozen=True)
class Format:
    """code_bits: width of a code. least_bits: the fewest bits that hold a decoded integer, which is signed; None where
    the format sets none. largest: the largest magnitude, None where the format sets none."""

    code_bits: int | None
    least_bits: int | None
    largest: int | None


FORMATS = {
    "plain": Format(None, None, None), "log4": Format(4, 8, 1 << 6), "log5": Format(5, 16, 1 << 14),
    "ternary": Format(2, 2, 1), "binary": Format(1, 2, 1),
    "codebook16": Format(4, None, None), "codebook256": Format(8, None, None),
}


def one_term(w_format):
    """Whether every decoded weight is at most one signed power of two."""
    return FORMATS[w_format].largest is not None


def format_range(mode):
    """Least and largest decoded weight where the format sets it, else None."""
    largest = FORMATS[mode.w_format].largest
    return None if largest is None else (-largest, largest)


def data_range(mode):
    """Least and largest datum, as it is stored."""
    return (0, 1) if mode.x_format == "binary" else operand_range(mode.x_bits, mode.x_signed)


def weight_range(mode):
    """Least and largest weight, as it is stored: an integer or a code."""
    bits = FORMATS[mode.w_format].code_bits
    return operand_range(mode.w_bits, mode.w_signed) if bits is None else (0, (1 << bits) - 1)


def format_refusal(mode):
    """Why the format of a mode does not go with its operands: one line, or None."""
    least = FORMATS[mode.w_format].least_bits
    if least is not None and not (mode.w_signed and mode.w_bits >= least):
        kind = "signed" if mode.w_signed else "unsigned"
        return f"w_bits is {mode.w_bits} {kind}, w_format {mode.w_format} needs signed integers of {least} bits or more"
    if mode.x_format == "binary" and not (mode.x_signed and mode.x_bits >= 2):
        return f"x_bits is {mode.x_bits}, x_format binary needs signed integers of 2 bits or more"
    return None


def check_formats(config):
    """Raise ``ValueError`` where a configuration's formats do not fit its kind, widths or number types."""
    for side in "xw":
        chosen, allowed = getattr(config, f"{side}_formats"), getattr(config.pe, f"{side}_formats")
        if not set(chosen) <= set(allowed) or "plain" not in chosen:
            raise ValueError(f"{side}_formats is {', '.join(chosen)}, allowed for kind {config.kind} are "
                             f"{', '.join(allowed)}, plain among them")
    if "binary" in config.x_formats and "signed" not in config.x_types:
        raise ValueError(f"x_formats is {', '.join(config.x_formats)}, binary needs signed data: x_types is "
                         f"{', '.join(config.x_types)}")
    for name in config.w_formats:
        least, bits = FORMATS[name].least_bits, FORMATS[name].code_bits
        if least is not None and ("signed" not in config.w_types or config.w_width < least):
            raise ValueError(f"w_formats has {name}, which needs signed weights and a w_width of {least} or more")
        if bits is not None and config.w_width < bits:
            raise ValueError(f"w_formats has {name}, which needs a w_width of {bits} or more")
