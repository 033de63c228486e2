"""Single layers of known networks, one of each type, with random weights: from external memory and back to it."""

from functools import partial

import numpy as np

from .networks import Sampled, WholeNetwork
from .shape import Shape
from .tasks import Aim, Task

__all__ = ["LAYERS", "LAYER_TASKS", "SHAPES"]


def _sampled(shape: Shape) -> Sampled:
    graph = shape.graph()
    samples = np.random.default_rng(2).normal(size=(2, *graph.shape)).astype(np.float32)
    return Sampled(graph, samples[1:], samples[0], random=True)


_DENSE, _NARROW, _DEPTHWISE = Aim(executing=0.9), Aim(executing=0.75), Aim(executing=0.22)
#: By name: where it is from, its shape, the aim on `small`.
_SHAPES: dict[str, tuple[str, Shape, Aim | None]] = {
    "first 3x3": ("MobileNetV1", Shape(size=224, channels=3, outputs=32, kernel=3, stride=2), None),
    "first 7x7": ("ResNet-50", Shape(size=224, channels=3, outputs=64, kernel=7, stride=2), None),
    "3x3 of 64": ("ResNet-50", Shape(size=56, channels=64, outputs=64, kernel=3), _DENSE),
    "3x3 of 128": ("ResNet-50", Shape(size=28, channels=128, outputs=128, kernel=3), _DENSE),
    "3x3 of 256": ("ResNet-50", Shape(size=14, channels=256, outputs=256, kernel=3), _DENSE),
    "3x3 of 512": ("ResNet-50", Shape(size=7, channels=512, outputs=512, kernel=3), _DENSE),
    "1x1 of 64": ("MobileNetV1", Shape(size=56, channels=64, outputs=128), _DENSE),
    "1x1 of 256": ("MobileNetV1", Shape(size=28, channels=256, outputs=256), _DENSE),
    "1x1 of 512": ("MobileNetV1", Shape(size=14, channels=512, outputs=512), _DENSE),
    "1x1 of 256, strided": ("ResNet-50", Shape(size=56, channels=256, outputs=128, stride=2), _DENSE),
    "1x1 of 16": ("EfficientNet-Lite0", Shape(size=112, channels=16, outputs=96), _NARROW),
    "1x1 of 24": ("EfficientNet-Lite0", Shape(size=56, channels=24, outputs=144), _NARROW),
    "1x1 of 32": ("EfficientNet-Lite0", Shape(size=112, channels=32, outputs=16), _NARROW),
    "1x1 of 40": ("EfficientNet-Lite0", Shape(size=28, channels=40, outputs=240), _NARROW),
    "depthwise 3x3": (
        "MobileNetV1",
        Shape(size=14, channels=512, outputs=512, kernel=3, depthwise=True),
        _DEPTHWISE,
    ),
    "depthwise 3x3, large": (
        "MobileNetV1",
        Shape(size=112, channels=32, outputs=32, kernel=3, depthwise=True),
        _DEPTHWISE,
    ),
    "depthwise 3x3, strided": (
        "MobileNetV1",
        Shape(size=112, channels=64, outputs=64, kernel=3, stride=2, depthwise=True),
        _DEPTHWISE,
    ),
    "depthwise 5x5": (
        "EfficientNet-Lite0",
        Shape(size=28, channels=240, outputs=240, kernel=5, depthwise=True),
        _DEPTHWISE,
    ),
    "depthwise 5x5, strided": (
        "EfficientNet-Lite0",
        Shape(size=56, channels=144, outputs=144, kernel=5, stride=2, depthwise=True),
        _DEPTHWISE,
    ),
    "residual": ("ResNet-50", Shape(size=56, channels=64, outputs=64, kernel=3, residual=True), _DENSE),
    "max pool": ("ResNet-50", Shape(size=112, channels=64, kernel=3, stride=2, op="max_pool"), None),
    "global pool": ("EfficientNet-Lite0", Shape(size=7, channels=1280, op="global_average_pool"), None),
    "linear": ("EfficientNet-Lite0", Shape(size=1, channels=1280, outputs=1000, op="linear"), None),
}

SHAPES = {name: shape for name, (_, shape, _) in _SHAPES.items()}
LAYERS = {
    name: WholeNetwork(f"{source}: {shape.text}", partial(_sampled, shape))
    for name, (source, shape, _) in _SHAPES.items()
}
LAYER_TASKS = (
    *(Task(name, "small", aim=aim) for name, (_, _, aim) in _SHAPES.items()),
    *(Task(name, "large") for name in _SHAPES),
)
