"""mnist-8 of the ONNX model zoo, a trained convolutional network for MNIST that the qonnx package carries.

Two 5x5 convolutions (8 and 16 channels) with ReLU and max pooling, and a linear layer of 256 values. It sees grey
levels from 0 to 255. It was trained on the whole MNIST training set, so on the pictures of
:mod:`lowtide.workloads.data.mnist` too: its accuracy there is no estimate of that on new pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..data.fetch import fetch
from ..data.packages import QONNX
from .extras import extra

if TYPE_CHECKING:
    from pathlib import Path

    from lowtide.golden.network.floating.graph import Graph

__all__ = ["mnist_cnn", "model_file", "prepare"]


def mnist_cnn() -> Graph:
    """The `Graph`: inputs as `prepare` makes them [batch, 28, 28, 1], to the scores of ten digits.

    Raises `DataMissing`, also if ``onnx`` is not installed.
    """
    extra("onnx")
    from lowtide.compiler.onnx.importer import import_onnx

    return import_onnx(model_file())


def model_file() -> Path:
    """The path of the ONNX model."""
    return fetch(QONNX) / "qonnx" / "data" / "onnx" / "mnist-conv" / "model.onnx"


def prepare(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the network sees of uint8 pictures [n, 28, 28, 1]: float32 of the same shape, from 0 to 255."""
    return pictures.astype(np.float32)
