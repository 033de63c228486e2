"""A method of reduced precision as a plan for a network: which layers and data get which format.

The published ones are `lowtide.experiments.training.published_methods`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from lowtide.golden.network import Plan
from lowtide.golden.number_formats import BinaryConnect, FixedPoint, Format

from .batch_norms import folded_names, standardised, with_batch_norms, without_relus

if TYPE_CHECKING:
    from lowtide.golden.network import Graph

__all__ = ["Method", "form_of"]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way of quantising, as published.

    Parameters
    ----------
    name, category, source : str
        What tables call it, what kind of method it is, and who published it.
    conv, linear : Format
        Of the weights of convolutions and of linear layers.
    conv_bits, linear_bits : int
        Their bits, as published.
    data : Format or None
        Of data, None for 32-bit floats.
    data_bits : int
        Its bits, as published.
    ends_float : bool
        Whether the first and the last layer are left alone.
    per_channel : bool
        Whether every filter has a scale.
    normed : bool
        Whether batch norms are put in.
    published : float or None
        Points that the source loses.
    tuned : bool
        Whether those are after fine-tuning.
    slow : bool
        Whether it needs more and larger steps.
    """

    name: str
    category: str
    source: str
    conv: Format
    linear: Format
    conv_bits: int
    linear_bits: int
    data: Format | None = None
    data_bits: int = 32
    ends_float: bool = False
    per_channel: bool = False
    normed: bool = False
    published: float | None = None
    tuned: bool = True
    slow: bool = False

    @property
    def binary_data(self) -> bool:
        """Whether data are -1 and 1: their signs are the activation function then."""
        return isinstance(self.data, BinaryConnect)

    @property
    def weight_bits(self) -> str:
        """In words."""
        if self.conv_bits == self.linear_bits:
            return str(self.conv_bits)
        return f"{self.conv_bits} (conv), {self.linear_bits} (linear)"


def form_of(method: Method, graph: Graph, calibration: ArrayLike, *, fresh: bool) -> tuple[Graph, Plan]:
    """The network that a method quantises, and how.

    Parameters
    ----------
    method : Method
        Which.
    graph : Graph
        The float network.
    calibration : array_like [samples, *shape]
        Samples for the statistics of batch norms.
    fresh : bool
        As training begins: with batch norms of mean 0 and variance 1 on calibration data where the method trains binary
        weights or data. Else as the network was trained in floating point.

    Returns
    -------
    (Graph, Plan)
        The network, and the plan of its quantisation.
    """
    names = folded_names(graph)
    first, last = next(iter(names)), list(names)[-1]
    source = _source(graph, graph.node(last).inputs[0])
    if method.binary_data:
        graph = without_relus(graph, kept=(source,) if method.ends_float else ())
    if method.normed and fresh:
        graph = standardised(with_batch_norms(graph), calibration)
    names = folded_names(graph)
    weights: dict[str, Format | None] = {
        after: method.conv if graph.node(name).op == "conv" else method.linear for name, after in names.items()
    }
    data: dict[str, Format | None] = {}
    if method.ends_float:
        weights[names[first]] = weights[names[last]] = None
        data = {graph.input: None, _source(graph, graph.node(last).inputs[0]): None}
    elif method.binary_data:
        data = {graph.input: FixedPoint(8)}
    if method.data is None:
        data = {}
    return graph, Plan(
        weights=method.linear,
        weight_overrides=weights,
        per_channel=method.per_channel,
        activations=method.data,
        activation_overrides=data,
    )


def _source(graph: Graph, tensor: str) -> str:
    """The tensor whose values ``tensor`` hands on: itself, or what was pooled and flattened."""
    made = {node.name: node for node in graph.nodes}
    while tensor in made and made[tensor].op in ("max_pool", "flatten"):
        tensor = made[tensor].inputs[0]
    return tensor
