"""Networks after a method of the summary table: rounded only, or fine-tuned and kept in the cache folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph, quantise_graph
from lowtide.golden.number_formats.fitting import scales
from lowtide.golden.number_formats.integers import fixed_point
from lowtide.golden.number_formats.levels import binary, codebook, logarithmic, ternary
from lowtide.golden.number_formats.levels import level_quantiser as levels
from lowtide.workloads.networks.extras import extra
from lowtide.workloads.networks.store import fingerprint, is_kept, kept

from . import batch_norms, fine_tune, methods, network, recipe, retrained, weights
from .batch_norms import rounded_weights
from .recipe import Recipe

if TYPE_CHECKING:
    from rich.console import Console

    from lowtide.golden.network import Plan, QuantisedGraph

__all__ = ["TrainingData", "kept_training", "rounded", "tuned"]

_FORMATS = (binary, codebook, fixed_point, levels, logarithmic, scales, ternary)  # that trained weights depend on


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingData:
    """A float network with the data that it is trained on.

    Parameters
    ----------
    name : str
        Of the network and its data, what the cache calls them.
    key : str
        Of all that they were made from, a `fingerprint`.
    graph : Graph
        The float network.
    inputs : ndarray [samples, *shape]
        To train with.
    labels : ndarray of int [samples]
        Their classes.
    recipe, slow : Recipe
        Of the training, and of methods that train slowly.
    """

    name: str
    key: str
    graph: Graph
    inputs: np.ndarray
    labels: np.ndarray
    recipe: Recipe
    slow: Recipe

    @property
    def calibration(self) -> NDArray[Any]:
        """Samples for ranges."""
        return self.inputs[: self.recipe.calibration]


def rounded(method: methods.Method, data: TrainingData) -> QuantisedGraph:
    """The `lowtide.golden.network.QuantisedGraph` of the float network in a method's formats, nothing trained."""
    graph, plan = methods.form_of(method, data.graph, data.calibration, fresh=False)
    return quantise_graph(graph, data.calibration, plan, weights=rounded_weights(graph, plan))


def tuned(method: methods.Method, data: TrainingData, console: Console | None = None) -> retrained.Retrained:
    """A network fine-tuned with a method in the loop, trained once and kept.

    Parameters
    ----------
    method : Method
        Its formats.
    data : TrainingData
        The float network and its data.
    console : Console or None
        Where the progress bar goes.

    Raises
    ------
    DataMissing
        Without PyTorch, where it is not kept.
    """
    graph, plan = methods.form_of(method, data.graph, data.calibration, fresh=True)
    steps = data.slow if method.slow else data.recipe
    return kept_training(
        data,
        (method, steps),
        plan,
        lambda: fine_tune.fine_tune(graph, data.inputs, data.labels, steps, plan, console=console),
    )


def kept_training(
    data: TrainingData, words: object, plan: Plan, make: Callable[[], retrained.Retrained]
) -> retrained.Retrained:
    """What a training returns, made once for what it is made of.

    Parameters
    ----------
    data : TrainingData
        The float network and its data.
    words : object
        Values that say what is made.
    plan : Plan
        Of its quantisation.
    make
        Trains.

    Raises
    ------
    DataMissing
        Without PyTorch, where it is not kept.
    """
    key = fingerprint(
        data.key, words, plan, data.inputs.shape, batch_norms, fine_tune, methods, network, recipe, weights, *_FORMATS
    )
    name = f"tuned_{data.name}"
    if not is_kept(name, key):
        extra("torch")
    return retrained.retrained_of(
        kept(name, key, lambda: retrained.arrays_of_retrained(make())), plan, data.calibration
    )
