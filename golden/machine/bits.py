"""Fields of bits in bytes, lowest bit first: values of atoms and of weight words."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["fields", "packed", "signed"]


def fields(units: NDArray[np.uint8], first: int, width: int, count: int, pitch: int) -> NDArray[np.int32]:
    """Unsigned integers that lie in bytes.

    Parameters
    ----------
    units : ndarray of uint8 [..., bytes]
        The lowest byte first.
    first, width, pitch : int
        The lowest bit of field 0, the bits of a field (1..16), and how far the lowest bits of two neighbours lie apart.
    count : int
        How many.

    Returns
    -------
    ndarray of int32 [..., count]
    """
    if width == pitch and width in (8, 16) and first % 8 == 0:
        part = np.ascontiguousarray(units[..., first // 8 : (first + count * width) // 8])
        return part.view(np.uint8 if width == 8 else "<u2").astype(np.int32)
    bits = np.unpackbits(units, axis=-1, bitorder="little")
    places = first + np.arange(count)[:, None] * pitch + np.arange(width)
    return bits[..., places].astype(np.int32) @ (1 << np.arange(width, dtype=np.int32))


def packed(values: NDArray[np.integer], width: int, size: int) -> NDArray[np.uint8]:
    """Integers as fields without gaps, the lowest ``width`` bits of each, behind them zeros.

    Parameters
    ----------
    values : ndarray of int [..., count]
    width : int
        1..16.
    size : int
        Bytes, at least as many as the fields need.

    Returns
    -------
    ndarray of uint8 [..., size]
    """
    bits = (values[..., None] >> np.arange(width) & 1).astype(np.uint8).reshape(*values.shape[:-1], -1)
    whole = np.zeros((*values.shape[:-1], 8 * size), np.uint8)
    whole[..., : bits.shape[-1]] = bits
    return np.packbits(whole, axis=-1, bitorder="little")


def signed(values: NDArray[np.integer], width: int) -> NDArray[np.int64]:
    """The low ``width`` bits of integers as two's complement, int64."""
    return values.astype(np.int64) << 64 - width >> 64 - width
