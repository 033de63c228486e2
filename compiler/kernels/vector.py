"""Layers without weights as EXEC records of the vector source: pooling, copies, sums and products of tensors."""

from dataclasses import replace

import numpy as np

from lowtide.common.records.entries import Tap
from lowtide.common.records.execute import Source
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from .kernel import Kernel, check_built, check_layout, constants, window_taps
from .requantise import PASS, Requantisation

__all__ = ["copy", "pool", "repeated", "whole_pool"]

MOST_PIXELS = (1 << 14) - 1  #: columns of a record


def pool(
    config: AcceleratorConfig,
    source: Layout,
    target: Layout,
    *,
    reduce: Source,
    size: tuple[int, int],
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    zero: int = 0,
    requantise: Requantisation = PASS,
) -> Kernel:
    """Sums or maxima of windows, channel by channel.

    Parameters
    ----------
    config : AcceleratorConfig
    source, target : Layout
        The input and the output; the output's size says how far the picture is padded at the bottom and on the right.
    reduce : Source
        VECTOR_SUM or VECTOR_MAX. Of sums padding counts as ``zero``, of maxima as the least value.
    size, stride : (int, int)
        (y, x).
    padding : (int, int)
        (top, left).
    zero : int
        Zero point of the input. It is taken off every value: ``size y size x`` times of a sum, once of a maximum.
    requantise : Requantisation

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        For layouts that do not fit each other or the machine.
    """
    check_built(config, "vector")
    if reduce == Source.ENGINE:
        raise ValueError("reduce is 0 (ENGINE), allowed are 1 (VECTOR_SUM) and 2 (VECTOR_MAX)")
    if source.planes:
        raise ValueError("the input lies in bit planes, allowed for a vector source are whole values")
    if source.channels != target.channels:
        raise ValueError(f"channels of the output is {target.channels}, allowed is {source.channels}, as of the input")
    check_layout("input", source, config.atom_bytes)
    check_layout("output", target, config.atom_bytes)
    taps: tuple[Tap, ...] = window_taps(source, size=size, stride=stride, padding=padding)
    least = -(1 << source.bits - 1) if source.signed else 0
    fill, often = (zero, len(taps)) if reduce == Source.VECTOR_SUM else (least, 1)
    added = constants(np.full(target.channels, often * zero, np.int64), None, target.channels)
    return Kernel.of(
        source,
        target,
        stride=stride,
        taps=taps,
        parameters=requantise.entries(added, config.multiplier_bits),
        requantise=requantise,
        source=reduce,
        chunks=len(taps),
        tail=source.values - 1,
        in_signed=int(source.signed),
        in_bits=source.bits,
        block_step=source.block_pitch,
        padding=fill & 0xFFFF,
    )


def copy(
    config: AcceleratorConfig, source: Layout, target: Layout, *, zero: int = 0, requantise: Requantisation = PASS
) -> Kernel:
    """Every value less its zero point, requantised: copies in another form, tables, and with a second tensor in
    ``requantise`` sums and products of tensors. Parameters and errors as of :func:`pool`."""
    if (source.rows, source.columns) != (target.rows, target.columns):
        raise ValueError(
            f"the output has {target.rows} x {target.columns} pixels, allowed are {source.rows} x {source.columns}, as "
            "of the input"
        )
    return pool(config, source, target, reduce=Source.VECTOR_SUM, size=(1, 1), zero=zero, requantise=requantise)


def whole_pool(
    config: AcceleratorConfig, source: Layout, target: Layout, *, zero: int = 0, requantise: Requantisation = PASS
) -> Kernel:
    """Sums over all of a picture, of each channel; the rows of the array take neighbouring blocks of channels.

    The record's pixels are the blocks. All rows are busy where the source's ``block_pitch`` is 1 modulo the array's
    rows.

    Parameters
    ----------
    config, zero, requantise
        As of :func:`pool`; one multiplier and shift for all channels.
    source, target : Layout
        Stored together, in whole atoms of equal numbers of channels; the target has one pixel.
    """
    if source.channels % source.values or (source.values, target.rows * target.columns) != (target.values, 1):
        raise ValueError(
            f"channels are {source.channels} in atoms of {source.values} and {target.values}, allowed are whole "
            "atoms of one number, and one pixel"
        )
    size = source.rows, source.columns
    made = pool(config, source, target, reduce=Source.VECTOR_SUM, size=size, zero=zero, requantise=requantise)
    if len(made.parameters) > 1:
        raise ValueError(
            f"multipliers are {len(made.parameters)}, allowed over a whole picture is one for all channels"
        )
    record = replace(
        made.record,
        out_columns=source.blocks,
        out_channels=source.values,
        in_columns=MOST_PIXELS,  # no tap lies beyond
        in_column_step=source.block_pitch,
        out_column_phase=0,
        out_block_step=0,
    )
    record = replace(record, in_row_step=0, out_row_step=0)
    return replace(made, record=record)


def repeated(
    config: AcceleratorConfig, source: Layout, target: Layout, *, zero: int = 0, requantise: Requantisation = PASS
) -> Kernel:
    """One pixel, copied to all pixels of the target; with a second tensor in ``requantise`` every pixel of that and it,
    a pixel at a time: all rows of the array would read one bank. Parameters and errors as of :func:`pool`."""
    if source.rows * source.columns != 1:
        raise ValueError(f"the input has {source.rows} x {source.columns} pixels, allowed is one")
    everywhere = replace(source, rows=target.rows, columns=target.columns, row_pitch=target.columns, apart=1)
    made = copy(config, everywhere, target, zero=zero, requantise=requantise)
    record = replace(made.record, in_row_step=0, in_column_step=0)
    return replace(made, record=record, reads=(source, *requantise.reads))
