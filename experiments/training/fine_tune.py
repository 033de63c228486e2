"""Training of a golden graph with its formats in the loop: quantisation-aware, from the weights that it has.

Every step: rounded weights and data forward, straight-through gradients backward, Adam on the real weights behind them.
Ranges of data and statistics of batch norms are taken anew from calibration data before every epoch and at the end.
One thread and fixed orders: the same run gives the same numbers on the same machine.

Source: Courbariaux et al., arXiv 1511.00363, algorithm 1; Krishnamoorthi, arXiv 1806.08342, section 3.2; pruning: Zhu,
Gupta, arXiv 1710.01878.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.progress import tracked
from lowtide.golden.checks import integer_array
from lowtide.golden.network import Plan
from lowtide.golden.reduce import cubic_share, magnitude_mask
from lowtide.workloads.networks.extras import extra
from lowtide.workloads.networks.torch_threads import threads_of

from .network import TrainedNetwork
from .retrained import Retrained

if TYPE_CHECKING:
    from rich.console import Console

    from lowtide.golden.network import Graph

    from .recipe import Distillation, IterativePruning, Recipe

__all__ = ["FLOAT", "fine_tune"]

FLOAT = Plan(weights=None, activations=None)  #: nothing is quantised


def fine_tune(
    graph: Graph,
    inputs: ArrayLike,
    labels: ArrayLike,
    recipe: Recipe,
    plan: Plan = FLOAT,
    *,
    distillation: Distillation | None = None,
    pruning: IterativePruning | None = None,
    masks: Mapping[str, NDArray[np.bool]] | None = None,
    console: Console | None = None,
) -> Retrained:
    """Train a network with its quantisation in the loop.

    Parameters
    ----------
    graph : Graph
        Of the ops that `lowtide.experiments.training.network` has, with scores of classes as its output.
    inputs : array_like of float [samples, *shape]
        To train with.
    labels : array_like of int [samples]
        Their classes.
    recipe : Recipe
        Epochs, batch, rate and seed.
    plan : Plan
        With static scales, its output left at the accumulators; formats of weights are those of layers before folding,
        by names after.
    distillation : Distillation or None
        A teacher.
    pruning : IterativePruning or None
        Weights that become zero on the way.
    masks : mapping of str to ndarray of bool, or None
        By layer, of the shape of its weight: False where a weight is zero for good.
    console : Console or None
        Where the progress bar goes, none if None.

    Returns
    -------
    Retrained
        The network as it is afterwards.

    Raises
    ------
    DataMissing
        Without PyTorch.
    ValueError
        For labels or a teacher's scores of another length, and for plans with scales that are not static or data terms.
    """
    torch = extra("torch")
    labels, inputs = integer_array("labels", labels), graph.checked(inputs).astype(np.float32)
    for name, array in (("labels", labels), ("scores", None if distillation is None else distillation.scores)):
        if array is not None and len(array) != len(inputs):
            raise ValueError(f"{name} has {len(array)} samples, allowed are {len(inputs)}, those of inputs")
    if plan.scales != "static" or plan.data_terms:
        raise ValueError(f"plan has scales {plan.scales!r}, data terms {plan.data_terms}, allowed are 'static', 0")
    with threads_of(torch, 1):
        return _Run(torch, graph, inputs, labels, recipe, plan, distillation, pruning, masks).train(console)


class _Run:
    """One training."""

    def __init__(
        self,
        torch: Any,
        graph: Graph,
        inputs: NDArray[np.float32],
        labels: NDArray[np.integer],
        recipe: Recipe,
        plan: Plan,
        distillation: Distillation | None,
        pruning: IterativePruning | None,
        masks: Mapping[str, NDArray[np.bool]] | None,
    ) -> None:
        self.torch, self.recipe, self.pruning, self.distillation = torch, recipe, pruning, distillation
        self.calibration = inputs[: recipe.calibration]
        self.network = TrainedNetwork(graph, plan, self.calibration)
        self.inputs, self.labels = torch.from_numpy(inputs), torch.from_numpy(labels.astype(np.int64))
        if distillation is not None:
            self.teacher = torch.from_numpy(distillation.scores.astype(np.float32))
        for name, mask in (masks or {}).items():
            self._mask(self.network.layers[name], mask)
        self.steps = recipe.epochs * -(-len(inputs) // recipe.batch)

    def train(self, console: Console | None) -> Retrained:
        recipe, network = self.recipe, self.network
        optimiser = self.torch.optim.Adam(network.parameters, recipe.rate)
        schedule = self.torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, self.steps)
        rng, step = np.random.default_rng(recipe.seed), 0
        epochs = range(recipe.epochs)
        for _ in tracked(epochs, "training", console) if console else epochs:
            network.refresh()
            order = self.torch.from_numpy(rng.permutation(len(self.inputs)))
            for chosen in order.split(recipe.batch):
                self._prune(step)
                optimiser.zero_grad()
                self._loss(chosen).backward()
                optimiser.step()
                schedule.step()
                for layer in network.layers.values():
                    layer.after_step()
                step += 1
        self._prune(step)
        network.refresh()
        return Retrained(
            graph=network.trained_graph(), plan=network.plan, weights=network.folded(), calibration=self.calibration
        )

    def _loss(self, chosen: Any) -> Any:
        functional = self.torch.nn.functional
        scores = self.network.forward(self.inputs[chosen])
        loss = functional.cross_entropy(scores, self.labels[chosen])
        if self.distillation is None:
            return loss
        warm, share = self.distillation.temperature, self.distillation.share
        soft = functional.kl_div(
            functional.log_softmax(scores / warm, 1),
            functional.log_softmax(self.teacher[chosen] / warm, 1),
            reduction="batchmean",
            log_target=True,
        )
        return (1 - share) * loss + share * warm**2 * soft

    def _prune(self, step: int) -> None:
        """New masks where the schedule has an update: the share of zeros of all trained weights, or of each layer."""
        pruning = self.pruning
        if pruning is None:
            return
        every = max(1, int(pruning.until * self.steps) // pruning.updates)
        if (step % every or step // every > pruning.updates) and step < self.steps:
            return
        share = cubic_share(min(step // every, pruning.updates), pruning.updates, pruning.share)
        layers = list(self.network.layers.values())
        arrays = [layer.array() for layer in layers]
        if pruning.scope == "layer":
            masks = [magnitude_mask(array, share) for array in arrays]
        else:
            flat = magnitude_mask(np.concatenate([array.reshape(-1) for array in arrays]), share)
            ends = np.cumsum([array.size for array in arrays])[:-1]
            masks = [part.reshape(array.shape) for part, array in zip(np.split(flat, ends), arrays, strict=True)]
        for layer, mask in zip(layers, masks, strict=True):
            self._mask(layer, mask)

    def _mask(self, layer: Any, mask: ArrayLike) -> None:
        layer.mask = self.torch.from_numpy(np.asarray(mask, np.float32).reshape(layer.array().shape))
