"""MobileNet, version 1: depthwise 3x3 and 1x1 convolutions in turn.

Source: Howard et al., MobileNets, arXiv 1704.04861, table 1.
"""

from lowtide.golden.network.floating.graph import Graph

from .layers import SIZE, Layers

__all__ = ["mobilenet_v1"]

#: Output channels of the 1x1 convolutions, strides of the depthwise ones.
PAIRS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))


def mobilenet_v1(seed: int = 1) -> Graph:
    """The `Graph`: pictures [batch, 224, 224, 3] to the scores of 1000 classes, with random weights."""
    layers = Layers((SIZE, SIZE, 3), seed)
    layers.convolution("stem", 32, 3, stride=2)
    channels = 32
    for number, (outputs, stride) in enumerate(PAIRS):
        layers.convolution(f"depthwise{number}", channels, 3, stride=stride, depthwise=True)
        layers.convolution(f"pointwise{number}", outputs, 1)
        channels = outputs
    return layers.classifier(1000)
