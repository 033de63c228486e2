"""Edge encoder: what stands between a line's chunk and its operands, at either edge of an array.

One for each row (west) or column (north). Control bits are handed on from line to line, one cycle later each, as the
chunks are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Module, ShapeLike
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .control_bits import encoder_control_layout, later

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["EdgeEncoder"]


class EdgeEncoder(Unit):
    """The ports of an encoder. A subclass calls :meth:`hand_on` once.

    Parameters
    ----------
    config : ArrayConfig
    where : str
        The edge, "west" or "north".
    name : str
        End of the module's name.
    values, operand : shape
        Of the ports.

    Attributes
    ----------
    latency : int
        Cycles between a chunk and its first operand.
    moments : tuple of str
        Those of :data:`lowtide.hw.pe.control_bits.MOMENTS` that the encoder needs.
    watched : tuple of str
        Control bits without which nothing is ever lost: only these are reset.

    Ports
    -----
    control : in, :func:`lowtide.hw.pe.control_bits.encoder_control_layout`
        Control bits of this line.
    values : in
        The line's chunk.
    control_out : out
        Control bits of the next line, one cycle later.
    operand : out
        What goes to the first PE of the line.
    lost : out, 1 bit, at the north edge
        Something that the mode promised to keep was lost in this cycle.
    """

    latency: int = 0
    moments: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def __init__(self, config: ArrayConfig, where: str, name: str, *, values: ShapeLike, operand: ShapeLike) -> None:
        self.config = config
        layout = encoder_control_layout(config, where, self.moments)
        super().__init__(
            f"{config.name}_{name}",
            {
                "en": In(1),
                "control": In(layout),
                "values": In(values),
                "control_out": Out(layout),
                "operand": Out(operand),
            }
            | ({"lost": Out(1)} if where == "north" else {}),
        )

    def hand_on(self, m: Module) -> data.View:
        """Hand the control bits on to the next line; returns them as the next line gets them."""
        control = later(m, self.control, reset=self.watched)
        m.d.comb += self.control_out.eq(control)
        return control
