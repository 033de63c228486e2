"""The shape of a single layer, and the layer as a network."""

from dataclasses import dataclass

import numpy as np

from lowtide.golden.network.floating.graph import Graph, Node

__all__ = ["Shape"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A layer.

    Parameters
    ----------
    size : int
        Rows and columns of its input.
    channels, outputs : int
    kernel, stride : int
    op : str
        conv, max_pool, global_average_pool or linear.
    depthwise, residual : bool
        Of a convolution: of each channel alone; with its input added.
    """

    size: int
    channels: int
    outputs: int = 0
    kernel: int = 1
    stride: int = 1
    op: str = "conv"
    depthwise: bool = False
    residual: bool = False

    @property
    def text(self) -> str:
        """For tables."""
        what = f"{self.kernel}x{self.kernel}" if self.op in ("conv", "max_pool") else ""
        words = [what, "depthwise" if self.depthwise else "" if self.op == "conv" else self.op.replace("_", " ")]
        words += [f"stride {self.stride}" if self.stride > 1 else "", "and addition" if self.residual else ""]
        into = f"{self.size}x{self.size}x{self.channels}" if self.size > 1 else str(self.channels)
        return " ".join(filter(None, words)) + f", {into}" + (f" to {self.outputs}" if self.outputs else "")

    def graph(self) -> Graph:
        """The layer as a network: random weights, a ReLU behind a convolution without addition."""
        rng, shape = np.random.default_rng(1), (self.size, self.size, self.channels)
        inputs = self.channels if self.op == "conv" and not self.depthwise else 1
        pads = {"stride": (self.stride,) * 2, "padding": (self.kernel // 2,) * 4}
        if self.op == "conv":
            scale = np.sqrt(2 / (self.kernel**2 * inputs))
            node = Node(
                name="layer",
                op="conv",
                inputs=("input",),
                weight=rng.normal(scale=scale, size=(self.kernel, self.kernel, inputs, self.outputs)),
                bias=rng.normal(scale=0.1, size=self.outputs),
                attributes={**pads, "groups": self.channels if self.depthwise else 1},
            )
            behind = ("add", ("layer", "input")) if self.residual else ("relu", ("layer",))
            return Graph((node, Node(name="end", op=behind[0], inputs=behind[1])), shape)
        if self.op == "linear":
            weight = rng.normal(scale=np.sqrt(1 / self.channels), size=(self.channels, self.outputs))
            node = Node(name="layer", op="linear", inputs=("input",), weight=weight, bias=np.zeros(self.outputs))
            return Graph((node,), (self.channels,))
        attributes = {"size": (self.kernel,) * 2, **pads} if self.op == "max_pool" else {}
        return Graph((Node(name="layer", op=self.op, inputs=("input",), attributes=attributes),), shape)
