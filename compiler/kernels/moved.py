"""Pixels in another order as EXEC records: transposes of rows and columns, other numbers of these, parts of a picture.

A record goes through its input in steps of its own, so it moves all rows whose pixels lie at equal distances there.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from .kernel import Kernel
from .vector import copy

__all__ = ["moved"]

MOST_RECORDS = 64


def moved(config: AcceleratorConfig, source: Layout, target: Layout, pixels: NDArray[np.int64]) -> list[Kernel]:
    """Copies of pixels, all channels of each.

    Parameters
    ----------
    config : AcceleratorConfig
    source, target : Layout
        Of as many channels; the input's rows and columns are stored together.
    pixels : ndarray of int64 [rows, columns]
        For each pixel of the output the number of the input's, row by row.

    Returns
    -------
    list of Kernel

    Raises
    ------
    ValueError
        For pixels that lie at no equal distances, or would need too many records, and layouts that do not fit.
    """
    if source.apart != 1 or pixels.shape != (target.rows, target.columns):
        raise ValueError(
            f"pixels are {pixels.shape}, stored apart by {source.apart}, allowed are {target.rows} x {target.columns} "
            "stored together"
        )
    places = pixels // source.columns * source.row_pitch + pixels % source.columns
    steps = np.diff(places, axis=1)
    if (steps != steps[:, :1]).any():
        raise ValueError("pixels of a row lie at different distances, allowed to be moved are those at equal ones")
    across = steps[:, 0] if target.columns > 1 else np.ones(target.rows, np.int64)
    down = np.diff(places[:, 0])
    found, row = list[Kernel](), 0
    while row < target.rows:
        end = row + 1
        while end < target.rows and across[end] == across[row] and down[end - 1] == down[row]:
            end += 1
        step = int(down[row]) if end > row + 1 else 0
        found.append(_rows(config, source, target, row, end - row, int(places[row, 0]), int(across[row]), step))
        row = end
    if len(found) > MOST_RECORDS:
        raise ValueError(f"pixels are moved by {len(found)} records, allowed are {MOST_RECORDS}")
    return found


def _rows(
    config: AcceleratorConfig, source: Layout, target: Layout, row: int, rows: int, first: int, across: int, down: int
) -> Kernel:
    """Some rows of the output, whose pixels begin at an atom of the input and lie at distances."""
    part = target if rows == target.rows else target.rows_from(row, rows)
    form = replace(source, rows=rows, columns=target.columns, row_pitch=target.columns, base=source.base + first)
    made = copy(config, form, part)
    record = replace(made.record, in_row_step=down, in_column_step=across)
    return replace(made, record=record, reads=(source,))
