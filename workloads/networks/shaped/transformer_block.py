"""A transformer block: attention of several heads, and two layers behind it, each with a norm.

Source: Vaswani et al., "Attention is all you need", NIPS 2017, sections 3.1 to 3.3 (the encoder's layer, its norms
behind each sum), with GELU in place of ReLU (Hendrycks and Gimpel, arXiv 1606.08415).
"""

from typing import Any

import numpy as np

from lowtide.golden.network.floating.graph import Graph, Node

__all__ = ["transformer_block"]


def transformer_block(*, length: int = 64, channels: int = 64, heads: int = 4, wide: int = 2, seed: int = 6) -> Graph:
    """The block, a `Graph` of inputs [length, channels].

    Parameters
    ----------
    length, channels : int
        Of the sequence, and of each of its members.
    heads : int
        Of the attention, a divisor of ``channels``.
    wide : int
        Times ``channels``, the width between the two layers behind the attention.
    seed : int
        Of the weights.
    """
    rng = np.random.default_rng(seed)

    def weights(inputs: int, outputs: int) -> dict[str, Any]:
        return {"weight": rng.normal(0, inputs**-0.5, (inputs, outputs)), "bias": rng.normal(0, 0.1, outputs)}

    def norm(name: str, source: str) -> Node:
        gains = {"weight": rng.normal(1, 0.1, channels), "bias": rng.normal(0, 0.1, channels)}
        return Node(name=name, op="layer_norm", inputs=(source,), attributes={"epsilon": 1e-5}, **gains)

    nodes = []
    orders = {"q": (0, 2, 1, 3), "k": (0, 2, 3, 1), "v": (0, 2, 1, 3)}
    for name, order in orders.items():
        shape = {"shape": (length, heads, channels // heads)}
        nodes += [
            Node(name=name, op="linear", inputs=("input",), **weights(channels, channels)),
            Node(name=f"{name} split", op="reshape", inputs=(name,), attributes=shape),
            Node(name=f"{name} heads", op="transpose", inputs=(f"{name} split",), attributes={"order": order}),
        ]
    nodes += [
        Node(name="scores", op="matmul", inputs=("q heads", "k heads")),
        Node(name="shares", op="softmax", inputs=("scores",)),
        Node(name="seen", op="matmul", inputs=("shares", "v heads")),
        Node(name="back", op="transpose", inputs=("seen",), attributes={"order": (0, 2, 1, 3)}),
        Node(name="joined", op="reshape", inputs=("back",), attributes={"shape": (length, channels)}),
        Node(name="projected", op="linear", inputs=("joined",), **weights(channels, channels)),
        Node(name="sum", op="add", inputs=("input", "projected")),
        norm("first norm", "sum"),
        Node(name="wide", op="linear", inputs=("first norm",), **weights(channels, wide * channels)),
        Node(name="gelu", op="gelu", inputs=("wide",)),
        Node(name="narrow", op="linear", inputs=("gelu",), **weights(wide * channels, channels)),
        Node(name="second sum", op="add", inputs=("narrow", "first norm")),
        norm("second norm", "second sum"),
    ]
    return Graph(tuple(nodes), (length, channels))
