"""Convolution as matrix products of Toeplitz matrices, for real numbers and integers alike.

Every output pixel of a channel is a dot product with the taps of its window::

    y[b, i, j, n] = sum_{u, v, c} x[b, i sy + u dy - top, j sx + v dx - left, c] w[u, v, c, n]

The windows of all output pixels, one a row, are the Toeplitz matrix [batch height width, taps channels], so that
``Y = toeplitz(x) @ W``. A 1x1 convolution needs no copy, and a depthwise one (a channel a group) is summed tap by tap.

Source: im2col, Chellapilla, Puri, Simard, *High Performance Convolutional Neural Networks for Document Processing*,
2006; Emer et al., ISCA tutorial 2019, on Toeplitz matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ...checks import check_integer

if TYPE_CHECKING:
    from .graph import Node

__all__ = ["Geometry", "convolve", "depthwise", "pad", "taps", "toeplitz"]

Number = TypeVar("Number", bound=np.generic)  #: of a picture

_BLOCK = 1 << 22  # elements of a Toeplitz matrix made at a time
_CACHED = 1 << 15  # elements that a depthwise convolution works on at a time


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Windows over a picture. ValueError for anything that is not allowed.

    Parameters
    ----------
    size, stride, dilation : (int, int)
        (y, x), 1 or more.
    padding : (int, int, int, int)
        (top, left, bottom, right), 0 or more.
    groups : int
        1 or more.
    """

    size: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    def __post_init__(self) -> None:
        for name, length, least in (("size", 2, 1), ("stride", 2, 1), ("dilation", 2, 1), ("padding", 4, 0)):
            values = getattr(self, name)
            if not isinstance(values, (tuple, list)) or len(values) != length:
                raise ValueError(f"{name} is {values!r}, allowed are {length} integers >= {least}")
            object.__setattr__(self, name, tuple(check_integer(name, value, least) for value in values))
        check_integer("groups", self.groups, 1)

    @classmethod
    def of(cls, node: Node) -> Geometry:
        """The geometry of a conv or pooling node; what its attributes do not state is 1, padding 0. ValueError for
        attributes of other names."""
        allowed = ("stride", "padding", "dilation", "groups") if node.op == "conv" else ("size", "stride", "padding")
        unknown = [name for name in node.attributes if name not in allowed]
        if unknown:
            raise ValueError(f"attributes of {node.name} have {unknown}, allowed are {', '.join(allowed)}")
        size = node.kernel.shape[:2] if node.op == "conv" else node.attributes.get("size")
        return cls(**{**node.attributes, "size": size})

    @property
    def pointwise(self) -> bool:
        """Whether every output pixel sees its own input pixel alone."""
        return self.size == self.stride == (1, 1) and not any(self.padding)

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) of the output; ValueError if the window does not fit into the padded picture."""
        top, left, bottom, right = self.padding
        sizes = []
        for axis, padded in enumerate((height + top + bottom, width + left + right)):
            reach = (self.size[axis] - 1) * self.dilation[axis] + 1
            if padded < reach:
                raise ValueError(f"padded picture is {padded} along axis {axis}, allowed are {reach} and more")
            sizes.append((padded - reach) // self.stride[axis] + 1)
        return sizes[0], sizes[1]


def pad(x: NDArray[Number], padding: tuple[int, int, int, int], fill: float = 0) -> NDArray[Number]:
    """x [batch, height, width, channels] with ``fill`` around it; x itself if there is nothing to pad."""
    if not any(padding):
        return x
    top, left, bottom, right = padding
    batch, height, width, channels = x.shape
    padded = np.full((batch, height + top + bottom, width + left + right, channels), fill, x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded


def taps(x: NDArray[Number], geometry: Geometry, fill: float = 0) -> Iterator[NDArray[Number]]:
    """One view [batch, out height, out width, channels] of the padded x for each place of the window, rows first."""
    _check_picture(x)
    out = geometry.output_size(*x.shape[1:3])
    x = pad(x, geometry.padding, fill)
    (sy, sx), (dy, dx) = geometry.stride, geometry.dilation
    for u in range(0, geometry.size[0] * dy, dy):
        for v in range(0, geometry.size[1] * dx, dx):
            yield x[:, u : u + (out[0] - 1) * sy + 1 : sy, v : v + (out[1] - 1) * sx + 1 : sx]


def toeplitz(x: NDArray[Number], geometry: Geometry, fill: float = 0) -> NDArray[Number]:
    """The windows of a picture as the rows of a matrix. Groups are not told apart.

    Parameters
    ----------
    x : ndarray [batch, height, width, channels]
    geometry : Geometry
    fill : number
        What lies outside of the picture.

    Returns
    -------
    ndarray [batch out_height out_width, size_y size_x channels]
        Of the dtype of x.

    Raises
    ------
    ValueError
        For another rank and for a window that does not fit.
    """
    if geometry.pointwise:
        _check_picture(x)
        return x.reshape(-1, x.shape[-1])
    out = geometry.output_size(*x.shape[1:3])
    rows = np.empty((x.shape[0], *out, geometry.size[0] * geometry.size[1], x.shape[-1]), x.dtype)
    for number, tap in enumerate(taps(x, geometry, fill)):
        rows[..., number, :] = tap
    return rows.reshape(-1, rows.shape[-2] * rows.shape[-1])


def convolve(
    x: NDArray[Number],
    geometry: Geometry,
    outputs: int,
    multiply: Callable[[NDArray[Number], int], NDArray[Any]],
    *,
    dtype: DTypeLike | None = None,
    fill: float = 0,
) -> NDArray[Any]:
    """``toeplitz(x of a group) @ W of the group`` for every group, a few pictures at a time.

    Parameters
    ----------
    x : ndarray [batch, height, width, channels]
    geometry : Geometry
    outputs : int
        Channels of the result.
    multiply : callable
        ``multiply(matrix [M, K], group)`` returns [M, outputs / groups].
    dtype : dtype, optional
        Of the result, that of x if None.
    fill : number
        What lies outside of the picture.

    Returns
    -------
    ndarray [batch, out_height, out_width, outputs]

    Raises
    ------
    ValueError
        For channels or outputs that groups do not divide.
    """
    _check_picture(x)
    batch, height, width, channels = x.shape
    groups = geometry.groups
    if channels % groups or outputs % groups:
        raise ValueError(f"channels, outputs are {channels}, {outputs}, allowed are multiples of groups = {groups}")
    out = geometry.output_size(height, width)
    y = np.empty((batch, *out, outputs), dtype or x.dtype)
    wide, deep = outputs // groups, channels // groups
    elements = out[0] * out[1] * geometry.size[0] * geometry.size[1] * deep
    step = max(1, _BLOCK // elements)
    for start in range(0, batch, step):
        part = y[start : start + step]
        for group in range(groups):
            rows = toeplitz(x[start : start + step, ..., group * deep : (group + 1) * deep], geometry, fill)
            part[..., group * wide : (group + 1) * wide] = multiply(rows, group).reshape(*part.shape[:3], wide)
    return y


def depthwise(x: NDArray[Number], weight: NDArray[Number], geometry: Geometry, fill: float = 0) -> NDArray[Number]:
    """Every channel convolved with its own window, tap by tap.

    Parameters
    ----------
    x : ndarray [batch, height, width, channels]
    weight : ndarray [size_y, size_x, 1, channels]
        Of the dtype of x.
    geometry : Geometry
    fill : number
        What lies outside of the picture.

    Returns
    -------
    ndarray [batch, out_height, out_width, channels]
        Of that dtype: sums are made in it.
    """
    _check_picture(x)
    rows, columns = geometry.output_size(*x.shape[1:3])
    channels = x.shape[-1]
    x = pad(x, geometry.padding, fill)
    weight = weight.reshape(-1, channels)
    inside = Geometry(size=geometry.size, stride=geometry.stride, dilation=geometry.dilation)
    reach = (geometry.size[0] - 1) * geometry.dilation[0] + 1
    step = max(1, _CACHED // (columns * channels))
    y = np.zeros((x.shape[0], rows, columns, channels), x.dtype)
    work = np.empty((1, min(step, rows), columns, channels), x.dtype)
    for picture in range(x.shape[0]):
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            part, products = y[picture : picture + 1, start:stop], work[:, : stop - start]
            top = start * geometry.stride[0]
            seen = x[picture : picture + 1, top : (stop - 1) * geometry.stride[0] + reach]
            for tap, weights in zip(taps(seen, inside), weight, strict=True):
                np.multiply(tap, weights, out=products)
                part += products
    return y


def _check_picture(x: NDArray[Any]) -> None:
    if x.ndim != 4 or 0 in x.shape:
        raise ValueError(f"x has shape {x.shape}, allowed are [batch, height, width, channels], each >= 1")
