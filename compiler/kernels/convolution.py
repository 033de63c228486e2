"""Convolutions as EXEC records: plain, strided, dilated, grouped, depthwise; linear layers are those of one tap."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from ..layouts.weights import pack_weights
from .kernel import Kernel, check_layout, constants, window_taps
from .requantise import PASS, Requantisation
from .weight_tiles import dense_tiles, diagonal_tiles

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
    tiling = (diagonal_tiles if mode.diagonal else dense_tiles)(config, mode, source, of_taps, groups)
    packed = pack_weights(tiling.weights, config, mode, packing=weight_packing)
    sums = integers.sum(axis=(0, 1, 2)) if column_sums is None else np.asarray(column_sums, np.int64)
    added = constants(zero * sums, bias, target.channels)
    return Kernel.of(
        source,
        target,
        stride=stride,
        taps=taps,
        parameters=requantise.entries(added, config.multiplier_bits),
        requantise=requantise,
        weights=packed,
        book=mode.codebook,
        mode=mode.word(),
        chunks=tiling.weights.shape[1],
        tiles=tiling.weights.shape[0],
        block_step=source.block_pitch,
        plane_step=source.plane_pitch,
        padding=zero & 0xFFFF,
        weight_packing=packed.packing,
        **tiling.fields,
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


def check_source(config: AcceleratorConfig, mode: Mode, source: Layout) -> None:
    """Raise ``ValueError`` unless an input lies as the mode takes it."""
    wanted = input_layout(config, mode, source.rows, source.columns, source.channels)
    for name in ("planes", "bits", "values"):
        if getattr(source, name) != getattr(wanted, name):
            raise ValueError(
                f"{name} of the input is {getattr(source, name)}, allowed in this mode is {getattr(wanted, name)}"
            )
