"""Fashion-MNIST: 28 x 28 pictures of ten kinds of clothes, harder than digits, from the Debian package.

The files are gzipped IDX: two zero bytes, the type (8: unsigned bytes), the number of axes, each axis' length as a
big-endian 32-bit integer, the bytes.

Source: Xiao, Rasul, Vollgraf, arXiv 1708.07747.
"""

from __future__ import annotations

import gzip
import math
import struct
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .fetch import fetch
from .labelled import Split
from .packages import FASHION

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CLASSES", "fashion", "read_idx"]

CLASSES = ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def fashion() -> Split:
    """The published `Split`: 60,000 pictures to train with, 10,000 to test with, uint8 [n, 28, 28, 1]."""
    folder = fetch(FASHION) / "usr" / "share" / "datasets" / "fashion-mnist"
    arrays = []
    for part in ("train", "t10k"):
        arrays.append(read_idx(folder / f"{part}-images-idx3-ubyte.gz")[..., None])
        arrays.append(read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64))
    return Split(*arrays)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The uint8 array in a gzipped IDX file; ValueError for a file of another type or length."""
    content = gzip.decompress(path.read_bytes())
    zeros, kind, axes = struct.unpack_from(">HBB", content)
    if zeros or kind != 8:
        raise ValueError(f"{path} begins with {content[:4].hex()}, allowed is an IDX file of unsigned bytes (000008..)")
    shape = struct.unpack_from(f">{axes}I", content, 4)
    data = content[4 + 4 * axes :]
    if len(data) != math.prod(shape):
        raise ValueError(f"{path} has {len(data)} bytes of data, allowed are {math.prod(shape)} for the shape {shape}")
    return np.frombuffer(data, np.uint8).reshape(shape)
