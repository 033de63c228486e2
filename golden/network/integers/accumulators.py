"""What 32 bits hold: the range of every accumulator, bias and sum of an integer network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ACCUMULATOR_BITS", "in_32_bits"]

ACCUMULATOR_BITS = 32


def in_32_bits(layer: str, what: str, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """``values`` as they are.

    Parameters
    ----------
    layer, what : str
        Name of the layer and of the values, for the message.
    values : integer array
        At least one value.

    Raises
    ------
    ValueError
        If one is beyond ``-2^31 .. 2^31 - 1``; says which.
    """
    limit = 1 << (ACCUMULATOR_BITS - 1)
    low, high = int(values.min()), int(values.max())
    if low < -limit or high >= limit:
        raise ValueError(
            f"layer {layer}: {what} is {low if low < -limit else high}, allowed are {-limit}..{limit - 1} "
            "(32 bits): fewer bits of weights or data"
        )
    return values
