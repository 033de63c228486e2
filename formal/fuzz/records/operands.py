"""Random integers that an operand of a mode can have, and modes in which all bits that memory may hold are legal."""

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import PLAIN, find
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode

__all__ = ["any_bits", "drawn"]


def drawn(
    rng: np.random.Generator, mode: Mode, side: str, shape: tuple[int, ...]
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Random integers of the operand ``side``, "x" or "w", and the codes that stand for them, of a shape."""
    bits, signed = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
    stored = find(getattr(mode, f"{side}_format"))
    low, high = stored.decoded_range(bits, signed)
    if stored == PLAIN:
        integers = rng.integers(low, high + 1, shape)
        return integers, integers
    if stored.entries:
        table = np.append(rng.integers(low, high + 1, stored.entries - 1), 0)
        integers = rng.choice(table, shape)
        return integers, stored.codes_of(integers)[0]
    assert stored.code_bits is not None
    codes = rng.choice(np.setdiff1d(np.arange(1 << stored.code_bits), stored.meaningless), shape)
    return stored.decode(codes, bits=bits, signed=signed), codes


def any_bits(mode: Mode, array: ArrayConfig) -> bool:
    """Whether any bits in memory are operands of the mode: integers as wide as their element, or codes that all have a
    meaning. Codebooks must hold integers of the mode's weights."""
    return all(_any_bits(mode, array, side) for side in "xw")


def _any_bits(mode: Mode, array: ArrayConfig, side: str) -> bool:
    stored = find(getattr(mode, f"{side}_format"))
    if KINDS[array.kind].plane_pairs(mode, array) is not None:
        return True
    if stored == PLAIN:
        return bool(getattr(mode, f"{side}_bits") == array.element_bits(side, mode))
    if stored.entries:
        return mode.w_bits == array.w_width
    return not stored.meaningless
