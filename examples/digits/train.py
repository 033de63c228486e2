"""Trains the float network and writes ``weights.npz``: ``python -m examples.digits.train``.

Stochastic gradient descent with momentum on the cross entropy, a cosine schedule, in plain NumPy::

    v = momentum v - rate (gradient + decay p)      p = p + v

Machines add up matrix products in different orders, and training would amplify their differing last bits. After every
epoch parameters and momenta are therefore rounded to a grid far coarser than those bits: training gives the same
weights, bit for bit, wherever it runs, unless a value comes within rounding noise of the middle of two grid points.
"""

import sys

import numpy as np
from rich.console import Console
from rich.progress import track

from .network import LARGEST_PIXEL, SIZES, WEIGHTS, Network, accuracy, digits, save

__all__ = ["SEED", "train"]

SEED = 1
EPOCHS, BATCH = 60, 32
RATE, MOMENTUM, DECAY = 0.1, 0.9, 1e-4
GRID, MOMENTUM_GRID = 2.0**10, 2.0**20  # steps per unit


def train(data, *, seed=SEED, console=None):
    """The `Network` trained on ``data`` (a `Digits`). console: where the progress bar goes, none by default."""
    rng = np.random.default_rng(seed)
    pixels, labels = data.train / LARGEST_PIXEL, data.train_labels
    weights = [rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
               for inputs, outputs in zip(SIZES, SIZES[1:], strict=False)]
    parameters = weights + [np.zeros(outputs) for outputs in SIZES[1:]]
    momenta = [np.zeros_like(parameter) for parameter in parameters]
    epochs = range(EPOCHS)
    for epoch in track(epochs, "training", console=console) if console else epochs:
        rate = RATE * (1 + np.cos(np.pi * epoch / EPOCHS)) / 2
        order = rng.permutation(len(pixels))
        for start in range(0, len(order), BATCH):
            batch = order[start:start + BATCH]
            gradients = _gradients(parameters, pixels[batch], labels[batch])
            for parameter, momentum, gradient in zip(parameters, momenta, gradients, strict=True):
                momentum *= MOMENTUM
                momentum -= rate * gradient
                parameter += momentum
        for parameter, momentum in zip(parameters, momenta, strict=True):
            np.rint(parameter * GRID, out=parameter)
            parameter /= GRID
            np.rint(momentum * MOMENTUM_GRID, out=momentum)
            momentum /= MOMENTUM_GRID
    layers = len(SIZES) - 1
    return Network(tuple(parameters[:layers]), tuple(parameters[layers:]))


def _gradients(parameters, x, labels):
    """Of the mean cross entropy and of ``decay/2 |W|^2``, in the order of ``parameters``: weights, then biases."""
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
    gradients = [None] * len(parameters)
    for layer in reversed(range(layers)):
        gradients[layer] = activations[layer].T @ error + DECAY * weights[layer]
        gradients[layers + layer] = error.sum(axis=0)
        error = (error @ weights[layer].T) * (activations[layer] > 0)
    return gradients


def main():
    """Train, write, and say what was made."""
    data = digits()
    network = train(data, console=Console(stderr=True))
    save(network)
    share = accuracy(network.scores(data.test), data.test_labels)
    print(f"network {'-'.join(map(str, SIZES))}, seed {SEED}, {EPOCHS} epochs: accuracy {share:.4f} "
          f"on {len(data.test)} test images")
    print(f"weights in {WEIGHTS.name} beside this script, {WEIGHTS.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
