"""The head of a classifier as an EXEC record: the largest codes of a vector and the channels that have them."""

from dataclasses import replace

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from .kernel import Kernel
from .requantise import PASS, Requantisation
from .vector import copy

__all__ = ["largest", "one_of_pairs"]


def largest(
    config: AcceleratorConfig, source: Layout, target: Layout, *, zero: int = 0, requantise: Requantisation = PASS
) -> Kernel:
    """The k largest codes of one pixel, largest first, each followed by its channel; of equal ones the lowest channel
    first.

    Parameters
    ----------
    config, zero, requantise
        As of :func:`lowtide.compiler.kernels.vector.copy`.
    source : Layout
        One pixel; its channels are compared as the target's codes.
    target : Layout
        One pixel of 2 k channels, whose values have room for the number of a channel.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        For layouts that do not fit each other or the machine.
    """
    pairs, odd = divmod(target.channels, 2)
    if odd or pairs > config.top_k:
        raise ValueError(
            f"channels of the output is {target.channels}, allowed on {config.name} are even numbers up to "
            f"{2 * config.top_k}"
        )
    if source.rows * source.columns != 1:
        raise ValueError(f"the input has {source.rows} x {source.columns} pixels, allowed is one")
    if target.planes:
        raise ValueError("the output lies in bit planes, allowed are whole values")
    if source.channels > 1 << target.bits:
        raise ValueError(
            f"channels of the input is {source.channels}, allowed with an output of {target.bits} bits are "
            f"{1 << target.bits}"
        )
    made = copy(config, source, replace(target, channels=source.channels), zero=zero, requantise=requantise)
    return replace(made, record=replace(made.record, top_k=pairs), writes=target)


def one_of_pairs(pairs: Layout, place: int) -> Layout:
    """The layout of the values, ``place`` 0, or of the channels, 1, in that of pairs, which has an atom for each."""
    if pairs.values != 1 or pairs.channels % 2:
        raise ValueError(
            f"pairs have {pairs.channels} channels, {pairs.values} in an atom, allowed are an even number and 1"
        )
    first = pairs.channels_from(place, 1)
    return replace(first, channels=pairs.channels // 2, block_pitch=2 * pairs.block_pitch)
