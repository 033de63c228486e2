"""MobileNet, version 2: blocks that widen sixfold, filter each channel and project, with additions between narrow ends.

Source: Sandler et al., MobileNetV2, arXiv 1801.04381, table 2.
"""

from lowtide.golden.network.floating.graph import Graph

from .layers import SIZE, Layers

__all__ = ["mobilenet_v2"]

#: Expansion, output channels, blocks, stride of the first of them.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def mobilenet_v2(seed: int = 1) -> Graph:
    """The `Graph`: pictures [batch, 224, 224, 3] to the scores of 1000 classes, with random weights."""
    layers = Layers((SIZE, SIZE, 3), seed)
    layers.convolution("stem", 32, 3, stride=2, activation="relu6")
    channels = 32
    for stage, (expansion, outputs, blocks, first_stride) in enumerate(STAGES):
        for number in range(blocks):
            name, start = f"block{stage}_{number}", layers.last
            stride = 1 if number else first_stride
            if expansion > 1:
                layers.convolution(f"{name}.expand", expansion * channels, 1, activation="relu6")
            layers.convolution(
                f"{name}.depthwise", expansion * channels, 3, stride=stride, depthwise=True, activation="relu6"
            )
            end = layers.convolution(f"{name}.project", outputs, 1, activation=None)
            if stride == 1 and channels == outputs:
                layers.add(f"{name}.add", end, start)
            channels = outputs
    layers.convolution("head", 1280, 1, activation="relu6")
    return layers.classifier(1000)
