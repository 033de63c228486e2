"""Convolutions as EXEC records: plain, strided, dilated, grouped, depthwise; linear layers are those of one tap.

Groups are computed as fewer, wider ones that fill whole atoms, with weights of 0 between channels that do not belong
together. A tile has as many columns as a group's output channels can be cut into evenly. In a diagonal mode a tile is
the channels of an atom.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.records.execute import Exec
from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import BINARY, find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from ..layouts.weights import pack_weights
from .kernel import Kernel, check_layout, constants, input_fields, output_fields, table_bytes, window_taps
from .requantise import PASS, Requantisation

__all__ = ["check_source", "convolution", "input_layout", "linear"]


def input_layout(
    config: AcceleratorConfig, mode: Mode, rows: int, columns: int, channels: int, **options: Any
) -> Layout:
    """The layout of a picture that a layer in this mode reads; ``options`` as of :meth:`Layout.of`."""
    array = config.array
    planes = KINDS[array.kind].plane_pairs(mode, array) is not None
    values = array.values_per_beat(mode)
    return Layout.of(
        rows,
        columns,
        channels,
        values=min(values, array.cols) if mode.diagonal else values,
        array_rows=array.rows,
        bits=mode.x_bits if planes else array.element_bits("x", mode),
        signed=mode.x_signed,
        planes=planes,
        **options,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Tiling:
    """How the output channels of a convolution are cut into tiles.

    Parameters
    ----------
    weights : ndarray of int [tiles, chunks, values, columns]
    fields : mapping of str to int
        Of the record.
    """

    weights: NDArray[np.int64]
    fields: Mapping[str, int]


def convolution(
    config: AcceleratorConfig,
    mode: Mode,
    source: Layout,
    target: Layout,
    weights: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
    groups: int = 1,
    zero: int = 0,
    column_sums: ArrayLike | None = None,
    requantise: Requantisation = PASS,
    weight_packing: int | None = None,
) -> Kernel:
    """A convolution.

    Parameters
    ----------
    config : AcceleratorConfig
    mode : Mode
        Of the array.
    source, target : Layout
        The input and the output; the output's size says how far the picture is padded at the bottom and on the right.
    weights : array_like of int [size y, size x, channels of a group, output channels]
        The integers that are multiplied.
    bias : array_like of int [output channels], optional
        Added to the sums of ``(x - zero) w``.
    stride, dilation : (int, int)
        (y, x).
    padding : (int, int)
        (top, left).
    groups : int
    zero : int
        Zero point of the input: the code of padding.
    column_sums : array_like of int [output channels], optional
        Sums of the weights of each output as the array multiplies them, which the zero point's share is taken from:
        where a mode selects terms these are not the sums of ``weights``.
    requantise : Requantisation
    weight_packing : int, optional
        The densest that the weights fit if left out.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        For shapes, modes, layouts and integers that do not fit each other or the machine.
    """
    integers = np.asarray(weights, np.int64)
    config.array.check_mode(mode)
    if integers.ndim != 4:
        raise ValueError(f"weights have shape {integers.shape}, allowed are [size y, size x, channels, outputs]")
    if source.channels != groups * integers.shape[2] or integers.shape[3] % groups:
        raise ValueError(
            f"weights have shape {integers.shape} in {groups} groups, allowed with {source.channels} channels are "
            f"{source.channels} / groups channels, and outputs that are a multiple of groups"
        )
    if target.channels != integers.shape[3]:
        raise ValueError(
            f"channels of the output is {target.channels}, allowed is {integers.shape[3]}, as of the weights"
        )
    check_source(config, mode, source)
    check_layout("input", source, config.atom_bytes)
    check_layout("output", target, config.atom_bytes)
    if zero and mode.data_terms:
        raise ValueError(f"zero is {zero}, allowed with data terms is 0")
    taps = window_taps(source, size=integers.shape[:2], stride=stride, padding=padding, dilation=dilation)
    of_taps = integers.reshape(len(taps), integers.shape[2], -1)
    tiling = (_diagonal if mode.diagonal else _dense)(config, mode, source, of_taps, groups)
    packed = pack_weights(tiling.weights, config, mode, packing=weight_packing)
    sums = integers.sum(axis=(0, 1, 2)) if column_sums is None else np.asarray(column_sums, np.int64)
    added = constants(zero * sums, bias, target.channels)
    parameters = requantise.entries(added, config.multiplier_bits)
    record = Exec(
        mode=mode.word(),
        chunks=tiling.weights.shape[1],
        taps=len(taps),
        tiles=tiling.weights.shape[0],
        block_step=source.block_pitch,
        plane_step=source.plane_pitch,
        padding=zero & 0xFFFF,
        weight_packing=packed.packing,
        parameter_step=int(len(parameters) > 1),
        **_whole(tiling.fields),
        **_whole(input_fields(source, stride)),
        **_whole(output_fields(target)),
        **_whole(requantise.fields(target)),
    )
    return Kernel(
        record=record,
        reads=(source, *requantise.reads),
        writes=target,
        taps=taps,
        parameters=parameters,
        weights=packed,
        book=mode.codebook,
        table=table_bytes(requantise.table),
    )


def linear(
    config: AcceleratorConfig,
    mode: Mode,
    source: Layout,
    target: Layout,
    weights: ArrayLike,
    **options: Any,
) -> Kernel:
    """A linear layer: every pixel of the input is a sample of the batch.

    Parameters
    ----------
    weights : array_like of int [inputs, outputs]
    config, mode, source, target, options
        As of :func:`convolution`.
    """
    matrix = np.asarray(weights)
    if matrix.ndim != 2:
        raise ValueError(f"weights have shape {matrix.shape}, allowed are [inputs, outputs]")
    return convolution(config, mode, source, target, matrix[None, None], **options)


def _whole(fields: Mapping[str, int]) -> dict[str, Any]:
    return dict(fields)


def check_source(config: AcceleratorConfig, mode: Mode, source: Layout) -> None:
    """Raise ``ValueError`` unless an input lies as the mode takes it."""
    wanted = input_layout(config, mode, source.rows, source.columns, source.channels)
    for name in ("planes", "bits", "values"):
        if getattr(source, name) != getattr(wanted, name):
            raise ValueError(
                f"{name} of the input is {getattr(source, name)}, allowed in this mode is {getattr(wanted, name)}"
            )


def _dense(config: AcceleratorConfig, mode: Mode, source: Layout, weights: NDArray[np.int64], groups: int) -> Tiling:
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
    return Tiling(
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


def _diagonal(config: AcceleratorConfig, mode: Mode, source: Layout, weights: NDArray[np.int64], groups: int) -> Tiling:
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
    return Tiling(
        weights=found,
        fields=dict(
            blocks=1,
            tail=config.array.values_per_beat(mode) - 1,
            tile_columns=columns,
            tiles_per_step=1,
            tile_step=source.block_pitch,
        ),
    )
