"""What rows of experiments say of the accuracy that a quantisation keeps: dictionaries of JSON as values.

Whoever chooses between modes by their accuracy looks at the even pictures alone and reports what is lost on the odd
ones (:class:`Halves`): the best of many looks better than it is on the pictures that it was chosen on. Rows that do not
say what became of each picture have no halves, and nothing is chosen among them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.quantisation import Groups, Quantisation, Terms

__all__ = [
    "NETWORKS",
    "Halves",
    "Kept",
    "Lost",
    "Measured",
    "evaluated",
    "grouped",
    "halves",
    "of_word",
    "rounded",
    "tuned",
]

NETWORKS = {
    "pictures": "EfficientNet-Lite0, a folder of pictures",
    "efficientnet": "EfficientNet-Lite0, ImageNet pictures",
    "mnist_cnn": "mnist-8, MNIST",
    "mnist_mlp": "perceptron 784-512-10, MNIST",
    "digits": "perceptron 64-64-32-10, digits",
    "cnn_fashion": "small convolutional network, Fashion-MNIST",
}
_PICTURES = "pictures"  #: those of ``lowtide evaluate``
#: How terms are chosen where rounding is compensated, the best first; None rounds plainly.
_ROUNDINGS = ("least error", "largest terms", None)
#: The same in the words of ``lowtide evaluate``.
_EVALUATED = ("compensated", "compensated, largest terms", "plain")
#: Formats of weights in words of ``lowtide evaluate``: what their numbers mean.
_WORDS: dict[str, Callable[..., Quantisation]] = {
    "fixed": lambda bits: Quantisation(w_bits=bits),
    "tr": lambda group, budget: Quantisation(terms=Terms(group, budget)),
    "group": lambda bits, group, exponent: Quantisation(w_bits=bits, groups=Groups(group, exponent)),
    "digits": lambda group, exponent: Quantisation(w_bits=None, w_format="two_digits", groups=Groups(group, exponent)),
    "e2m1": lambda group, exponent: Quantisation(w_bits=None, w_format="e2m1", groups=Groups(group, exponent)),
}


@dataclass(frozen=True)
class Lost:
    """What is lost beside the float network on some pictures, paired.

    Parameters
    ----------
    loss, error : float
        0 to 1, and its standard error.
    pictures : int
        How many they are.
    """

    loss: float
    error: float
    pictures: int


@dataclass(frozen=True)
class Halves:
    """What is lost on the pictures that choices are made on, the even ones, and on those that are reported."""

    chosen: Lost
    reported: Lost


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The accuracy that a network keeps in a quantisation.

    Parameters
    ----------
    network : str
        One of the values of :data:`NETWORKS`.
    accuracy : float
        0 to 1.
    lost : Lost
        Beside the float network, on all pictures.
    how : str
        How the weights were rounded.
    halves : Halves or None
        What is lost on each half of the pictures, None where the row does not say it.
    """

    network: str
    accuracy: float
    lost: Lost
    how: str
    halves: Halves | None = None


@dataclass(frozen=True)
class Measured:
    """A row of an experiment.

    Parameters
    ----------
    quantisation : Quantisation
        What was rounded to.
    kept : Kept
        What was measured.
    rank : int
        Of several for one quantisation and network, the least counts.
    """

    quantisation: Quantisation
    kept: Kept
    rank: int


def halves(row: Mapping[str, Any]) -> Halves | None:
    """What a row says of each half of its pictures; None where it has fewer than four, or does not say what became of
    each."""
    if "outcome" not in row:
        return None
    worse = _right(row["float_outcome"]) - _right(row["outcome"])
    return None if worse.size < 4 else Halves(_lost(worse[::2]), _lost(worse[1::2]))


def _right(outcome: Mapping[str, Any]) -> NDArray[np.float64]:
    """Share of right answers for each picture, of one or more views."""
    packed = np.frombuffer(bytes.fromhex(outcome["right"]), np.uint8)
    right: NDArray[np.float64] = np.unpackbits(packed, count=outcome["samples"]).reshape(-1, outcome["views"]).mean(1)
    return right


def _lost(worse: NDArray[np.float64]) -> Lost:
    return Lost(float(worse.mean()), float(worse.std(ddof=1) / np.sqrt(worse.size)), worse.size)


def rounded(row: Mapping[str, Any]) -> Measured | None:
    """What a row of term revealing or compensation says, None where some layers are not in the quantisation."""
    if row["scope"] != "all" or row["task"] not in NETWORKS:
        return None
    kept = Kept(
        network=NETWORKS[row["task"]],
        accuracy=row["score"],
        lost=Lost(row["loss"], row["loss_error"], row["units"]),
        how=f"compensated, {row['selection']}" if row["compensated"] else "rounded",
        halves=halves(row),
    )
    return Measured(Quantisation.of_dict(row["quantisation"]), kept, _ROUNDINGS.index(row["selection"]))


def grouped(row: Mapping[str, Any]) -> Measured | None:
    """What a row of weights with an exponent for each group, or of such without, says."""
    if row["task"] not in NETWORKS:
        return None
    kept = Kept(
        network=NETWORKS[row["task"]],
        accuracy=row["score"],
        lost=Lost(row["loss"], row["loss_error"], row["units"]),
        how="compensated" if row["compensated"] else "rounded",
        halves=halves(row),
    )
    rank = 0 if row["compensated"] else _ROUNDINGS.index(None)
    return Measured(Quantisation.of_dict(row["quantisation"]), kept, rank)


def tuned(row: Mapping[str, Any]) -> Measured | None:
    """What a row of the summary table says, None where nothing was tuned or the method stands for no quantisation."""
    if row["tuned_score"] is None or row["quantisation"] is None or row["task"] not in NETWORKS:
        return None
    kept = Kept(
        network=NETWORKS[row["task"]],
        accuracy=row["tuned_score"],
        lost=Lost(row["float_score"] - row["tuned_score"], row["tuned_error"], row["units"]),
        how=f"{row['method']}, fine-tuned",
    )
    return Measured(Quantisation.of_dict(row["quantisation"]), kept, len(_ROUNDINGS))


def evaluated(row: Mapping[str, Any]) -> Measured | None:
    """What a row of ``lowtide evaluate --pictures`` says, None of the float network and of formats that no mode has."""
    quantisation = of_word(row["weights"])
    if quantisation is None or row["x_bits"] is None or row["data_terms"]:
        return None
    kept = Kept(
        network=NETWORKS[_PICTURES],
        accuracy=row["score"],
        lost=Lost(row["loss"], row["loss_error"], row["units"]),
        how=row["rounding"],
        halves=halves(row),
    )
    return Measured(replace(quantisation, x_bits=row["x_bits"]), kept, _EVALUATED.index(row["rounding"]))


def of_word(word: str) -> Quantisation | None:
    """The quantisation of a format of weights in a word, with data of 8 bits; None for a word that has none."""
    kind, *numbers = word.split(":")
    return _WORDS[kind](*map(int, numbers)) if kind in _WORDS else None
