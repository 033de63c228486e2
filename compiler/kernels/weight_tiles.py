"""Weights of convolutions as tiles: which channels and outputs a column of the array has in which beat.

Groups are computed as fewer, wider ones that fill whole atoms, with weights of 0 between channels that do not belong
together. A tile has as many columns as a group's output channels can be cut into evenly. In a diagonal mode a tile is
the channels of an atom.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.storage_formats import BINARY, find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout

__all__ = ["WeightTiles", "dense_tiles", "diagonal_tiles"]


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightTiles:
    """How the output channels of a convolution are cut into tiles.

    Parameters
    ----------
    weights : ndarray of int [tiles, chunks, values, columns]
    fields : mapping of str to int
        Of the record.
    """

    weights: NDArray[np.int64]
    fields: Mapping[str, int]


def dense_tiles(
    config: AcceleratorConfig, mode: Mode, source: Layout, weights: NDArray[np.int64], groups: int
) -> WeightTiles:
    """Tiles of a convolution of weights [taps, channels of a group, outputs]."""
    values, cols = config.array.values_per_beat(mode), config.array.cols
    taps, inner, outputs = weights.shape
    merged = groups if groups == 1 else lcm(inner, values) // inner
    if groups % merged:
        merged = groups
    wide, narrow = groups // merged, outputs // groups  # groups as they are computed; outputs of one of the layer's
    blocks = -(-merged * inner // values)
    tail = merged * inner - (blocks - 1) * values
    dense = np.zeros((wide, taps, blocks * values, merged * narrow), np.int64)
    for group in range(groups):
        place = group % merged
        inside, outside = slice(place * inner, (place + 1) * inner), slice(place * narrow, (place + 1) * narrow)
        dense[group // merged, :, inside, outside] = weights[:, :, group * narrow : (group + 1) * narrow]
    of_tile = cols if wide == 1 else max(each for each in range(1, cols + 1) if merged * narrow % each == 0)
    together = -(-merged * narrow // of_tile)
    full = np.zeros((wide, taps, blocks * values, together * of_tile), np.int64)
    full[..., : merged * narrow] = dense
    tiles = full.reshape(wide, taps * blocks, values, together, of_tile).transpose(0, 3, 1, 2, 4)
    found = np.zeros((wide * together, taps * blocks, values, cols), np.int64)
    found[..., :of_tile] = tiles.reshape(-1, taps * blocks, values, of_tile)
    if find(mode.w_format) == BINARY:
        if not np.isin(weights, (-1, 1)).all():
            raise ValueError("weights are not all -1 and 1, allowed in w_format binary are these")
        _without_zeros(found, tail, taps=taps, groups=groups)
    return WeightTiles(
        weights=found,
        fields=dict(
            blocks=blocks,
            tail=tail - 1,
            tile_columns=of_tile,
            tiles_per_step=together,
            tile_step=blocks * source.block_pitch if wide > 1 else 0,
        ),
    )


def _without_zeros(found: NDArray[np.int64], tail: int, *, taps: int, groups: int) -> None:
    """Put an integer that ``binary`` has in the places of tiles that nothing is multiplied with.

    Raises ``ValueError`` where zeros are multiplied: between groups, or beyond the channels of a tap that is not the
    last one.
    """
    if groups > 1 or (taps > 1 and tail < found.shape[2]):
        raise ValueError(
            "w_format is binary, which has no 0, allowed are layers without groups whose channels fill whole atoms"
        )
    found[found == 0] = 1


def diagonal_tiles(
    config: AcceleratorConfig, mode: Mode, source: Layout, weights: NDArray[np.int64], groups: int
) -> WeightTiles:
    """Tiles of a depthwise convolution: column c takes channel c of an atom."""
    taps, inner, outputs = weights.shape
    if inner != 1 or groups != outputs:
        raise ValueError(
            f"weights have {inner} channels of a group and {outputs} outputs in {groups} groups, allowed in a diagonal "
            "mode are 1 and as many outputs as groups"
        )
    tiles, columns = source.blocks, source.values
    found = np.zeros((tiles, taps, 1, config.array.cols), np.int64)
    full = np.zeros((taps, tiles * columns), np.int64)
    full[:, :outputs] = weights[:, 0]
    found[:, :, 0, :columns] = full.reshape(taps, tiles, columns).swapaxes(0, 1)
    return WeightTiles(
        weights=found,
        fields=dict(
            blocks=1,
            tail=config.array.values_per_beat(mode) - 1,
            tile_columns=columns,
            tiles_per_step=1,
            tile_step=source.block_pitch,
        ),
    )
