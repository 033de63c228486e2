"""The modes that are priced: one for each way to quantise, under the names that tables show.

=======================  =====================================================================
int8, int4, int2         integers of equal width on both sides, unsigned data, signed weights
int8x6 ... int8x2        8-bit data, narrower weights
log4, ternary, ...       8-bit data, weights in that storage format
int2 x ternary           narrower data, weights in that storage format
binary x binary          ±1 on both sides
block floating b=8 e=3   8-bit integers, an exponent of 3 bits for each block of 8 values
TR g=8 k=12              term revealing: the 12 largest terms of a group of 8 weights
TR g=8 k=12 s=3          the same, and the 3 largest terms of each datum
=======================  =====================================================================

All of it follows from what a kind of PE says of its modes.
"""

from dataclasses import replace
from typing import Any

from lowtide.common.quantisation import Quantisation
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.quantisation import quantisation_of
from lowtide.hw.mode.word import Mode
from lowtide.hw.storage_formats import PLAIN

__all__ = ["alone", "quantisations", "widths"]

WIDTHS = ((8, 8), (8, 6), (8, 5), (8, 4), (8, 2), (4, 4), (2, 2))  #: of data and weights


def quantisations(config: ArrayConfig) -> dict[Quantisation, Mode]:
    """The modes of a configuration that are priced, by quantisation, the first one of full width."""
    base = _base(config)
    found: dict[Quantisation, Mode] = {}
    for x_bits, w_bits in WIDTHS:
        if x_bits <= config.x_width and w_bits <= config.w_width:
            if (mode := config.pe.narrowed(config, base, x_bits, w_bits)) is not None:
                found[quantisation_of(config, mode)] = mode
    if not found:  # of a kind with other widths only
        found[quantisation_of(config, base)] = base
    for mode in config.modes():
        if (mode.x_signed, mode.w_signed) != (base.x_signed, base.w_signed) and mode.storage("x") == PLAIN:
            continue
        if mode.block_floating and (mode.x_bits, mode.w_bits) != (base.x_bits, base.w_bits):
            continue
        if not (quantisation := quantisation_of(config, mode)).is_integer:
            found.setdefault(quantisation, mode)
    return found


def widths(mode: Mode) -> tuple[int, int]:
    """Operand widths of a mode, (data, weights): what a conventional PE would need to do its job exactly."""
    return mode.x_bits, mode.w_bits


def alone(config: ArrayConfig, mode: Mode) -> ArrayConfig:
    """The narrowest configuration of the same kind, lanes and accumulator that has this mode."""

    def types(side: str) -> tuple[str]:
        return ("signed" if getattr(mode, f"{side}_signed") else "unsigned",)

    kind = config.pe
    values: dict[str, Any] = {
        "x_types": types("x"),
        "w_types": types("w"),
        "x_formats": tuple(dict.fromkeys((PLAIN.name, mode.x_format))),
        "w_formats": tuple(dict.fromkeys((PLAIN.name, mode.w_format))),
        "exponent_bits": config.exponent_bits * (mode.block_floating or mode.group_exponent),
        "guard_bits": config.guard_bits * mode.block_floating,
    }
    if "weight_cycles" in kind.fields:
        values["weight_cycles"] = config.cycles_per_beat(mode)
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


def _base(config: ArrayConfig) -> Mode:
    """The mode of full width: every term where they all fit, unsigned data and signed weights where they are built."""
    modes = config.pe.plain_modes(config)
    return min(modes, key=lambda mode: (mode.x_signed, not mode.w_signed))
