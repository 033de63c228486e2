"""Steps that move pixels and keep their channels together."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.network.quantised.steps import Step

__all__ = ["MOVES", "moved_pixels"]

MOVES = ("reshape", "transpose", "slice")  #: ops that may do so


def moved_pixels(step: Step, before: Sequence[int], read: Sequence[int], made: Sequence[int]) -> NDArray[np.int64]:
    """For each pixel that a step makes the number of the one that it was.

    Parameters
    ----------
    step : Step
    before : sequence of int
        Shape of what it reads, as the network has it, without the batch.
    read, made : (int, int, int)
        Rows, columns and channels in memory of what it reads and makes.

    Returns
    -------
    ndarray of int64 [rows, columns]

    Raises
    ------
    ValueError
        For a step that moves parts of pixels.
    """
    places = evaluate(step.node, [np.arange(prod(before)).reshape(1, *before)]).reshape(made)
    pixels: NDArray[np.int64] = places[..., 0] // read[2]
    if made[2] != read[2] or not np.array_equal(places, pixels[..., None] * read[2] + np.arange(read[2])):
        raise ValueError(
            f"{step.op} {step.name} takes channels of pixels apart, allowed are steps that keep all {read[2]} together"
        )
    return pixels
