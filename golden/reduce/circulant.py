"""Block-circulant matrices: W[K, N] in blocks of b x b, each of b numbers instead of b^2.

``C[i, j] = c[(j - i) mod b]``, so that ``y = x C`` is a circular convolution, ``y = F^-1(F(x) F(c))``. The nearest
circulant matrix in least squares has the means of the block's wrapped diagonals. Blocks at the lower and right edges
may be cut off; their means are those of the entries that exist, a diagonal without any is zero.

================  ====================================================================================================
direct            ``K N`` multiplications, as dense: every product is formed
by transform      with p = ceil(K / b) and q = ceil(N / b): p transforms of x, p q products of spectra (b / 2 + 1
                  complex numbers of real data), q transforms back; the transforms of c are stored
================  ====================================================================================================

A radix-2 transform of b numbers has ``b / 2 log2 b`` complex multiplications (trivial ones counted), a complex
multiplication four real ones: O(n log n) instead of O(n^2).

Source: Ding et al., CirCNN, arXiv 1708.08917, sections 2 and 3; Cheng et al., arXiv 1502.03436.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_integer
from ..network.floating.graph import Graph
from ..quantise import finite_array
from .pruning import prunable

__all__ = ["BlockCirculant", "circulant_layers", "project_circulant"]

_REAL = 4  # real multiplications of a complex one


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockCirculant:
    """A block-circulant matrix. ValueError for sizes that do not fit.

    Parameters
    ----------
    vectors : ndarray of float64 [p, q, b]
        The first row of every block.
    shape : (int, int)
        (K, N) of the matrix.
    """

    vectors: NDArray[np.float64]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        rows, columns = (check_integer("shape", length, 1) for length in self.shape)
        vectors = np.asarray(self.vectors)
        if vectors.ndim != 3 or 0 in vectors.shape or vectors.shape[:2] != self._blocks(rows, columns):
            raise ValueError(f"vectors has shape {vectors.shape}, allowed are [ceil(K / b), ceil(N / b), b]")

    @property
    def block(self) -> int:
        """b."""
        return self.vectors.shape[-1]

    @property
    def stored(self) -> int:
        """Numbers that are stored: p q b."""
        return self.vectors.size

    @property
    def direct_multiplications(self) -> int:
        """Of a row of x with the matrix: K N."""
        return self.shape[0] * self.shape[1]

    @property
    def transform_multiplications(self) -> int:
        """Real multiplications of a row of x by transforms. ValueError unless b is a power of two."""
        levels = self.block.bit_length() - 1
        if self.block != 1 << levels:
            raise ValueError(f"block is {self.block}, allowed for transforms are powers of two")
        inputs, outputs, _ = self.vectors.shape
        if levels == 0:
            return inputs * outputs
        transform, product = self.block // 2 * levels, self.block // 2 + 1
        return _REAL * ((inputs + outputs) * transform + inputs * outputs * product)

    def matrix(self) -> NDArray[np.float64]:
        """The dense matrix [K, N], of the dtype of the vectors."""
        inputs, outputs, block = self.vectors.shape
        dense = self.vectors[:, :, _diagonal(block)]  # [p, q, i, j]
        return dense.transpose(0, 2, 1, 3).reshape(inputs * block, outputs * block)[: self.shape[0], : self.shape[1]]

    def multiply(self, x: ArrayLike) -> NDArray[np.float64]:
        """``x @ matrix()`` by transforms: float64 [M, N] of real ``x`` [M, K].

        Off by rounding errors of the transforms: with integers, `numpy.rint` gives the exact product while
        ``K max|x| max|c|`` stays far below 2^53.
        """
        rows = finite_array("x", x)
        if rows.ndim != 2 or rows.shape[1] != self.shape[0]:
            raise ValueError(f"x has shape {rows.shape}, allowed is [M, {self.shape[0]}]")
        inputs, outputs, block = self.vectors.shape
        padded = np.zeros((len(rows), inputs * block))
        padded[:, : self.shape[0]] = rows
        spectrum = np.fft.rfft(padded.reshape(len(rows), inputs, block))
        product = np.einsum("mpf,pqf->mqf", spectrum, np.fft.rfft(self.vectors))
        return np.fft.irfft(product, block).reshape(len(rows), outputs * block)[:, : self.shape[1]]

    def _blocks(self, rows: int, columns: int) -> tuple[int, int]:
        block = max(np.shape(self.vectors)[-1], 1)
        return -(-rows // block), -(-columns // block)


def project_circulant(weights: ArrayLike, block: int) -> BlockCirculant:
    """The block-circulant matrix nearest to a matrix in least squares.

    Parameters
    ----------
    weights : array_like of real numbers [K, N]
    block : int
        b, 1 or more.

    Returns
    -------
    BlockCirculant

    Raises
    ------
    ValueError
        For NaN, infinities, other shapes and blocks.
    """
    matrix = finite_array("weights", weights)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(f"weights has shape {matrix.shape}, allowed are [K, N], each >= 1")
    block = check_integer("block", block, 1)
    inputs, outputs = (-(-length // block) for length in matrix.shape)
    parts = []
    for values in (matrix, np.ones(matrix.shape)):
        padded = np.zeros((inputs * block, outputs * block))
        padded[: matrix.shape[0], : matrix.shape[1]] = values
        parts.append(_diagonal_sums(padded.reshape(inputs, block, outputs, block).transpose(0, 2, 1, 3)))
    return BlockCirculant(vectors=parts[0] / np.maximum(parts[1], 1), shape=matrix.shape)


def circulant_layers(graph: Graph, blocks: Mapping[str, int]) -> tuple[Graph, dict[str, BlockCirculant]]:
    """A network with some layers projected. Convolutions are projected as their W[K, N].

    Parameters
    ----------
    graph : Graph
    blocks : mapping of str to int
        Name of a layer to the size of its blocks.

    Returns
    -------
    graph : Graph
    matrices : dict of str to BlockCirculant
        By name of the layer.
    """
    matrices = {
        node.name: project_circulant(node.kernel.reshape(-1, node.kernel.shape[-1]), blocks[node.name])
        for node in prunable(graph, list(blocks))
    }
    nodes = tuple(
        replace(node, weight=matrices[node.name].matrix().reshape(node.kernel.shape)) if node.name in matrices else node
        for node in graph.nodes
    )
    return Graph(nodes, graph.shape, graph.input), matrices


def _diagonal(block: int) -> NDArray[np.int64]:
    """The index (j - i) mod b of every place [i, j] of a block."""
    return (np.arange(block) - np.arange(block)[:, None]) % block


def _diagonal_sums(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """[p, q, b] of [p, q, b, b]: the sums over the wrapped diagonals."""
    block = blocks.shape[-1]
    rows = np.arange(block)[:, None]
    return blocks[:, :, rows, (rows + np.arange(block)) % block].sum(axis=2)
