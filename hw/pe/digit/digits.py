"""Radix-4 digits of weights: how many there are, in how many cycles they come, how far their sum is shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Value
from amaranth.lib import data

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["DIGIT", "Digit", "largest_shift", "needed_cycles", "needed_digits"]

#: A digit -2 to 2: whether its magnitude is 1, is 2, and its sign.
DIGIT = data.StructLayout({"one": 1, "two": 1, "negative": 1})
Digit = tuple[Value, Value, Value]  #: the parts of one


def needed_digits(config: ArrayConfig) -> int:
    """Digits of the widest weight."""
    return (config.w_width + ("unsigned" in config.w_types) + 1) // 2


def needed_cycles(config: ArrayConfig) -> int:
    """Cycles of the widest weight."""
    return -(-needed_digits(config) // config.digits_per_cycle)


def largest_shift(config: ArrayConfig) -> int:
    """How far a cycle's sum is shifted at most."""
    return 2 * config.digits_per_cycle * (config.weight_cycles - 1) + (1 << config.exponent_bits) - 1
