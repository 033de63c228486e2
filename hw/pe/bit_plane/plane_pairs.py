"""Plane pairs: the order in which a bit-plane array takes the planes of its operands.

Pairs (i, j) of plane i of X and plane j of W come in falling order of i + j, inside one sum in falling order of i. So
an accumulator needs no shifter: it doubles whenever the sum falls by one (Umuroglu et al., BISMO, arXiv 1806.08862).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ...logic.unit import Unit
from ...mode.word import ModeWord
from ...storage_formats import BINARY, FORMATS_OF_DATA

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["PlanePairs", "plane_pairs"]


def plane_pairs(x_planes: int, w_planes: int) -> list[tuple[int, int]]:
    """The pairs of so many planes, in order, as a list of tuples."""
    return [
        (i, total - i)
        for total in range(x_planes + w_planes - 2, -1, -1)
        for i in range(min(total, x_planes - 1), max(0, total - w_planes + 1) - 1, -1)
    ]


class PlanePairs(Unit):
    """Walks over the pairs of a mode's planes.

    Ports
    -----
    start : in, 1 bit
        Begin with the first pair of ``mode``.
    mode : in, ModeWord
    step : in, 1 bit
        Go on to the next pair.
    last : out, 1 bit
        There is no further pair.
    control : out, ``double`` and ``negative``, 1 bit each
        The sum of planes is one less than that of the pair before; exactly one of the planes is the sign plane of a
        signed operand.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_plane_pairs",
            {
                "start": In(1),
                "mode": In(ModeWord),
                "step": In(1),
                "last": Out(1),
                "control": Out(data.StructLayout({"double": 1, "negative": 1})),
            },
        )

    def build(self, m: Module) -> None:
        def number(name: str) -> dict[str, Signal]:
            """A plane of either side, of its own width."""
            return {
                side: Signal(
                    bits_for(getattr(self.config, f"{side}_width") - 1), name=f"{name}_{side}", reset_less=True
                )
                for side in "xw"
            }

        top, first, plane = number("top"), number("first"), number("plane")  # the highest; pair of this sum; this pair
        is_signed = {side: Signal(name=f"{side}_signed", reset_less=True) for side in "xw"}
        double = Signal(reset_less=True)
        following = number("following")  # the first pair of the next sum
        m.d.comb += [
            following["x"].eq(first["x"] - (first["w"] == 0)),
            following["w"].eq(Mux(first["w"] == 0, 0, first["w"] - 1)),
        ]
        ends = Signal()  # of this sum
        m.d.comb += ends.eq((plane["x"] == 0) | (plane["w"] == top["w"]))
        with m.If(self.start):
            binary = self.mode.x_format == FORMATS_OF_DATA.index(BINARY)  # one plane, both of them
            for side in "xw":
                highest = Mux(binary, 0, self.mode[f"{side}_bits"])  # the word holds bits - 1
                m.d.sync += [
                    top[side].eq(highest),
                    first[side].eq(highest),
                    plane[side].eq(highest),
                    is_signed[side].eq(self.mode[f"{side}_signed"]),
                ]  # ±1: both, so that the signs cancel
            m.d.sync += double.eq(0)
        with m.Elif(self.step):
            m.d.sync += double.eq(ends)
            with m.If(ends):
                m.d.sync += [signal[side].eq(following[side]) for signal in (first, plane) for side in "xw"]
            with m.Else():
                m.d.sync += [plane["x"].eq(plane["x"] - 1), plane["w"].eq(plane["w"] + 1)]
        sign = Cat((plane[side] == top[side]) & is_signed[side] for side in "xw")
        m.d.comb += [
            self.last.eq((plane["x"] == 0) & (plane["w"] == 0)),
            self.control.double.eq(double),
            self.control.negative.eq(sign.xor()),
        ]
