"""Coefficient vectors become integers, one converter a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module
from amaranth.lib.wiring import In, Out

from ...logic.arithmetic import balanced_sum
from ...logic.unit import Unit

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["BinaryStreamConverter"]


class BinaryStreamConverter(Unit):
    """``sum_j c_j 2^j``: the integer that a coefficient vector stands for, modulo the accumulator's range.

    Ports
    -----
    i : in, an array of coefficients
        Two's complement of ``coefficient_width`` bits each.
    o : out, ``acc_width`` bits
    """

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_binary_stream_converter",
            {
                "i": In(config.pe.result_shape(config)),
                "o": Out(config.acc_width),
            },
        )

    def build(self, m: Module) -> None:
        m.d.comb += self.o.eq(
            balanced_sum(
                [
                    Cat(Const(0, place), coefficient).as_signed() if place else coefficient
                    for place, coefficient in enumerate(self.i)
                ]
            )
        )
