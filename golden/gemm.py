"""The exact matrix product of an array in a mode, its cycles and its term pairs.

``Y[M, N] = wrap(X'[M, K] @ W'[K, N])``: the codes of X and W are decoded into integers; W' are the weights that
the PE kind effectively multiplies, X' the data after top-s truncation if the mode has data terms, ``wrap`` two's
complement of the accumulator width. In diagonal modes (mode.diagonal) W has one row a chunk and stands for the sparse
matrix of `lowtide.golden.diagonal`. In block floating point (mode.block_floating) each beat's dot product is
shifted by its exponents and rounded before it is added, see `lowtide.golden.product`.

Cycles, by the beat contract: a job of reduction length K takes ``J = ceil(K / values) * cycles`` with the
values and cycles per beat of the kind. Results leave one column a cycle. With result registers the next
job's beats run meanwhile, without them the accumulators wait until they are read::

    end_1 = J_1      end_n = end_(n-1) + max(J_n, cols)                   with result buffer
                     end_n = end_(n-1) + max(pause + J_n, cols)           without
                     pause = rows / tile_rows - 1 + cols - cols / tile_cols    (rows - 1 without tiles)

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389 (term pairs); the rest is integer arithmetic.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_integer, integer_array
from .diagonal import diagonal_places, on_diagonal
from .duck_types import AnyArray, AnyMode
from .mode import Array, Mode, check
from .pe import KINDS
from .pe.term import encoding
from .product import block_product, check_exponents
from .reveal import top_terms
from .storage_formats import find
from .terms import count_terms

__all__ = ["Array", "Mode", "Result", "check", "gemm", "job_cycles", "largest_k", "sequence_cycles", "wrap"]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Product and cost of one `gemm`.

    Parameters
    ----------
    y : ndarray of int64 [M, N]
        The product.
    cycles : int
        Of all tiles, one after the other.
    multiplications : int
        M N K; in diagonal modes M times the weights that count.
    term_pairs : int
        Pairs of terms that are not zero, counted on the decoded operands.
    term_pair_bound : float
        Pairs that the array reserves, as the paper counts.
    """

    y: NDArray[np.int64]
    cycles: int
    multiplications: int
    term_pairs: int
    term_pair_bound: float


def wrap(values: ArrayLike, acc_width: int) -> NDArray[np.int64]:
    """``values`` (integers, any shape) modulo ``2^acc_width`` (1..64) as two's complement: int64, same shape."""
    unused = 64 - check_integer("acc_width", acc_width, 1, 64)
    return integer_array("values", values).astype(np.int64) << unused >> unused


def job_cycles(k: int, mode: AnyMode, array: AnyArray) -> int:
    """Cycles of one job of reduction length ``k`` (>= 1); ValueError for a mode that the array cannot run."""
    check(mode, array)
    kind = KINDS[array.kind]
    beats = -(-check_integer("k", k, 1) // kind.values_per_beat(mode, array))
    return beats * kind.cycles_per_beat(mode, array)


def sequence_cycles(jobs: Iterable[int], array: AnyArray) -> int:
    """Cycles from the first of the first job to the last of the last, both included, inputs always ready.

    Parameters
    ----------
    jobs : iterable of int
        The cycles of each job (>= 1), in order, of any modes.
    array : Array

    Returns
    -------
    int
        0 for no jobs.
    """
    # without result buffer sums are read column by column, when the lowest of a column is complete
    tiles_down, tiles_across = array.rows // array.tile_rows, array.cols // array.tile_cols
    pause = 0 if array.result_buffer else tiles_down - 1 + array.cols - tiles_across
    end = 0
    for number, cycles in enumerate(jobs):
        check_integer(f"jobs[{number}]", cycles, 1)
        if number:
            cycles = max(pause + cycles, array.cols)
        end += int(cycles)
    return end


def largest_k(mode: AnyMode, array: AnyArray) -> int:
    """The largest reduction length for which no sum can leave the accumulator's range, whatever the operands.

    From the extremes of one product: every sum of ``K`` of them stays within ``-2^(a-1) .. 2^(a-1) - 1``.
    With groups the budget ties weights to each other, and not every weight of a group may reach the
    extreme: then longer reductions may be safe as well. How long a job of an array can be is no matter of arithmetic
    and not counted here. Block floating point takes guard bits: a block without
    distance counts ``2^guard_bits`` times, and none with a distance rounds to more. A limit that the kind has
    besides counts too.

    Parameters
    ----------
    mode : Mode
    array : Array

    Returns
    -------
    int
        0 if a single product can overflow.
    """
    check(mode, array)
    kind = KINDS[array.kind]
    guard = array.guard_bits if mode.block_floating else 0
    products = [x * w << guard for x in kind.effective_data(mode, array) for w in kind.effective_weights(mode, array)]
    half = 1 << (array.acc_width - 1)
    limits = []
    if max(products) > 0:
        limits.append((half - 1) // max(products))
    if min(products) < 0:
        limits.append(half // -min(products))
    if mode.diagonal:  # one product of each chunk
        limits = [kind.values_per_beat(mode, array) * most for most in limits]
    further = kind.bound_on_k(mode, array)
    return min(limits if further is None else [*limits, further])


def gemm(
    x: ArrayLike,
    w: ArrayLike,
    mode: AnyMode,
    array: AnyArray,
    *,
    codebook: ArrayLike | None = None,
    x_exponents: ArrayLike | None = None,
    w_exponents: ArrayLike | None = None,
) -> Result:
    """The matrix product ``X[M, K] @ W[K, N]`` of an array in a mode.

    M is tiled over rows and N over cols, one job per tile.

    Parameters
    ----------
    x : array_like of int [M, K]
        Codes of mode.x_format; plain ones are integers in the range of mode.x_bits. M, K, N >= 1.
    w : array_like of int [K, N]
        Codes of mode.w_format; [blocks, N] with mode.diagonal.
    mode : Mode
    array : Array
    codebook : array_like of int [16] or [256], optional
        The table of a codebook format, integers in the range of mode.w_bits.
    x_exponents : array_like of int [M, blocks], optional
        With mode.block_floating: how far every chunk's exponent lies below the largest of the job,
        0..2^exponent_bits - 1; blocks = ceil(K / values per beat).
    w_exponents : array_like of int [blocks, N], optional
        The same of W; with mode.group_exponent alone: a chunk's weights count ``2^exponent`` times.

    Returns
    -------
    Result
        In block floating point the unit of ``y`` is ``2^-guard_bits``.

    Raises
    ------
    ValueError
        For shapes, dtypes, values, a mode or an array that are not allowed.
    """
    check(mode, array)
    kind = KINDS[array.kind]
    values = kind.values_per_beat(mode, array)
    x, w = integer_array("x", x), integer_array("w", w)
    fits = x.ndim == w.ndim == 2 and w.shape[0] == (-(-x.shape[1] // values) if mode.diagonal else x.shape[1])
    if not fits or 0 in x.shape + w.shape:
        rows = f"ceil(K / {values})" if mode.diagonal else "K"
        raise ValueError(f"x, w have shapes {x.shape}, {w.shape}, allowed are [M, K], [{rows}, N], each >= 1")
    x = find(mode.x_format).decode(x, bits=mode.x_bits, signed=mode.x_signed, name="x")
    w = find(mode.w_format).decode(w, codebook=codebook, bits=mode.w_bits, signed=mode.w_signed, name="w")
    (m, k), n, weights = x.shape, w.shape[1], w.size
    if mode.diagonal:
        weights = int((diagonal_places(w.shape, values, array.cols) < k).sum())
        w = on_diagonal(w, k, values, array.cols)
    w = kind.weights(w, mode, array)
    terms = encoding(mode)
    if mode.data_terms:
        x = top_terms(x, mode.data_terms, encoding=terms, bits=mode.x_bits, signed=mode.x_signed)
    x_terms = count_terms(x, terms, mode.x_bits, mode.x_signed).sum(axis=0, dtype=np.int64)
    w_terms = count_terms(w, terms, mode.w_bits, mode.w_signed).sum(axis=1, dtype=np.int64)
    tiles = -(-m // array.rows) * -(-n // array.cols)
    return Result(
        y=wrap(_multiply(x, w, mode, array, x_exponents, w_exponents), array.acc_width),
        cycles=sequence_cycles([job_cycles(k, mode, array)] * tiles, array),
        multiplications=m * weights,
        term_pairs=int(x_terms @ w_terms),
        term_pair_bound=kind.term_pair_bound(mode, array) * (m * weights),
    )


def _multiply(
    x: NDArray[np.integer],
    w: NDArray[np.integer],
    mode: AnyMode,
    array: AnyArray,
    x_exponents: ArrayLike | None,
    w_exponents: ArrayLike | None,
) -> NDArray[np.int64]:
    """x @ w as the kind computes it, by blocks if the mode has them: int64 modulo 2^64."""
    kind = KINDS[array.kind]
    if mode.block_floating:
        values = kind.values_per_beat(mode, array)
        blocks, bits = -(-x.shape[1] // values), array.exponent_bits
        x_down = check_exponents("x_exponents", x_exponents, (x.shape[0], blocks), bits)
        w_down = check_exponents("w_exponents", w_exponents, (blocks, w.shape[1]), bits)
        return block_product(x, w, x_down, w_down, values=values, guard_bits=array.guard_bits)
    if mode.group_exponent:
        values = kind.values_per_beat(mode, array)
        shape = (-(-x.shape[1] // values), w.shape[1])
        up = check_exponents("w_exponents", w_exponents, shape, array.exponent_bits)
        w, w_exponents = w.astype(np.int64) << np.repeat(up, values, axis=0)[: len(w)], None
    for name, exponents in (("x_exponents", x_exponents), ("w_exponents", w_exponents)):
        if exponents is not None:
            raise ValueError(f"{name} is given, allowed in a mode without such exponents is None only")
    return kind.multiply(x, w, mode, array)
