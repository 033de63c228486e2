"""The classifier of an early exit: one linear layer behind an inner tensor, trained with that tensor as it is.

Pictures are averaged over windows of ``pool`` pixels first. The network itself does not change.

Source: Teerapittayanon, McDanel, Kung, BranchyNet, arXiv 1709.01686 (there all exits are trained together).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph, Node
from lowtide.golden.reduce import EarlyExit
from lowtide.golden.reduce.counts import tensor_shapes

from .fine_tune import fine_tune
from .recipe import Recipe

__all__ = ["train_exit"]

_BATCH = 256


def train_exit(
    graph: Graph,
    tensor: str,
    inputs: NDArray[Any],
    labels: NDArray[np.integer],
    recipe: Recipe | None = None,
    *,
    pool: int = 1,
) -> EarlyExit:
    """A classifier at an inner tensor of a network, trained.

    Parameters
    ----------
    graph : Graph
        The network, which stays as it is.
    tensor : str
        Where the exit is.
    inputs : ndarray of float [samples, *shape]
        To train with.
    labels : ndarray of int [samples]
        Classes from 0.
    recipe : Recipe or None
        Of the training.
    pool : int
        Side of the windows that pictures are averaged over, a divisor of their sides.

    Returns
    -------
    EarlyExit
        The exit.

    Raises
    ------
    DataMissing
        Without PyTorch.
    """
    graph.node(tensor)
    found = []
    for start in range(0, len(inputs), _BATCH):
        graph.run(
            inputs[start : start + _BATCH],
            lambda name, values: found.append(_pooled(values, pool)) if name == tensor else None,
        )
    seen = np.concatenate(found)
    classes = int(np.max(labels)) + 1
    linear = Node(
        name="scores", op="linear", inputs=("input",), weight=np.zeros((seen.shape[1], classes)), bias=np.zeros(classes)
    )
    trained = fine_tune(Graph((linear,), (seen.shape[1],)), seen, labels, recipe or Recipe()).graph.node("scores")
    return EarlyExit(tensor=tensor, head=_head(graph, tensor, trained, pool))


def _pooled(values: NDArray[Any], pool: int) -> NDArray[Any]:
    if values.ndim == 2:
        return values
    batch, height, width, channels = values.shape
    windows = values.reshape(batch, height // pool, pool, width // pool, pool, channels)
    return windows.mean(axis=(2, 4)).reshape(batch, -1)


def _head(graph: Graph, tensor: str, linear: Node, pool: int) -> Graph:
    shape, nodes, last = tensor_shapes(graph)[tensor], [], "input"
    if len(shape) == 3:
        window = {"size": (pool, pool), "stride": (pool, pool)}
        nodes = [
            Node(name="pool", op="average_pool", inputs=(last,), attributes=window),
            Node(name="flat", op="flatten", inputs=("pool",)),
        ]
        last = "flat"
    nodes.append(Node(name=linear.name, op="linear", inputs=(last,), weight=linear.weight, bias=linear.bias))
    return Graph(tuple(nodes), shape)
