"""A network of super-resolution with weights and data of 4 bits, trained and quantised elsewhere, that qonnx carries.

Three convolutions, a nearest-neighbour enlargement by two, and a fourth one: ESPCN (Shi et al., CVPR 2016, section 3)
with a resize in place of the sub-pixel layer, trained with Brevitas. It takes 128 x 128 pixels of three colours from 0
to 1.
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

    from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

__all__ = ["model_file", "picture", "super_resolution"]


def super_resolution() -> QuantisedGraph:
    """The network in integers, with its own scales. Raises `DataMissing`, also if ``onnx`` is not installed."""
    extra("onnx")
    from lowtide.compiler.onnx.quantised_importer import import_quantised

    return import_quantised(model_file())


def model_file() -> Path:
    """The path of the ONNX model, with ``Quant`` nodes."""
    return _folder() / "nn_resize" / "quant_model.onnx"


def picture() -> NDArray[np.float32]:
    """The picture that comes with it, float32 [128, 128, 3]."""
    extra("onnx")
    import onnx

    tensor = onnx.TensorProto.FromString((_folder() / "test_data" / "input_0.pb").read_bytes())
    return np.asarray(onnx.numpy_helper.to_array(tensor)[0].transpose(1, 2, 0), np.float32)


def _folder() -> Path:
    return fetch(QONNX) / "qonnx" / "data" / "onnx" / "bsd300x3-espcn"
