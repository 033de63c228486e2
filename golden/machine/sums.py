"""The results of EXEC before post-processing: matrix products of the array, or reductions of the vector source."""

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import Memory

from ..diagonal import on_diagonal
from ..duck_types import AnyMode
from ..gemm import gemm, wrap
from ..limbs import plane_weights
from ..mode import check
from ..pe import KINDS
from ..product import product
from ..storage_formats import PLAIN, find
from .bits import fields, signed
from .configuration import AnyMachine
from .memories import Memories
from .mode_word import mode_of_word
from .nest import Nest
from .weights import Weights

__all__ = ["results"]


def results(record: Exec, machine: AnyMachine, memories: Memories, nest: Nest) -> NDArray[np.int64]:
    """A of every output pixel and channel, before post-processing.

    Returns
    -------
    ndarray of int64 [M, channels]

    Raises
    ------
    MachineError
        ENGINE, ADDRESS or RANGE.
    """
    if record.source != Source.ENGINE:
        return vector(record, memories, nest)
    try:
        mode = mode_of_word(record.mode)
        check(mode, machine.array)
        return engine(record, machine, memories, nest, mode)
    except MachineError:
        raise
    except ValueError as error:
        raise MachineError(Error.ENGINE, str(error)) from None


def vector(record: Exec, memories: Memories, nest: Nest) -> NDArray[np.int64]:
    """Sums or maxima over the taps, channel by channel."""
    values, channels = record.tail + 1, record.out_channels
    blocks = -(-channels // values)
    atoms = nest.inputs(blocks, 0, memories)
    codes = fields(memories.local[Memory.FEATURE], 0, record.in_bits, values, record.in_bits)
    x = codes[atoms].astype(np.int64)  # [M, taps, blocks, values]
    x[~nest.valid] = record.padding & (1 << record.in_bits) - 1
    if record.in_signed:
        x = signed(x, record.in_bits)
    reduced = x.sum(axis=1) if record.source == Source.VECTOR_SUM else x.max(axis=1)
    return reduced.reshape(len(x), -1)[:, :channels]


def engine(record: Exec, machine: AnyMachine, memories: Memories, nest: Nest, mode: AnyMode) -> NDArray[np.int64]:
    """Matrix products: tiles that read the same atoms at a time."""
    array, kind = machine.array, KINDS[machine.array.kind]
    values = kind.values_per_beat(mode, array)
    if record.tail >= values:
        raise ValueError(f"tail is {record.tail}, allowed in this mode are 0 to {values - 1}")
    data = Data(record, machine, memories, nest, mode)
    weights = Weights(record, machine, memories, mode)
    together = record.tiles_per_step if record.tile_step else record.tiles
    found = []
    for first in range(0, record.tiles, together):
        tiles = range(first, min(first + together, record.tiles))
        further = first // together * record.tile_step
        y = planes(data, weights, further, tiles) if data.pairs else whole(data, weights, further, tiles)
        found.append(wrap(y, array.acc_width).reshape(len(y), -1, array.cols)[:, :, : record.tile_columns])
    return np.concatenate(found, axis=1).reshape(len(nest.row), -1)[:, : record.out_channels]


class Data:
    """The data of a record's jobs: what the rows of the array take.

    Attributes
    ----------
    k : int
        Values of a job.
    pairs : list of (int, int), or None
        The bit planes of data and weights that each pass takes.
    """

    def __init__(self, record: Exec, machine: AnyMachine, memories: Memories, nest: Nest, mode: AnyMode) -> None:
        kind, array = KINDS[machine.array.kind], machine.array
        self.record, self.memories, self.nest, self.mode, self.array = record, memories, nest, mode, array
        self.values, self.width = kind.values_per_beat(mode, array), kind.element_bits(mode, array, "x")
        self.k = (record.chunks - 1) * self.values + record.tail + 1
        self.pairs = kind.plane_pairs(mode, array)
        self.codes = fields(memories.local[Memory.FEATURE], 0, self.width, self.values, self.width)

    def matrix(self, further: int, padding: int) -> NDArray[np.int32]:
        """Codes of the width of an element, unsigned, int32 [M, K]; ``further`` as of :meth:`Nest.inputs`."""
        x = self.codes[self.nest.inputs(self.record.blocks, further, self.memories)]
        x[~self.nest.valid] = padding & (1 << self.width) - 1
        return x.reshape(len(x), -1)[:, : self.k]


def whole(data: Data, weights: Weights, further: int, tiles: range) -> NDArray[np.int64]:
    """Products of whole values, int64 [M, columns of the tiles]."""
    mode, x = data.mode, data.matrix(further, data.record.padding)
    stored = find(mode.x_format)
    if stored != PLAIN:
        assert stored.code_bits is not None
        coded = x & (1 << stored.code_bits) - 1
    else:
        coded = signed(x, data.width) if mode.x_signed else x
    w, exponents = weights.matrix(tiles, 0)
    w = w if mode.diagonal else w[: data.k]
    return gemm(coded, w, mode, data.array, codebook=weights.codebook(), w_exponents=exponents).y


def planes(data: Data, weights: Weights, further: int, tiles: range) -> NDArray[np.int64]:
    """The sum of the products of bit planes, pass by pass, int64 [M, columns of the tiles]."""
    mode, total = data.mode, None
    x_weighs, w_weighs = (
        plane_weights(getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")) for side in "xw"
    )
    assert data.pairs is not None
    for number, (x_plane, w_plane) in enumerate(data.pairs):
        x = data.matrix(further + x_plane * data.record.plane_step, data.record.padding >> x_plane)
        w, _ = weights.matrix(tiles, number)
        dense = on_diagonal(w, data.k, data.values, data.array.cols) if mode.diagonal else w[: data.k]
        y = product(x, dense) * x_weighs[x_plane] * w_weighs[w_plane]
        total = y if total is None else total + y
    assert total is not None
    return total
