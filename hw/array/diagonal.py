"""Diagonal chunks: one weight for a column, put on the lane of the column's own channel at the north edge.

In a mode with ``diagonal`` a chunk of weights is one weight, value 0 of the payload. Column c multiplies it by value
``c mod V`` of the row's chunk, V the values of a beat; its other lanes get zero::

    y[m, c] = sum over chunks t of x[m, t V + c mod V] w[t, c]

With a tap of V channels as the chunk of data this is a depthwise convolution, V channels at a time.
"""

from amaranth.hdl import Cat, Const, Mux, Value
from amaranth.lib import data

from ..config.array_config import ArrayConfig
from ..logic.arithmetic import any_of

__all__ = ["expanded", "own_value"]


def own_value(config: ArrayConfig, mode: data.View, column: int) -> Value:
    """Which value of a chunk a column multiplies in a diagonal mode.

    Parameters
    ----------
    config : ArrayConfig
    mode : ModeWord view
    column : int

    Returns
    -------
    Value, one bit for each value of the largest chunk
        Bit ``column mod V`` is 1, V the values of a beat in this mode.
    """
    counts, values, found = config.pe.value_counts(config), config.pe.values(config, mode), []
    for place in range(config.chunk):
        holding = [count for count in counts if column % count == place]
        found.append(Const(len(holding) > 0, 1) if len(holding) in (0, len(counts)) else values.matches(*holding))
    return Cat(found)


def expanded(config: ArrayConfig, mode: data.View, own: Value, chunk: Value) -> Value:
    """A column's chunk of weights, decoded: as it is, or in a diagonal mode value 0 on the column's own place.

    Parameters
    ----------
    config : ArrayConfig
    mode : ModeWord view
    own : Value
        Of :func:`own_value`.
    chunk : Value
        Without exponent.

    Returns
    -------
    Value
        As wide as ``chunk``.
    """
    choices = []
    for bits, holds in config.pe.element_sizes(config, mode, "w"):
        places = min(config.chunk, len(chunk) // bits)
        spread = Cat(chunk[:bits] & own[place].replicate(bits) for place in range(places))
        choices.append(Cat(spread, Const(0, len(chunk) - len(spread))) & holds.replicate(len(chunk)))
    return Mux(mode.diagonal, any_of(choices), chunk)
