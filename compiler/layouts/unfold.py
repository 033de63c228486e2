"""First layers: the taps of a window's row as channels, so that pictures of few channels fill their atoms.

A picture of 3 channels fills three quarters of an atom of four values, one of 1 channel a quarter. Unfolded, a pixel
has the channels of all pixels that a row of the window sees from it::

    unfolded[y, x, (v, c)] = picture[y, x stride - left + v dilation, c]      v = 0 .. size - 1

and the convolution has windows of one column left, and no stride or padding along x. The host unfolds a picture when it
writes it; it grows by ``size / stride``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["unfolded_picture", "unfolded_weights"]


def unfolded_picture(
    picture: ArrayLike, columns: int, *, size: int, stride: int = 1, left: int = 0, dilation: int = 1, fill: int = 0
) -> NDArray[np.integer]:
    """A picture as the rows of a window see it.

    Parameters
    ----------
    picture : array_like of int [rows, columns, channels]
    columns : int
        Of the output.
    size, stride, left, dilation : int
        Of the window, along x.
    fill : int
        Code of padding: the zero point.

    Returns
    -------
    ndarray of int [rows, columns of the output, size times channels]
    """
    values = np.asarray(picture)
    rows, width, channels = values.shape
    found = np.full((rows, columns, size, channels), fill, values.dtype)
    for tap in range(size):
        x = np.arange(columns) * stride - left + tap * dilation
        inside = (x >= 0) & (x < width)
        found[:, inside, tap] = values[:, x[inside]]
    return found.reshape(rows, columns, size * channels)


def unfolded_weights(weights: ArrayLike) -> NDArray[np.integer]:
    """The weights for it: [size y, size x, channels, outputs] as [size y, 1, size x times channels, outputs]."""
    values = np.asarray(weights)
    return values.reshape(values.shape[0], 1, -1, values.shape[3])
