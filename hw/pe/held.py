"""What one stop of the wave holds: the operands and control bits of a PE, or of a tile of PEs that share them."""

from typing import Any

from amaranth.hdl import Module, Signal, ValueLike
from amaranth.lib import data

from ..logic.timing.stages import Stages
from .control_bits import later

__all__ = ["held"]


def held(m: Module, unit: Any) -> tuple[data.View, ValueLike, ValueLike]:
    """The registers of one stop of the wave: control bits, west operands, kept for a beat, and north operands.

    Parameters
    ----------
    m : Module
        Of the unit.
    unit : ProcessingElement or Tile
        Its ports ``control_out``, ``east``, ``south`` and ``done`` are driven.

    Returns
    -------
    control, west, north : view or Value
        What is held, of the shapes of the ports.
    """
    control = later(m, unit.control, reset=("valid",))
    west = Signal.like(unit.west, reset_less=True)
    north = Signal.like(unit.north, reset_less=True)
    m.d.sync += north.eq(unit.north)
    with m.If(unit.control.beat):
        m.d.sync += west.eq(unit.west)
    stages = Stages(m, unit.config.pipeline)
    m.d.sync += unit.done.eq(stages.through(control.valid & control.last, "complete", reset=True))
    m.d.comb += [unit.control_out.eq(control), unit.east.eq(west), unit.south.eq(north)]
    return control, west, north
