"""The accuracy that a mode keeps, from the JSON files of ``make experiments`` where they are there.

On every network of :data:`NETWORKS` where the quantisation was measured; the first of these stands in the row, each
with how many pictures it was measured on and the standard error of the loss beside the float network, paired. Integers
and term revealing: every layer in the mode, compensated with the terms of least error where that was measured, else
with the largest terms, else rounded; not the best of them, which would be chosen on the pictures that it is reported
on. PEs whose lanes have rules keep other terms: their accuracy is that of the same rule. Storage formats, and integers
on Fashion-MNIST: the method of the summary table that stands for the quantisation, after fine-tuning; widths of data
are the method's own there.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from lowtide.common.quantisation import Quantisation

__all__ = ["NETWORKS", "Accuracies", "Kept", "with_accuracy"]

NETWORKS = {
    "efficientnet": "EfficientNet-Lite0, ImageNet pictures",
    "mnist_cnn": "mnist-8, MNIST",
    "cnn_fashion": "small convolutional network, Fashion-MNIST",
}
_ROUNDINGS = ("least error", "largest terms", None)


@dataclass(frozen=True)
class Kept:
    """score: accuracy 0..1. how: weights were rounded. error: standard error of the loss, 0..1. units: pictures."""

    score: float
    how: str
    error: float
    units: int


@dataclass(frozen=True)
class Measured:
    """A row of an experiment. task: of :data:`NETWORKS`; rank: of several for one quantisation, the least counts."""

    task: str
    quantisation: Quantisation
    kept: Kept
    rank: int


class Accuracies:
    """What the files of a folder say. ``missing``: names of the files that are not there."""

    def __init__(self, folder):
        self.missing = []
        self._rounded = self._read(folder, "term_revealing", _rounded) + self._read(folder, "compensation", _rounded)
        self._tuned = self._read(folder, "summary", _tuned)

    def of(self, quantisation):
        """Dict of network to `Kept` of a :class:`lowtide.common.quantisation.Quantisation`, where it was measured."""
        found = {network: self._on(task, quantisation) for task, network in NETWORKS.items()}
        return {network: each for network, each in found.items() if each is not None}

    def _on(self, task, quantisation):
        """The first of: compensated as it is best, compensated, rounded, fine-tuned."""
        mine = [each for each in self._rounded + self._tuned if (each.task, each.quantisation) == (task, quantisation)]
        return min(mine, key=lambda each: each.rank).kept if mine else None

    def _read(self, folder, name, measured):
        try:
            rows = json.loads(Path(folder, f"{name}.json").read_text())["rows"]
            return [found for row in rows if (found := measured(row)) is not None]
        except (OSError, ValueError, KeyError, TypeError):  # not there, or of another version
            self.missing.append(f"{name}.json")
            return []


def with_accuracy(rows, accuracies):
    """The rows with their ``accuracies`` and ``accuracy_errors``, and ``accuracy``, ``accuracy_error``, ``pictures``,
    ``network`` and ``accuracy_of`` of the first network, where they were measured."""
    return [_filled(row, accuracies.of(row.quantisation)) for row in rows]


def _filled(row, found):
    if not found:
        return row
    network, first = next(iter(found.items()))
    return replace(
        row,
        accuracy=first.score,
        accuracy_error=first.error,
        pictures=first.units,
        network=network,
        accuracy_of=first.how,
        accuracies={name: each.score for name, each in found.items()},
        accuracy_errors={name: each.error for name, each in found.items()},
    )


def _rounded(row):
    """What a row of term revealing or compensation says, None where some layers are not in the quantisation."""
    if row["scope"] != "all":
        return None
    how = f"compensated, {row['selection']}" if row["compensated"] else "rounded"
    return Measured(
        row["task"],
        Quantisation.of_dict(row["quantisation"]),
        Kept(row["score"], how, row["loss_error"], row["units"]),
        _ROUNDINGS.index(row["selection"]),
    )


def _tuned(row):
    """What a row of the summary table says, None where nothing was tuned or the method stands for no quantisation."""
    if row["tuned_score"] is None or row["quantisation"] is None:
        return None
    return Measured(
        row["task"],
        Quantisation.of_dict(row["quantisation"]),
        Kept(row["tuned_score"], f"{row['method']}, fine-tuned", row["tuned_error"], row["units"]),
        len(_ROUNDINGS),
    )
