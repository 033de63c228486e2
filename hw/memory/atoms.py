"""Atoms: the unit of the feature memory, which holds values of one size without gaps.

This says which sizes are built, and what an atom is whose values are all padding.
"""

from amaranth.hdl import Cat, Const, Module, Value

from ..config.accelerator_config import AcceleratorConfig
from ..logic.arithmetic import any_of, named

__all__ = ["element_sizes", "padding_of"]

OUTPUT_SIZES = (8, 16)  #: built into every accelerator, whatever its modes take


def element_sizes(config: AcceleratorConfig) -> tuple[int, ...]:
    """Sizes of the values that atoms may hold, in bits, ascending: those of the modes' data, and 8 and 16."""
    of_modes = {config.array.element_bits("x", mode) for mode in config.array.modes()} - {1}
    return tuple(sorted(size for size in of_modes.union(OUTPUT_SIZES) if size <= config.atom_bits))


def padding_of(m: Module, config: AcceleratorConfig, bits: Value, code: Value) -> Value:
    """An atom of padding: in each value, of so many ``bits``, a size that is built, the lowest of the ``code``."""
    choices = []
    for size in element_sizes(config):
        count = config.atom_bits // size
        atom = Cat(code[:size].replicate(count), Const(0, config.atom_bits - count * size))
        choices.append(atom & named(m, bits == size, f"padding_of_{size}").replicate(config.atom_bits))
    return any_of(choices)
