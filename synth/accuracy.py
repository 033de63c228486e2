"""The accuracy that a mode keeps, from the JSON files of ``make experiments`` where they are there.

On every network of :data:`NETWORKS` where the mode was measured; the first of these stands in the row, each with how
many pictures it was measured on and the standard error of the loss beside the float network, paired. Integers and term
revealing: every layer in the mode, compensated with the terms of least error where that was measured, else with the
largest terms, else rounded; not the best of them, which would be chosen on the pictures that it is reported on. It was
measured with lanes that take any term of the group; PEs whose lanes have rules keep other terms, and have no accuracy
in these modes. Storage formats, and integers on Fashion-MNIST: the method of the summary table that they store, after
fine-tuning; widths of data are the method's own there.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["METHODS", "NETWORKS", "Accuracies", "Kept", "with_accuracy"]

NETWORKS = {"efficientnet": "EfficientNet-Lite0, ImageNet pictures", "mnist_cnn": "mnist-8, MNIST",
            "cnn_fashion": "small convolutional network, Fashion-MNIST"}
#: Methods of the summary table by the mode that computes with what they store.
METHODS = {"ternary": "TWN", "binary": "BWN", "log4": "LogNet", "codebook16": "weight sharing",
           "binary x binary": "XNOR-Net", "int8": "dynamic fixed point 8/8", "int4": "dynamic fixed point 4/4"}


_ROUNDINGS = ("least error", "largest terms", None)


@dataclass(frozen=True)
class Kept:
    """score: accuracy 0..1. how: weights were rounded. error: standard error of the loss, 0..1. units: pictures."""

    score: float
    how: str
    error: float
    units: int


class Accuracies:
    """What the files of a folder say. ``missing``: names of the files that are not there."""

    def __init__(self, folder):
        self.missing = []
        self._revealed = self._rows(folder, "term_revealing") + self._rows(folder, "compensation")
        self._summary = self._rows(folder, "summary")

    def of(self, row):
        """Dict of network to `Kept` of a :class:`lowtide.synth.mode_rows.ModeRow`, where it was measured."""
        found = {network: self._on(task, row) for task, network in NETWORKS.items()}
        return {network: each for network, each in found.items() if each is not None}

    def _on(self, task, row):
        if found := [each for each in self._revealed if each["task"] == task and _is(each, row)]:
            best = min(found, key=lambda each: _ROUNDINGS.index(each["selection"]))
            how = f"compensated, {best['selection']}" if best["compensated"] else "rounded"
            return Kept(best["score"], how, best["loss_error"], best["units"])
        method = METHODS.get(row.mode)
        for each in self._summary:
            if (each["task"], each["method"]) == (task, method) and each["tuned_score"] is not None:
                return Kept(each["tuned_score"], f"{method}, fine-tuned", each["tuned_error"], each["units"])
        return None

    def _rows(self, folder, name):
        try:
            return json.loads(Path(folder, f"{name}.json").read_text())["rows"]
        except (OSError, ValueError, KeyError):
            self.missing.append(f"{name}.json")
            return []


def with_accuracy(rows, accuracies, ruled=()):
    """The rows with their ``accuracies`` and ``accuracy_errors``, and ``accuracy``, ``accuracy_error``, ``pictures``,
    ``network`` and ``accuracy_of`` of the first network, where they were measured. ruled: names of the configurations
    whose lanes do not take any term."""
    return [row if row.config in ruled and row.mode.startswith("TR ") else _filled(row, accuracies.of(row))
            for row in rows]


def _filled(row, found):
    if not found:
        return row
    network, first = next(iter(found.items()))
    return replace(row, accuracy=first.score, accuracy_error=first.error, pictures=first.units, network=network,
                   accuracy_of=first.how, accuracies={name: each.score for name, each in found.items()},
                   accuracy_errors={name: each.error for name, each in found.items()})


def _is(found, row):
    """Whether a row of the experiments was measured in the mode of a priced row."""
    if found["scope"] != "all" or found["encoding"] != "hese":
        return False
    if row.mode.startswith("TR "):
        terms = f" s{found['data_terms']}" if found["data_terms"] else ""
        stated = f"TR g{found['group']} k{found['budget']}{terms}"
        free = found["weights"] == f"TR g={found['group']} k={found['budget']}"  # a lane rule would stand behind it
        return found["revealed"] and free and stated == row.mode
    return (not found["revealed"] and row.mode.startswith("int")
            and (found["x_bits"], found["w_bits"]) == (row.x_bits, row.w_bits))
