"""Matrix products of two computed tensors: the second one is copied into the weight memory.

``Y[m, n] = sum_k A[m, k] B[n, k]``: the pixels of A are the rows m, those of B, one row of pixels, the columns n, the
channels of both the reduction axis. C neighbouring atoms of B, one of each column, are a weight word where an atom is
as wide as a column's weights of a beat; so B goes to external memory in the order of words, and back as weights.
"""

import numpy as np

from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import PLAIN, find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from ..layouts.tensor_weights import TensorWeights
from .convolution import check_source
from .kernel import Kernel, check_layout, window_taps
from .requantise import PASS, Requantisation

__all__ = ["check_tensor_weights", "tensor_product"]


def tensor_product(
    config: AcceleratorConfig,
    mode: Mode,
    source: Layout,
    weights: Layout,
    target: Layout,
    *,
    bias: int = 0,
    requantise: Requantisation = PASS,
) -> Kernel:
    """The product of two tensors in feature memory.

    Parameters
    ----------
    config : AcceleratorConfig
    mode : Mode
        Its data are A, its weights B: plain integers as wide as their elements, each value whole.
    source : Layout
        A, [rows, columns, K].
    weights : Layout
        B, [1, N, K]. Neither tensor has a zero point: codes are the integers that are multiplied.
    target : Layout
        [rows, columns, N].
    bias : int
        Added to every sum.
    requantise : Requantisation

    Raises
    ------
    ValueError
        For layouts and modes that do not fit each other or the machine.
    """
    array = config.array
    check_tensor_weights(config, mode)
    check_source(config, mode, source)
    check_layout("output", target, config.atom_bytes)
    element = array.element_bits("w", mode)
    wanted = dict(rows=1, channels=source.channels, values=source.values, bits=element, signed=mode.w_signed)
    wanted |= dict(planes=False, apart=1)
    for name, value in wanted.items():
        if getattr(weights, name) != value:
            raise ValueError(f"{name} of the weights is {getattr(weights, name)}, allowed here is {value}")
    if (target.rows, target.columns, target.channels) != (source.rows, source.columns, weights.columns):
        raise ValueError(
            f"the output has {target.rows} x {target.columns} pixels of {target.channels} channels, allowed are "
            f"{source.rows} x {source.columns} of {weights.columns}"
        )
    tensor = TensorWeights(layout=weights, cols=array.cols, atom_bytes=config.atom_bytes)
    return Kernel.of(
        source,
        target,
        stride=(1, 1),
        taps=window_taps(source, size=(1, 1), stride=(1, 1), padding=(0, 0)),
        parameters=requantise.entries(np.full(target.channels, bias, np.int64), config.multiplier_bits),
        requantise=requantise,
        weights=tensor,
        mode=mode.word(),
        chunks=source.blocks,
        blocks=source.blocks,
        tail=source.channels - (source.blocks - 1) * source.values - 1,
        tiles=tensor.tiles,
        tile_columns=array.cols,
        block_step=source.block_pitch,
    )


def check_tensor_weights(config: AcceleratorConfig, mode: Mode) -> None:
    """``ValueError`` unless a machine takes weights from its feature memory in a mode."""
    array = config.array
    array.check_mode(mode)
    if KINDS[array.kind].plane_pairs(mode, array) is not None:
        raise ValueError(
            f"mode is {mode.label()} in bit planes, allowed with weights from feature memory are whole values"
        )
    is_whole = find(mode.w_format) == PLAIN and mode.w_bits == array.element_bits("w", mode)
    if not is_whole or mode.has_exponents("w") or mode.diagonal or mode.select or mode.data_terms:
        raise ValueError(
            f"mode is {mode.label()}, allowed with weights from feature memory are plain integers as wide as an "
            "element, all terms of them"
        )
    if array.payload_bits("w") != config.atom_bits or 8 * config.weight_word_bytes != array.cols * config.atom_bits:
        raise ValueError(
            f"weights of a column have {array.payload_bits('w')} bits, allowed with weights from feature memory are "
            f"the {config.atom_bits} of an atom, and as many columns as a power of two"
        )
