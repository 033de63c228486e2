"""The edges of an array: between the operand streams and the PEs at its west and north border.

West: data are skewed, row r by r cycles. North: weights are skewed, column c by c cycles, then encoded where the kind
has an encoder, one for each column, shared by all rows; the encoders hand their control bits from column to column.
Both edges take the same number of cycles: the kind's ``encoder_latency``.
"""

from amaranth.hdl import Cat, Shape, Signal
from amaranth.lib.wiring import In, Out

from .mode import ModeWord
from .pe.base import control_layout, encoder_control_layout
from .skew import Skew, registered
from .unit import Unit

__all__ = ["NorthEdge", "WestEdge", "stream_bits"]


def stream_bits(config, side):
    """Width of the payload of the ``x`` or ``w`` stream: one chunk for each row or column."""
    return config.rows * config.chunk * config.x_width if side == "x" else config.cols * config.chunk * config.w_width


class WestEdge(Unit):
    """The west border. Ports: ``values`` (payload of ``x``), ``control``; ``operands`` for each row, skewed, and
    ``control_out`` for row 0."""

    def __init__(self, config):
        self.config = config
        control, bits = control_layout(config.operations), stream_bits(config, "x")
        super().__init__(f"{config.name}_west_edge", {
            "en": In(1), "control": In(control), "values": In(bits), "control_out": Out(control),
            "operands": Out(bits),
        })

    def build(self, m):
        config, control = self.config, self.control
        delay = config.operations.encoder_latency
        values = self.values
        for stage in range(delay):
            values = registered(m, values, f"values_{stage + 1}")
            later = Signal.like(control, name=f"control_{stage + 1}")
            m.d.sync += later.eq(control)
            control = later
        skew = self.place(m, "skew", Skew(f"{config.name}_west_skew", count=config.rows,
                                          width=config.chunk * config.x_width), i=values)
        m.d.comb += [self.operands.eq(skew.o), self.control_out.eq(control)]


class NorthEdge(Unit):
    """The north border. Ports: ``values`` (payload of ``w``), ``control``, ``mode``; ``operands`` for each column,
    skewed; ``lost``, an encoder lost a term in this cycle."""

    def __init__(self, config):
        self.config = config
        north_bits = Shape.cast(config.operations.north_shape(config)).width
        super().__init__(f"{config.name}_north_edge", {
            "en": In(1), "control": In(encoder_control_layout(config)), "mode": In(ModeWord),
            "values": In(stream_bits(config, "w")), "operands": Out(config.cols * north_bits), "lost": Out(1),
        })

    def build(self, m):
        config, control = self.config, self.control
        kind, chunk_bits = config.operations, config.chunk * config.w_width
        values = self.values
        if (used := kind.used_values(config, self.mode)) is not None:
            values = values & Cat(bit.replicate(config.w_width) for bit in used).replicate(config.cols)
        skew = self.place(m, "skew", Skew(f"{config.name}_north_skew", count=config.cols, width=chunk_bits), i=values)
        operands, lost = [], []
        for column in range(config.cols):
            chunk = skew.o.word_select(column, chunk_bits)
            if (encoder := kind.encoder(config)) is None:
                operands.append(chunk)
                continue
            outputs = self.place(m, f"encoder_{column}", encoder, control=control, values=chunk)
            control = outputs.control_out
            operands.append(outputs.north)
            lost.append(outputs.lost)
        m.d.comb += [self.operands.eq(Cat(operands)), self.lost.eq(Cat(lost).any() if lost else 0)]
