"""The modes that are priced: one for each way to quantise, with the names that tables show.

======================  =====================================================================
int8, int4, int2        integers of equal width on both sides, unsigned data, signed weights
int8x6 ... int8x2       8-bit data, narrower weights
log4, ternary, ...      8-bit data, weights in that storage format
int2 x ternary          narrower data, weights in that storage format
binary x binary         ±1 on both sides
block floating          8-bit integers, an exponent for each chunk
TR g8 k12               term revealing: the 12 largest terms of a group of 8 weights
TR g8 k12 s3            the same, and the 3 largest terms of each datum
======================  =====================================================================

All of it follows from what a kind of PE says of its modes.
"""

from dataclasses import replace

__all__ = ["alone", "quantisations", "widths"]

WIDTHS = {"int8": (8, 8), "int8x6": (8, 6), "int8x5": (8, 5), "int8x4": (8, 4), "int8x2": (8, 2), "int4": (4, 4),
          "int2": (2, 2)}


def quantisations(config):
    """The quantisation modes of a configuration: dict of name to :class:`lowtide.hw.mode.word.Mode`, the first one of
    full width."""
    base = _base(config)
    found = {name: config.pe.narrowed(config, base, *bits) for name, bits in WIDTHS.items()
             if bits[0] <= config.x_width and bits[1] <= config.w_width}
    for mode in config.modes():
        if (mode.x_signed, mode.w_signed) != (base.x_signed, base.w_signed) and mode.x_format == "plain":
            continue
        if mode.block_floating and (mode.x_bits, mode.w_bits) != (base.x_bits, base.w_bits):
            continue
        if (name := _name(config, mode)) is not None:
            found.setdefault(name, mode)
    return {name: mode for name, mode in found.items() if mode is not None}


def widths(mode):
    """Operand widths of a mode, (data, weights): what a conventional PE would need to do its job exactly."""
    return mode.x_bits, mode.w_bits


def alone(config, mode):
    """The narrowest configuration of the same kind, lanes and accumulator that has this mode."""
    def types(side):
        return ("signed" if getattr(mode, f"{side}_signed") else "unsigned",)

    kind = config.pe
    values = {"x_types": types("x"), "w_types": types("w"),
              "x_formats": tuple(dict.fromkeys(("plain", mode.x_format))),
              "w_formats": tuple(dict.fromkeys(("plain", mode.w_format))),
              "exponent_bits": config.exponent_bits * mode.block_floating,
              "guard_bits": config.guard_bits * mode.block_floating}
    if "encodings" in kind.fields:
        values |= {"encodings": ("hese" if mode.hese else "binary",), "budget": mode.budget}
    for bits in (widths(mode), (config.x_width, config.w_width)):
        try:
            found = replace(config, **values, x_width=bits[0], w_width=bits[1])
            found.check_mode(mode)
        except ValueError:
            continue
        return found
    return config


def _base(config):
    """The mode of full width: every term where they all fit, unsigned data and signed weights where they are built."""
    modes = config.pe.plain_modes(config)
    return min(modes, key=lambda mode: (mode.x_signed, not mode.w_signed))


def _name(config, mode):
    """The name of a mode that is no plain integer, None where it is one."""
    if mode.select:
        return f"TR g{mode.group} k{mode.budget}" + (f" s{mode.data_terms}" if mode.data_terms else "")
    if mode.x_format != "plain":
        return f"{mode.x_format} x {mode.w_format}"
    if mode.w_format != "plain":
        return mode.w_format if mode.x_bits == config.x_width else f"int{mode.x_bits} x {mode.w_format}"
    return "block floating" if mode.block_floating else None
