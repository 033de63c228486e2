"""Digits of serial weights: bits, or radix-4 Booth digits -2..2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Mux, Value
from amaranth.lib import data

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["digit_layout", "digit_value", "planes"]


def planes(config: ArrayConfig) -> int:
    """Digits of the widest weight."""
    if config.digits == "binary":
        return config.w_width
    return (config.w_width + ("unsigned" in config.w_types) + 1) // 2


def digit_layout(config: ArrayConfig) -> data.StructLayout:
    """One digit of a weight."""
    if config.digits == "binary":
        return data.StructLayout({"one": 1})
    return data.StructLayout({"one": 1, "two": 1, "negative": 1})


def digit_value(digit: data.View) -> Value:
    """A digit as a signed value, 0 or 1 where digits are bits."""
    if len(digit.as_value()) == 1:
        return digit.one
    return Mux(digit.negative, -Cat(digit.one, digit.two), Cat(digit.one, digit.two))
