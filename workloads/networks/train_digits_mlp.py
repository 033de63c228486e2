"""Trains the float network and writes ``weights.npz``: ``lowtide train-digits``.

Stochastic gradient descent in plain NumPy, see `lowtide.workloads.networks.perceptron`, on a grid so coarse that
machines agree in every bit.
"""

from rich.console import Console

from lowtide.common.command_line import entry

from ..digits.network import LARGEST_PIXEL, SIZES, WEIGHTS, Digits, Network, accuracy, digits, save
from .perceptron import Training, train_perceptron

__all__ = ["SEED", "train", "train_digits"]

SEED = 1
EPOCHS = 60


def train(data: Digits, *, seed: int = SEED, console: Console | None = None) -> Network:
    """The trained network of the demo.

    Parameters
    ----------
    data : Digits
        To train with.
    seed : int
        Of the training.
    console : Console or None
        Where the progress bar goes, none by default.

    Returns
    -------
    Network
    """
    training = Training(
        sizes=SIZES,
        epochs=EPOCHS,
        batch=32,
        rate=0.1,
        momentum=0.9,
        decay=1e-4,
        seed=seed,
        grid=2.0**10,
        momentum_grid=2.0**20,
    )
    graph = train_perceptron(data.train / LARGEST_PIXEL, data.train_labels, training, console)
    layers = [node for node in graph.nodes if node.op == "linear"]
    biases = tuple(node.bias for node in layers if node.bias is not None)
    return Network(tuple(node.kernel for node in layers), biases)


@entry()
def train_digits() -> None:
    """Train the network of the demo, write its weights beside the script, and say what was made."""
    data = digits()
    network = train(data, console=Console(stderr=True))
    save(network)
    share = accuracy(network.scores(data.test), data.test_labels)
    print(
        f"network {'-'.join(map(str, SIZES))}, seed {SEED}, {EPOCHS} epochs: accuracy {share:.4f} "
        f"on {len(data.test)} test images"
    )
    print(f"weights in {WEIGHTS.name} beside this script, {WEIGHTS.stat().st_size} bytes")
