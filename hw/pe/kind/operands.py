"""How a kind's operands lie in the streams, what travels to the PEs instead, and the units at the edges in between."""

from amaranth.hdl import Const, signed, unsigned
from amaranth.lib import data

__all__ = ["Operands"]


class Operands:
    """The chapter of a kind about operands and results."""

    encoder_latency = 0  #: cycles from the streams to the array's border, at both edges
    decoder = True  #: whether formats of weights are decoded at the north edge, or mean something to the PE itself
    reports_losses = False  #: whether a weight of more bits than the mode states is found and reported

    def stream_bits(self, config, side):
        """Bits of one row's or column's operands of a beat in the stream ``x`` or ``w``."""
        return self.chunk(config) * (config.x_width if side == "x" else config.w_width)

    def element_bits(self, config, mode, side):
        """Bits of one value there in this mode. Values lie without gaps, value 0 lowest."""
        return config.x_width if side == "x" else config.w_width

    def element_sizes(self, config, word, side):
        """The same in hardware: pairs of a number of bits and the one-bit value that says when it holds."""
        return [(config.x_width if side == "x" else config.w_width, Const(1))]

    def decoded_bits(self, config, w_format):
        """Bits of one value in the stream ``w`` in modes of this format."""
        return config.w_width

    def padding(self, config, word, side):
        """Bits that stand in for the values beyond a job's last one, as wide as a payload; None for zeros."""
        return None

    def west_shape(self, config):
        """Shape of the operand that a PE holds."""
        return data.ArrayLayout(unsigned(config.x_width), self.chunk(config))

    def north_shape(self, config):
        """Shape of the operand that a PE takes every cycle."""
        return data.ArrayLayout(unsigned(config.w_width), self.chunk(config))

    def west_encoder(self, config):
        """A new unit between a row's chunk of data and its west operands; None passes the chunk on as it is.

        Ports: ``en``, ``control`` and ``control_out`` (handed on to the next row, registered), ``values`` (a chunk),
        ``operand``; and ``lost`` in a north encoder: this cycle something that the mode promised to keep was lost.
        ``latency``: cycles between a chunk and its first operand.
        """
        return None

    def north_encoder(self, config):
        """The same for a column's chunk of weights."""
        return None

    def result_shape(self, config):
        """Shape of a PE's result."""
        return signed(config.acc_width)

    def result_converter(self, config):
        """A new combinational unit that makes a result of the accumulator's width out of the one that a row shows:
        ports ``i`` and ``o``. None where they are the same."""
        return None
