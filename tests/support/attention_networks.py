"""Random networks with products of two computed tensors: attention in the forms that exporters write."""

import numpy as np

from lowtide.golden.network import Graph, Node

__all__ = ["attention", "product_of_rows"]


def attention(rng, *, length, heads, width, fused=False, scaled=False, softmax=True):
    """Attention of several heads over [length, channels], then a layer, a `Graph`.

    ``fused``: one layer makes what is asked, what is looked up and what is seen, and slices take it apart. Without
    ``softmax`` scores are limited, so that no step is the host's. ``scaled``: scores are divided by the root of
    the width.
    """
    channels, inside = int(rng.integers(1, 20)), heads * width
    nodes = []

    def put(name, op, *inputs, **fields):
        nodes.append(Node(name=name, op=op, inputs=inputs, **fields))
        return name

    def linear(name, source, inputs, made):
        weights = dict(weight=rng.normal(0, inputs**-0.5, (inputs, made)), bias=rng.normal(0, 0.1, made))
        return put(name, "linear", source, **weights)

    if fused:
        linear("qkv", "input", channels, 3 * inside)
    for place, (name, order) in enumerate({"q": (0, 2, 1, 3), "k": (0, 2, 3, 1), "v": (0, 2, 1, 3)}.items()):
        if fused:
            ends = dict(start=[0, place * inside], stop=[length, (place + 1) * inside], step=[1, 1])
            put(name, "slice", "qkv", attributes=ends)
        else:
            linear(name, "input", channels, inside)
        put(f"{name} split", "reshape", name, attributes={"shape": (length, heads, width)})
        put(f"{name} heads", "transpose", f"{name} split", attributes={"order": order})
    put("scores", "matmul", "q heads", "k heads")
    if scaled:
        put("scaled", "batch_norm", "scores", weight=np.full(length, width**-0.5), bias=np.zeros(length))
    put("shares", "softmax" if softmax else "relu", "scaled" if scaled else "scores")
    put("seen", "matmul", "shares", "v heads")
    put("back", "transpose", "seen", attributes={"order": (0, 2, 1, 3)})
    put("joined", "reshape", "back", attributes={"shape": (length, inside)})
    linear("projected", "joined", inside, int(rng.integers(1, 12)))
    return Graph(tuple(nodes), (length, channels))


def product_of_rows(rng, *, rows, swapped):
    """Two layers of a sequence, or of several in rows, multiplied with each other, a `Graph`; ``swapped``: with a
    transposition of the second in front."""
    pixels, channels, inner = (int(each) for each in rng.integers(1, 14, 3))
    shape = (rows, pixels, channels) if rows > 1 else (pixels, channels)
    columns = inner if swapped else pixels
    nodes = [
        Node(name="a", op="linear", inputs=("input",), weight=rng.normal(size=(channels, columns))),
        Node(name="b", op="linear", inputs=("input",), weight=rng.normal(size=(channels, inner))),
    ]
    axes = list(range(len(shape) + 1))
    if swapped:
        order = (*axes[:-2], axes[-1], axes[-2])
        nodes.append(Node(name="t", op="transpose", inputs=("b",), attributes={"order": order}))
    nodes.append(Node(name="product", op="matmul", inputs=("a", "t" if swapped else "b")))
    nodes.append(Node(name="end", op=str(rng.choice(["tanh", "relu"])), inputs=("product",)))
    return Graph(tuple(nodes), shape)
