"""The accuracy that a mode keeps, from the JSON files of ``make experiments`` where they are there.

On every network of :data:`NETWORKS` where the quantisation was measured, each with how many pictures it was measured on
and the standard error of the loss beside the float network, paired. Integers and term revealing: every layer in the
mode, compensated with the terms of least error where that was measured, else with the largest terms, else rounded; not
the best of them, which would be chosen on the pictures that it is reported on. PEs whose lanes have rules keep other
terms: their accuracy is that of the same rule. Storage formats, and integers on Fashion-MNIST: the method of the
summary table that stands for the quantisation, after fine-tuning; widths of data are the method's own there.

Whoever chooses between modes by their accuracy looks at the even pictures alone and reports what is lost on the odd
ones (:class:`Halves`): the best of many looks better than it is on the pictures that it was chosen on. Rows that do not
say what became of each picture have no halves, and nothing is chosen among them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.quantisation import Quantisation

__all__ = ["NETWORKS", "Accuracies", "Halves", "Kept", "Lost", "halves"]

NETWORKS = {
    "efficientnet": "EfficientNet-Lite0, ImageNet pictures",
    "mnist_cnn": "mnist-8, MNIST",
    "mnist_mlp": "perceptron 784-512-10, MNIST",
    "digits": "perceptron 64-64-32-10, digits",
    "cnn_fashion": "small convolutional network, Fashion-MNIST",
}
_ROUNDINGS = ("least error", "largest terms", None)


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


class Accuracies:
    """What the files of a folder say.

    Parameters
    ----------
    folder : str or Path
        That of the experiments' JSON.

    Attributes
    ----------
    missing : list of str
        Names of the files that are not there.
    """

    def __init__(self, folder: str | Path) -> None:
        self.missing: list[str] = []
        self._measured = [
            each
            for name, measured in (("term_revealing", _rounded), ("compensation", _rounded), ("summary", _tuned))
            for each in self._read(folder, name, measured)
        ]

    def of(self, quantisation: Quantisation) -> tuple[Kept, ...]:
        """What networks keep in a quantisation, those where it was measured, in the order of :data:`NETWORKS`."""
        mine = [each for each in self._measured if each.quantisation == quantisation]
        found = (self._on(network, mine) for network in NETWORKS.values())
        return tuple(each for each in found if each is not None)

    def _on(self, network: str, measured: Iterable[Measured]) -> Kept | None:
        """The first of: compensated as it is best, compensated, rounded, fine-tuned."""
        mine = [each for each in measured if each.kept.network == network]
        return min(mine, key=lambda each: each.rank).kept if mine else None

    def _read(
        self, folder: str | Path, name: str, measured: Callable[[Mapping[str, Any]], Measured | None]
    ) -> list[Measured]:
        try:
            rows = json.loads(Path(folder, f"{name}.json").read_text())["rows"]
            return [found for row in rows if (found := measured(row)) is not None]
        except (OSError, ValueError, KeyError, TypeError):  # not there, or of another version
            self.missing.append(f"{name}.json")
            return []


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


def _rounded(row: Mapping[str, Any]) -> Measured | None:
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


def _tuned(row: Mapping[str, Any]) -> Measured | None:
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
