"""Elements of an atom: taking one out, and extending it to the width of all.

An atom holds values of one size without gaps, channel by channel from its lowest bit. Where a value begins is an
*offset*, a multiple of the size, which counts up by it; so no product of place and size is needed.
"""

from collections.abc import Sequence
from math import gcd

from amaranth.hdl import Cat, Module, Mux, Signal, Value

from ..config.accelerator_config import AcceleratorConfig
from .widths import VALUE_BITS

__all__ = ["extended", "offset_bits", "one_of", "plane_bits", "planes", "selected"]


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


def one_of(m: Module, bits: Value, sizes: Sequence[int], name: str) -> dict[int, Value]:
    """For each of some sizes whether it is ``bits``: the same for all rows."""
    found: dict[int, Value] = {size: Signal(name=f"{name}_{size}") for size in sizes}
    m.d.comb += [signal.eq(bits == size) for size, signal in found.items()]
    return found


def extended(value: Value, sizes: dict[int, Value], is_signed: Value) -> Value:
    """A value of one of some sizes, extended by its sign or by zeros: signed, 17 bits. Its bits above are ignored."""
    sign = Cat(used & value[size - 1] for size, used in sizes.items()).any() & is_signed
    bits = []
    for place in range(VALUE_BITS):
        shorter = [used for size, used in sizes.items() if size <= place]
        if not shorter:
            bits.append(value[place])
        elif place < len(value):
            bits.append(Mux(Cat(shorter).any(), sign, value[place]))
        else:
            bits.append(sign)
    return Cat(bits, sign).as_signed()
