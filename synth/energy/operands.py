"""Real operands: what an array multiplies in the digits network, at the precision and format of a mode.

The layers :data:`LAYERS` of `lowtide.examples.digits`, 64 pixels to 64 values and these to 32: the data of the first
:data:`IMAGES` test images, half of the pixels and four in five activations are 0, by the weights of the layer's first
:data:`OUTPUTS` outputs, 16,384 multiplications in all. Energies of eight times as many images differ by 1 % or less
where that was measured (parallel, term). Data and weights are rounded as the example rounds them; the layers run in the
same mode. K is 64, a whole number of chunks for every kind, so on an array of 1x1 there is neither a bubble nor an idle
lane that the mode itself does not have.

==================  =========================================================================================
TR                  weights of 8 bits; the array selects their terms
codebooks           the decoded integers in a mode of plain ones: decoders are at the edge, the PE sees no other
binary data         whether a value is above the mean of its layer, 1 for +1
signed 2-bit data   the same as +1 and -1, against 2-bit weights by binary ones: what ±1 takes as integers
block floating      every chunk scaled by the power of two below the layer's largest value that it needs
group exponents     every chunk of weights rounded in steps of the smallest power of two that reaches its largest
==================  =========================================================================================
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.quantisation import Quantisation
from lowtide.golden.storage_formats import BINARY, PLAIN
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode

from ..designs.modes import quantisations

__all__ = ["IMAGES", "LAYERS", "OUTPUTS", "Operands", "measurable", "operands"]

LAYERS = (0, 1)
IMAGES = 4
OUTPUTS = 32


@dataclass(frozen=True)
class Operands:
    """One matrix product for :meth:`lowtide.sim.Model.run`.

    Parameters
    ----------
    x : int [M, K]
        Data.
    w : int [K, N]
        Weights, or their codes.
    mode : Mode
        What they run in.
    exponents : tuple
        Of block floating point, int [M, chunks] and [chunks, N], else empty.
    """

    x: NDArray[Any]
    w: NDArray[Any]
    mode: Mode
    exponents: tuple[NDArray[Any] | None, ...] = ()

    @property
    def product(self) -> tuple[Any, ...]:
        """The tuple that :meth:`lowtide.sim.Model.run` takes."""
        return self.x, self.w, self.mode, *self.exponents

    @property
    def multiplications(self) -> int:
        """M K N."""
        return int(self.x.shape[0] * self.x.shape[1] * self.w.shape[1])


def measurable(config: ArrayConfig) -> dict[Quantisation, Mode]:
    """The modes that :func:`operands` has products for: those with signed weights of
    :func:`lowtide.synth.designs.modes.quantisations`."""
    return {name: mode for name, mode in quantisations(config).items() if mode.w_signed}


def operands(config: ArrayConfig, mode: Mode) -> tuple[Operands, ...]:
    """The products of a mode of a configuration, one a layer. Raises ``ValueError`` for weights without sign: those of
    the network have one."""
    if not mode.w_signed:
        raise ValueError("w_signed is 0, allowed is 1: the weights that energy is measured with have signs")
    if mode.block_floating:
        return tuple(_block_floating(config, mode, *_floats(layer)) for layer in LAYERS)
    if mode.group_exponent:
        return tuple(_grouped(config, mode, *_floats(layer)) for layer in LAYERS)
    if mode.x_format == BINARY.name:
        return tuple(_binary(mode, _floats(layer)[0], _stored(mode.change(x_bits=8), layer)) for layer in LAYERS)
    if mode.x_signed and mode.x_bits == 2:
        return tuple(_signs(mode, _floats(layer)[0], layer) for layer in LAYERS)
    data = _data(config, mode)
    return tuple(_integers(mode, data[layer], _stored(mode, layer)) for layer in LAYERS)


def _binary(mode: Mode, x: NDArray[Any], weight: Any) -> Operands:
    return Operands((x > x.mean()).astype(np.int32), weight.codes[:, :OUTPUTS], mode)


def _signs(mode: Mode, x: NDArray[Any], layer: int) -> Operands:
    signs, wide = np.where(x > x.mean(), 1, -1).astype(np.int32), mode.change(x_bits=8)
    if mode.w_format != PLAIN.name or mode.w_bits > 2:
        return _integers(mode, signs, _stored(wide, layer))
    codes = _stored(wide.change(w_format=BINARY.name), layer).codes[:, :OUTPUTS]
    return Operands(signs, BINARY.decode(codes), mode)


def _integers(mode: Mode, x: NDArray[Any], weight: Any) -> Operands:
    codes = weight.codes[:, :OUTPUTS]
    if weight.table is None:
        return Operands(x, codes, mode)
    return Operands(x, weight.table[codes], mode.change(w_format=PLAIN.name, codebook=0))


def _precision(mode: Mode) -> Any:
    from lowtide.workloads.digits.weights import Precision

    return Precision(mode.x_bits - mode.x_signed, mode.w_bits, mode.w_format)


def _stored(mode: Mode, layer: int) -> Any:
    return _network(_precision(mode)).layers[layer].weight


@cache
def _network(precision: Any) -> Any:
    """The integer network at a precision."""
    from lowtide.workloads.digits.network import digits, load
    from lowtide.workloads.digits.quantised import quantise_network

    return quantise_network(load(), digits().train, precision)


@cache
def _floats(layer: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A layer as it was trained: data float64 [images, K] and weights [K, outputs]."""
    from lowtide.workloads.digits.network import digits, load

    network = load()
    return network.activations(digits().test[:IMAGES])[layer], network.weights[layer][:, :OUTPUTS]


def _data(config: ArrayConfig, mode: Mode) -> list[NDArray[Any]]:
    """What enters each layer, as integers, when the network runs in this mode."""
    from lowtide.workloads.digits.golden_array import GoldenArray
    from lowtide.workloads.digits.network import digits

    array = GoldenArray(config)
    seen: list[NDArray[Any]] = []

    def product(x: NDArray[Any], weight: Any) -> Any:
        seen.append(x)
        if weight.table is not None:
            array.load_codebook(weight.table)
        return array.gemm(x, weight.codes, mode).y

    _network(_precision(mode)).scores(digits().test[:IMAGES], product)
    return seen


def _block_floating(config: ArrayConfig, mode: Mode, x: NDArray[Any], w: NDArray[Any]) -> Operands:
    values, most = config.values_per_beat(mode), (1 << config.exponent_bits) - 1
    x, x_exponents = _scaled(x, values, mode.x_bits, mode.x_signed, most)
    w, w_exponents = _scaled(w.T, values, mode.w_bits, True, most)
    return Operands(x, np.ascontiguousarray(w.T), mode, (x_exponents, np.ascontiguousarray(w_exponents.T)))


def _grouped(config: ArrayConfig, mode: Mode, x: NDArray[Any], w: NDArray[Any]) -> Operands:
    values, most = config.values_per_beat(mode), (1 << config.exponent_bits) - 1
    x, _ = _scaled(x, values, mode.x_bits, mode.x_signed, 0)
    limit = (mode.storage("w").integers or (0, (1 << mode.w_bits - 1) - 1))[1]
    unit = np.abs(w).max() / (limit << most)
    chunks = np.abs(np.pad(w, ((0, -len(w) % values), (0, 0)))).reshape(-1, values, w.shape[1]).max(axis=1)
    with np.errstate(divide="ignore"):
        exponents = np.clip(np.ceil(np.log2(chunks / (limit * unit))), 0, most).astype(np.int32)
    steps = unit * 2.0 ** np.repeat(exponents, values, axis=0)[: len(w)]
    integers = np.clip(np.rint(w / steps), -limit, limit).astype(np.int32)
    code_bits = mode.storage("w").code_bits
    codes = integers if code_bits is None else integers & (1 << code_bits) - 1
    return Operands(x, np.ascontiguousarray(codes), mode, (None, exponents))


def _scaled(
    lines: NDArray[Any], values: int, bits: int, is_signed: bool, most: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Lines, float [lines, K], as integers of ``bits`` and the exponents of their chunks, [lines, chunks]: how many
    powers of two, ``most`` of them, each chunk lies below the largest of all."""
    largest = np.abs(lines).max()
    chunks = np.abs(np.pad(lines, ((0, 0), (0, -lines.shape[1] % values)))).reshape(len(lines), -1, values).max(axis=2)
    with np.errstate(divide="ignore"):
        exponents = np.clip(np.floor(np.log2(largest / chunks)), 0, most).astype(np.int32)
    limit = (1 << bits - is_signed) - 1
    each = np.repeat(exponents, values, axis=1)[:, : lines.shape[1]]
    return np.rint(lines / largest * limit * 2.0**each).astype(np.int32), exponents
