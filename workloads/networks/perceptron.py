"""Multilayer perceptrons: ``a_(l+1) = max(a_l W_l + b_l, 0)``, the last layer without the maximum; and their training.

Stochastic gradient descent with momentum on the cross entropy, a cosine schedule, in plain NumPy. After every epoch the
parameters and momenta are rounded to a grid far coarser than the last bits in which machines differ: training gives the
same weights, bit for bit, wherever it runs, unless a value comes within rounding noise of the middle of two grid
points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.progress import tracked
from lowtide.golden.network.floating.graph import Graph, Node

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Training", "perceptron", "train_perceptron"]


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a perceptron is trained.

    Parameters
    ----------
    sizes : tuple of int
        Values of each layer, inputs first.
    epochs, batch : int
        Passes over the samples, and samples of a step.
    rate, momentum, decay : float
        Of the gradient descent.
    seed : int
        Of the first weights and of the order of the samples.
    grid, momentum_grid : float
        Steps per unit of the grids that parameters and momenta are rounded to.
    """

    sizes: tuple[int, ...]
    epochs: int
    batch: int
    rate: float
    momentum: float
    decay: float
    seed: int
    grid: float = 2.0**14
    momentum_grid: float = 2.0**24


def perceptron(weights: Sequence[NDArray[np.float64]], biases: Sequence[NDArray[np.float64]]) -> Graph:
    """The `Graph` of weights [inputs, outputs] and biases [outputs], one each a layer."""
    nodes, last = [], "input"
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        if number:
            nodes.append(Node(name=f"relu{number - 1}", op="relu", inputs=(last,)))
            last = nodes[-1].name
        nodes.append(Node(name=f"linear{number}", op="linear", inputs=(last,), weight=weight, bias=bias))
        last = nodes[-1].name
    return Graph(tuple(nodes), (len(weights[0]),))


def train_perceptron(
    inputs: NDArray[np.float64], labels: NDArray[np.integer], training: Training, console: Console | None = None
) -> Graph:
    """The trained network.

    Parameters
    ----------
    inputs : ndarray of float64 [samples, sizes[0]]
        To train with.
    labels : ndarray of int [samples]
        Classes.
    training : Training
        How.
    console : Console or None
        Where the progress bar goes, none if None.

    Returns
    -------
    Graph
    """
    rng = np.random.default_rng(training.seed)
    layers = list(zip(training.sizes, training.sizes[1:], strict=False))
    weights = [rng.normal(0, np.sqrt(2 / wide), (wide, outputs)) for wide, outputs in layers]
    parameters = weights + [np.zeros(outputs) for _, outputs in layers]
    momenta = [np.zeros_like(parameter) for parameter in parameters]
    epochs = range(training.epochs)
    for epoch in tracked(epochs, "training", console) if console else epochs:
        rate = training.rate * (1 + np.cos(np.pi * epoch / training.epochs)) / 2
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), training.batch):
            batch = order[start : start + training.batch]
            gradients = _gradients(parameters, inputs[batch], labels[batch], training.decay)
            for parameter, momentum, gradient in zip(parameters, momenta, gradients, strict=True):
                momentum *= training.momentum
                momentum -= rate * gradient
                parameter += momentum
        for arrays, grid in ((parameters, training.grid), (momenta, training.momentum_grid)):
            for values in arrays:
                np.rint(values * grid, out=values)
                values /= grid
    return perceptron(parameters[: len(layers)], parameters[len(layers) :])


def _gradients(
    parameters: list[NDArray[np.float64]], x: NDArray[np.float64], labels: NDArray[np.integer], decay: float
) -> list[NDArray[np.float64]]:
    """Of the mean cross entropy and of ``decay/2 |W|^2``: weights, then biases."""
    layers = len(parameters) // 2
    weights, biases = parameters[:layers], parameters[layers:]
    activations = [x]
    for weight, bias in zip(weights, biases, strict=True):
        scores = activations[-1] @ weight + bias
        activations.append(np.maximum(scores, 0))
    error = np.exp(scores - scores.max(axis=1, keepdims=True))
    error /= error.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    gradients: list[Any] = [None] * len(parameters)
    for layer in reversed(range(layers)):
        gradients[layer] = activations[layer].T @ error + decay * weights[layer]
        gradients[layers + layer] = error.sum(axis=0)
        error = (error @ weights[layer].T) * (activations[layer] > 0)
    return gradients
