"""Operands of PEs: what travels from one to the next, and the integers that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Shape, ShapeLike, Value
from amaranth.lib import data

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["operand", "operand_bits", "operand_shape"]


def operand_shape(config: ArrayConfig, side: str) -> ShapeLike:
    """Shape of what travels from PE to PE on a side."""
    kind = config.pe
    shape = kind.west_shape(config) if side == "x" else kind.north_shape(config)
    if kind.exponents_encoded or not config.exponent_bits:
        return shape
    return data.StructLayout({"operand": shape, "exponent": config.exponent_bits})


def operand_bits(config: ArrayConfig, side: str) -> int:
    """Bits of what travels from PE to PE on a side."""
    return int(Shape.cast(operand_shape(config, side)).width)


def operand(bits: Value, types: Sequence[str], is_signed: Value | int) -> Value:
    """The integer that operand bits stand for.

    Parameters
    ----------
    bits : Value
    types : sequence of str
        Number types that the configuration builds in: "signed", "unsigned" or both.
    is_signed : Value, 1 bit, or int
        Which of them the mode has, where both are built in.

    Returns
    -------
    Value
        Signed, one bit wider where unsigned operands are built in.
    """
    if types == ("signed",):
        return bits.as_signed()
    top = bits[-1] & is_signed if "signed" in types else 0
    return Cat(bits, top).as_signed()
