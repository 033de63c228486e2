"""Elements of an atom: which sizes are built, taking one out, and extending it to the width of all.

An atom holds values of one size without gaps, channel by channel from its lowest bit. Where a value begins is an
*offset*, a multiple of the size, which counts up by it; so no product of place and size is needed.
"""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

from amaranth.hdl import Cat, Module, Mux, Signal, Value

from ..config.accelerator_config import AcceleratorConfig
from .rounding import VALUE_BITS

__all__ = ["Width", "element_sizes", "extended", "offset_bits", "plane_bits", "planes", "selected", "width_of"]

OUTPUT_SIZES = (8, 16)  #: built into every accelerator, whatever its modes take


def element_sizes(config: AcceleratorConfig) -> tuple[int, ...]:
    """Sizes of the values that atoms may hold, in bits, ascending: those of the modes' data, and 8 and 16."""
    of_modes = {config.array.element_bits("x", mode) for mode in config.array.modes()} - {1}
    return tuple(sorted(size for size in of_modes.union(OUTPUT_SIZES) if size <= config.atom_bits))


def planes(config: AcceleratorConfig) -> int:
    """Most bits of a value whose bits have an atom each; 0 where no mode takes data in planes."""
    in_planes = any(config.array.element_bits("x", mode) == 1 for mode in config.array.modes())
    return config.array.x_width if in_planes else 0


def plane_bits(config: AcceleratorConfig) -> int:
    """Width of the number of a bit plane, 0 where there are none."""
    return max(planes(config) - 1, 0).bit_length()


def offset_bits(config: AcceleratorConfig) -> int:
    """Width of an offset."""
    return (config.atom_bits - 1).bit_length()


def selected(m: Module, atom: Value, offset: Value, sizes: Sequence[int], name: str) -> Value:
    """The bits of an atom from ``offset`` on, a multiple of one of the sizes; as many as the largest size has."""
    lowest = (gcd(*sizes) & -gcd(*sizes)).bit_length() - 1
    bits = atom
    for place in reversed(range(lowest, len(offset))):
        step = 1 << place
        moved = Signal(min(len(bits), max(sizes) + step - (1 << lowest)), name=f"{name}_by_{step}")
        m.d.comb += moved.eq(Mux(offset[place], bits[step:], bits))
        bits = moved
    return bits[: max(sizes)]


class Width(NamedTuple):
    """A number of bits, 1 to 16, decoded: the same for all rows.

    Parameters
    ----------
    keep : Value
        A 1 for each of the bits.
    top : Value
        A 1 for the highest of them.
    """

    keep: Value
    top: Value


def width_of(m: Module, bits: Value, name: str) -> Width:
    """``bits`` decoded."""
    keep, top = Signal(VALUE_BITS, name=f"{name}_keep"), Signal(VALUE_BITS, name=f"{name}_top")
    for place in range(VALUE_BITS):
        m.d.comb += [keep[place].eq(bits > place), top[place].eq(bits == place + 1)]
    return Width(keep, top)


def extended(value: Value, width: Width, is_signed: Value) -> Value:
    """The low bits of a value, as many as ``width`` says, extended by their sign or by zeros: signed, 17 bits."""
    sign = (value & width.top).any() & is_signed
    return Cat((value & width.keep) | (sign.replicate(VALUE_BITS) & ~width.keep), sign).as_signed()
