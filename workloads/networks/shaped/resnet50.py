"""ResNet-50: bottlenecks of a 1x1, a 3x3 and a 1x1 convolution, each with an addition behind it.

Source: He et al., Deep Residual Learning, CVPR 2016, table 1; the first 1x1 convolution of a stage has its stride, as
there.
"""

from lowtide.golden.network.floating.graph import Graph

from .layers import SIZE, Layers

__all__ = ["resnet50"]

#: Channels of the 3x3 convolutions, blocks.
STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))
WIDENING = 4  #: a block's output channels, in those of its 3x3 convolution


def resnet50(seed: int = 1) -> Graph:
    """The `Graph`: pictures [batch, 224, 224, 3] to the scores of 1000 classes, with random weights."""
    layers = Layers((SIZE, SIZE, 3), seed)
    layers.convolution("stem", 64, 7, stride=2)
    layers.max_pool("stem.pool", 3, 2)
    for stage, (channels, blocks) in enumerate(STAGES):
        for number in range(blocks):
            name, start = f"block{stage}_{number}", layers.last
            stride = 2 if stage and not number else 1
            layers.convolution(f"{name}.reduce", channels, 1, source=start, stride=stride)
            layers.convolution(f"{name}.filter", channels, 3)
            end = layers.convolution(f"{name}.widen", WIDENING * channels, 1, activation=None)
            if not number:
                start = layers.convolution(
                    f"{name}.shortcut", WIDENING * channels, 1, source=start, stride=stride, activation=None
                )
            layers.add(f"{name}.add", end, start, activation="relu")
    return layers.classifier(1000)
