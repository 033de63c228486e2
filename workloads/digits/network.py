"""The data and the float network: scikit-learn's bundled 8x8 digits and a multilayer perceptron.

``a_0 = pixels / 16``, ``a_(l+1) = max(a_l W_l + b_l, 0)``, and the class is the largest of ``a_L W_L + b_L``.

Source of the data: UCI Optical Recognition of Handwritten Digits, 1797 images, as scikit-learn carries it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

__all__ = ["LARGEST_PIXEL", "SIZES", "SPLIT_SEED", "Digits", "Network", "accuracy", "digits", "load", "save"]

SIZES = (64, 64, 32, 10)  #: values of each layer, from the pixels to the classes
SPLIT_SEED = 0
LARGEST_PIXEL = 16
WEIGHTS = Path(__file__).with_name("weights.npz")


@dataclass(frozen=True)
class Digits:
    """The split.

    Parameters
    ----------
    train, test : ndarray of int64 [images, 64]
        Pixels, 0 to 16.
    train_labels, test_labels : ndarray of int64 [images]
        Classes, 0 to 9.
    """

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def digits() -> Digits:
    """Half of the images to train on (898), half to test (899), every class in equal shares."""
    pixels, labels = load_digits(return_X_y=True)
    train, test, train_labels, test_labels = train_test_split(
        pixels.astype(np.int64), labels, test_size=0.5, random_state=SPLIT_SEED, stratify=labels
    )
    return Digits(train, train_labels, test, test_labels)


@dataclass(frozen=True)
class Network:
    """The float network.

    Parameters
    ----------
    weights : tuple of ndarray of float64 [inputs, outputs]
        Of each layer.
    biases : tuple of ndarray of float64 [outputs]
        Of each layer.
    """

    weights: tuple[NDArray[np.float64], ...]
    biases: tuple[NDArray[np.float64], ...]

    def activations(self, pixels: ArrayLike) -> list[NDArray[np.float64]]:
        """What enters each layer and, last, the scores: a list of float64 [images, values].

        pixels: 0..16, [images, 64]. Every entry but the last is >= 0.
        """
        found = [np.asarray(pixels, np.float64) / LARGEST_PIXEL]
        for weight, bias in zip(self.weights, self.biases, strict=True):
            scores = found[-1] @ weight + bias
            found.append(np.maximum(scores, 0))
        found[-1] = scores
        return found

    def scores(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """float64 [images, 10]; the class is the largest."""
        return self.activations(pixels)[-1]


def accuracy(scores: NDArray[np.number], labels: NDArray[np.integer]) -> float:
    """The share of images whose largest score (the first of equals) is that of the label, 0..1."""
    return float(np.mean(np.argmax(scores, axis=1) == labels))


def save(network: Network, path: Path = WEIGHTS) -> None:
    """Write the network as float32 arrays ``weight_0``, ``bias_0``, ...; the same network gives the same bytes."""
    arrays: dict[str, NDArray[np.float32]] = {}
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"weight_{number}": weight.astype(np.float32), f"bias_{number}": bias.astype(np.float32)}
    np.savez(path, allow_pickle=False, **arrays)


def load(path: Path = WEIGHTS) -> Network:
    """The network in a file that `save` wrote, by default the shipped one. ValueError for another network's file."""
    with np.load(path) as file:
        layers = range(len(SIZES) - 1)
        try:
            weights = tuple(file[f"weight_{number}"].astype(np.float64) for number in layers)
            biases = tuple(file[f"bias_{number}"].astype(np.float64) for number in layers)
        except KeyError as error:
            raise ValueError(f"weights file has no array {error}, allowed are files of this network") from None
    shapes = [weight.shape for weight in weights]
    if shapes != list(zip(SIZES, SIZES[1:], strict=False)):
        raise ValueError(f"weights file has layers of shapes {shapes}, allowed are those of a {SIZES} network")
    return Network(weights, biases)
