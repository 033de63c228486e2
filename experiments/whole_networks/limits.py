"""The most of an array's multipliers that a layer of a shape can keep busy, whatever the program."""

from math import ceil

from lowtide.hw.config.array_config import ArrayConfig

from .shape import Shape

__all__ = ["most_share"]


def most_share(shape: Shape, array: ArrayConfig) -> float | None:
    """The share of peak when nothing waits: pixels fill the rows, channels the columns and the lanes as far as they go.

    Pixels are counted over the whole picture. A job takes a cycle for each of its chunks, and one for each column whose
    results leave; a depthwise one has a weight in each lane and column in turn.

    Parameters
    ----------
    shape : Shape
    array : ArrayConfig
        That does a chunk a cycle.

    Returns
    -------
    float or None
        None of a layer without products, and of one whose channels fill no chunk: compilers put several taps in it.
    """
    if shape.op not in ("conv", "linear") or shape.channels < array.lanes:
        return None
    pixels = 1 if shape.op == "linear" else ceil(shape.size / shape.stride) ** 2
    filled = pixels / _up(pixels, array.rows)
    if shape.depthwise:
        together = min(array.cols, array.lanes)
        return filled * shape.channels / _up(shape.channels, together) / max(array.cols, array.lanes)
    chunks = shape.kernel**2 * ceil(shape.channels / array.lanes)
    values = shape.kernel**2 * shape.channels / array.lanes
    return filled * shape.outputs / _up(shape.outputs, array.cols) * values / max(chunks, array.cols)


def _up(number: int, of: int) -> int:
    """The next multiple."""
    return -(-number // of) * of
