"""The accuracy that a mode keeps, from the JSON files of ``make experiments`` where they are there.

Integers and term revealing: on EfficientNet-Lite0 where it was measured, else on the MNIST network mnist-8, every layer
in the mode; the better of rounding alone and of compensated rounding. Term revealing was measured with lanes that take
any term of the group; PEs whose lanes have rules keep other terms, and have no accuracy in these modes. Storage
formats: the method of the summary table that they store, after fine-tuning, on Fashion-MNIST; widths of data are the
method's own there.
"""

import json
from dataclasses import replace
from pathlib import Path

__all__ = ["METHODS", "NETWORKS", "Accuracies", "with_accuracy"]

NETWORKS = {"efficientnet": "EfficientNet-Lite0, ImageNet pictures", "mnist_cnn": "mnist-8, MNIST",
            "cnn_fashion": "small convolutional network, Fashion-MNIST"}
#: Methods of the summary table by the format that stores their weights.
METHODS = {"ternary": "TWN", "binary": "BWN", "log4": "LogNet", "codebook16": "weight sharing",
           "binary x binary": "XNOR-Net"}


class Accuracies:
    """What the files of a folder say. ``missing``: names of the files that are not there."""

    def __init__(self, folder):
        self.missing = []
        self._revealed = self._rows(folder, "term_revealing") + self._rows(folder, "compensation")
        self._summary = self._rows(folder, "summary")

    def of(self, row):
        """(accuracy 0..1, network, how) of a :class:`synth.mode_rows.ModeRow`, each None where not measured."""
        if row.mode in METHODS:
            return self._of_method(METHODS[row.mode])
        for task in ("efficientnet", "mnist_cnn"):
            found = [each for each in self._revealed if each["task"] == task and _is(each, row)]
            if found:
                best = max(found, key=lambda each: each["score"])
                how = f"compensated, {best['selection']}" if best["compensated"] else "rounded"
                return best["score"], NETWORKS[task], how
        return None, None, None

    def _of_method(self, method):
        for each in self._summary:
            if (each["task"], each["method"]) == ("cnn_fashion", method) and each["tuned_score"] is not None:
                return each["tuned_score"], NETWORKS["cnn_fashion"], f"{method}, fine-tuned"
        return None, None, None

    def _rows(self, folder, name):
        try:
            return json.loads(Path(folder, f"{name}.json").read_text())["rows"]
        except (OSError, ValueError, KeyError):
            self.missing.append(f"{name}.json")
            return []


def with_accuracy(rows, accuracies, ruled=()):
    """The rows with ``accuracy``, ``network`` and ``accuracy_of`` filled in where they were measured. ruled: names of
    the configurations whose lanes do not take any term."""
    return [row if row.config in ruled and row.mode.startswith("TR ") else
            replace(row, accuracy=score, network=network, accuracy_of=how)
            for row in rows for score, network, how in [accuracies.of(row)]]


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
