"""Matrix products of two computed tensors: the second one is copied into the weight memory.

``Y[m, n] = sum_k A[m, k] B[n, k]``: the pixels of A are the rows m, those of B, one row of pixels, the columns n, the
channels of both the reduction axis. C neighbouring atoms of B, one of each column, are a weight word where an atom is
as wide as a column's weights of a beat; so B goes to external memory in the order of words, and back as weights.

With zero points the sum is of ``(A + a) (B + b)``, a and b the zero points negated: taps that read A again meet the
constant b as weights, taps beyond the input, whose values are the constant a, meet B again, and ``K a b`` is a bias.
128, which 8 bits do not hold, is 64 twice.
"""

from dataclasses import replace

import numpy as np

from lowtide.common.records.entries import Tap
from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import PLAIN, find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..layouts.layout import Layout
from ..layouts.tensor_weights import TensorWeights
from .convolution import check_source
from .kernel import Kernel, check_layout
from .requantise import PASS, Requantisation

__all__ = ["check_tensor_weights", "tensor_product", "zero_parts"]


def tensor_product(
    config: AcceleratorConfig,
    mode: Mode,
    source: Layout,
    weights: Layout,
    target: Layout,
    *,
    zeros: tuple[int, int] = (0, 0),
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
        B, [1, N, K].
    target : Layout
        [rows, columns, N].
    zeros : (int, int)
        Zero points of A and B, of signed codes.
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
    a, b = (
        _negated(zero, bits, bool(signed), name)
        for zero, bits, signed, name in (
            (zeros[0], mode.x_bits, mode.x_signed, "data"),
            (zeros[1], mode.w_bits, mode.w_signed, "weights"),
        )
    )
    tensor = TensorWeights(layout=weights, cols=array.cols, atom_bytes=config.atom_bytes, constants=b, again=len(a))
    inside, beyond = Tap(offset=0, dy=0, dx=0), Tap(offset=0, dy=-1, dx=0)
    made = Kernel.of(
        source,
        target,
        stride=(1, 1),
        taps=(inside,) * (1 + len(b)) + (beyond,) * len(a),
        parameters=requantise.entries(
            np.full(target.channels, bias + source.channels * sum(a) * sum(b), np.int64), config.multiplier_bits
        ),
        requantise=requantise,
        weights=tensor,
        mode=mode.word(),
        chunks=tensor.parts * source.blocks,
        padding=(a[0] if a else 0) & 0xFFFF,
        blocks=source.blocks,
        tail=source.channels - (source.blocks - 1) * source.values - 1,
        tiles=tensor.tiles,
        tile_columns=array.cols,
        block_step=source.block_pitch,
    )
    return replace(made, record=replace(made.record, stride_y=0))  # so that dy alone says what is beyond the input


def zero_parts(zero: int, bits: int) -> int:
    """How many constants stand for a zero point of signed codes."""
    return 0 if zero == 0 else 1 if -zero < 1 << bits - 1 else 2


def _negated(zero: int, bits: int, signed: bool, name: str) -> tuple[int, ...]:
    """The constants whose sum is a zero point negated, equal ones."""
    if zero and not signed:
        raise ValueError(f"zero point of the {name} is {zero}, allowed in a product of unsigned codes is 0")
    count = zero_parts(zero, bits)
    return (-zero // count,) * count if count else ()


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
