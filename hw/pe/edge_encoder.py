"""Edge encoder: what stands between a line's chunk and its operands, at either edge of an array.

One for each row (west) or column (north). Control bits are handed on from line to line, one cycle later each, as the
chunks are.
"""

from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .base import encoder_control_layout, later

__all__ = ["EdgeEncoder"]


class EdgeEncoder(Unit):
    """The ports of an encoder: ``control`` and ``control_out``, ``values`` (a chunk), ``operand``; ``lost`` in a north
    encoder: this cycle something that the mode promised to keep was lost.

    where: "west" or "north". values, operand: shapes. A subclass states its ``latency``, the cycles between a chunk and
    its first operand; ``moments``, those of :data:`lowtide.hw.pe.base.MOMENTS` that it needs; and ``watched``, the
    control bits without which nothing is ever lost: only these are reset. It calls :meth:`hand_on` once.
    """

    latency = 0
    moments: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def __init__(self, config, where, name, *, values, operand):
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

    def hand_on(self, m):
        """Hand the control bits on to the next line; returns them as the next line gets them."""
        control = later(m, self.control, reset=self.watched)
        m.d.comb += self.control_out.eq(control)
        return control
