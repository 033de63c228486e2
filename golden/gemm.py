"""The exact matrix product of an array in a mode, its cycles and its term pairs.

``Y[M, N] = wrap(X'[M, K] @ W'[K, N])``: W' the weights that the PE kind effectively multiplies, X' the data
after top-s truncation if the mode has data terms, ``wrap`` two's complement of the accumulator width.

Cycles, by the beat contract: a job of reduction length K takes ``J = ceil(K / values) * cycles`` with the
values and cycles per beat of the kind. Results leave one column a cycle. With result registers the next
job's beats run meanwhile, without them the accumulators hold ``rows - 1`` cycles more::

    end_1 = J_1      end_n = end_(n-1) + max(J_n, cols)                   with result buffer
                     end_n = end_(n-1) + max(rows - 1 + J_n, cols)        without

Functions read attributes only: any object with the attribute names of `Mode` and `Array` will do, such as the
hardware's own mode word and configuration.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389 (term pairs); the rest is integer arithmetic.
"""

from dataclasses import dataclass

import numpy as np

from golden.pe import KINDS
from golden.pe.term import encoding
from golden.reveal import LARGEST_GROUP, revealed_range, top_terms
from golden.terms import check_bits, check_integer, check_range, count_terms, integer_array, value_range

_BLOCK = 1 << 22  # elements of X converted to floating point at a time


@dataclass(frozen=True, kw_only=True)
class Mode:
    """What one job computes. A field that a PE kind gives no meaning stays at its default.

    x_signed, w_signed, x_bits, w_bits: the integers of X and W (2..16 bits). hese: terms are HESE, else
    binary. select: keep the ``budget`` highest weight terms of every ``group`` values along K. data_terms:
    keep the highest terms of every value of X, 0 for all. w_format: storage format of W, "plain" integers.
    """

    x_signed: bool = True
    w_signed: bool = True
    hese: bool = False
    select: bool = False
    x_bits: int = 8
    w_bits: int = 8
    data_terms: int = 0
    group: int = 1
    budget: int = 1
    w_format: str = "plain"


@dataclass(frozen=True, kw_only=True)
class Array:
    """What is built: rows x cols PEs of a kind with lanes products or terms a cycle each.

    acc_width: accumulator bits, 2..64. group: the largest group. result_buffer: results drain while the
    next job runs.
    """

    kind: str
    rows: int
    cols: int
    lanes: int
    acc_width: int = 32
    group: int = 1
    result_buffer: bool = True


@dataclass(frozen=True, kw_only=True)
class Result:
    """Product and cost of one `gemm`.

    y: int64 [M, N]. cycles: of all tiles, one after the other. multiplications: M N K. term_pairs: pairs of
    terms that are not zero, counted on the operands. term_pair_bound: pairs that the array reserves, as the
    paper counts.
    """

    y: np.ndarray
    cycles: int
    multiplications: int
    term_pairs: int
    term_pair_bound: float


def check(mode, array):
    """ValueError that names the field unless the array exists and can run the mode."""
    if array.kind not in KINDS:
        raise ValueError(f"array.kind is {array.kind!r}, allowed are {', '.join(KINDS)}")
    for field in ("rows", "cols", "lanes"):
        check_integer(f"array.{field}", getattr(array, field), 1)
    check_integer("array.acc_width", array.acc_width, 2, 64)
    check_integer("array.group", array.group, 1, LARGEST_GROUP)
    check_bits("mode.x_bits", mode.x_bits)
    check_bits("mode.w_bits", mode.w_bits)
    if mode.w_format != "plain":
        raise ValueError(f"mode.w_format is {mode.w_format!r}, allowed is 'plain' only")
    KINDS[array.kind].check(mode, array)


def wrap(values, acc_width):
    """``values`` (integers) modulo ``2^acc_width`` (1..64) as two's complement: int64, same shape."""
    unused = 64 - check_integer("acc_width", acc_width, 1, 64)
    return integer_array("values", values).astype(np.int64) << unused >> unused


def job_cycles(k, mode, array):
    """Cycles of one job of reduction length ``k`` (>= 1)."""
    check(mode, array)
    kind = KINDS[array.kind]
    beats = -(-check_integer("k", k, 1) // kind.values_per_beat(mode, array))
    return beats * kind.cycles_per_beat(mode, array)


def sequence_cycles(jobs, array):
    """Cycles from the first of the first job to the last of the last, both included, inputs always ready.

    jobs: the cycles of each job (>= 1), in order, of any modes. 0 for no jobs.
    """
    end = 0
    for number, cycles in enumerate(jobs):
        check_integer(f"jobs[{number}]", cycles, 1)
        if number:
            cycles = max(cycles if array.result_buffer else array.rows - 1 + cycles, array.cols)
        end += int(cycles)
    return end


def data_range(mode):
    """(smallest, largest) value of X that is multiplied, after top-s truncation to the data terms."""
    if not mode.data_terms:
        return value_range(mode.x_bits, mode.x_signed)
    return revealed_range(
        group=1, budget=mode.data_terms, encoding=encoding(mode), bits=mode.x_bits, signed=mode.x_signed
    )


def largest_k(mode, array):
    """The largest reduction length for which no sum can leave the accumulator's range, whatever the operands.

    From the extremes of one product: every sum of ``K`` of them stays within ``-2^(a-1) .. 2^(a-1) - 1``.
    With groups the budget ties weights to each other, and not every weight of a group may reach the
    extreme: then longer reductions may be safe as well. 0 if a single product can overflow.
    """
    check(mode, array)
    weights = KINDS[array.kind].weight_range(mode)
    products = [x * w for x in data_range(mode) for w in weights]
    half = 1 << (array.acc_width - 1)
    limits = [(half - 1) // max(products)]
    if min(products) < 0:
        limits.append(half // -min(products))
    return min(limits)


def gemm(x, w, mode, array):
    """The `Result` of ``X[M, K] @ W[K, N]`` on an array in a mode.

    x, w: integers in the range of mode.x_bits / mode.w_bits; M, K, N >= 1. M is tiled over rows and N over
    cols, one job per tile. Raises ValueError for shapes, dtypes, values, a mode or an array that are not
    allowed.
    """
    check(mode, array)
    kind = KINDS[array.kind]
    x = check_range("x", x, mode.x_bits, mode.x_signed)
    w = integer_array("w", w)
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[0] or 0 in x.shape + w.shape:
        raise ValueError(f"x, w have shapes {x.shape}, {w.shape}, allowed are [M, K], [K, N], each >= 1")
    w = kind.weights(w, mode)
    terms = encoding(mode)
    if mode.data_terms:
        x = top_terms(x, mode.data_terms, encoding=terms, bits=mode.x_bits, signed=mode.x_signed)
    (m, k), n = x.shape, w.shape[1]
    x_terms = count_terms(x, terms, mode.x_bits, mode.x_signed).sum(axis=0, dtype=np.int64)
    w_terms = count_terms(w, terms, mode.w_bits, mode.w_signed).sum(axis=1, dtype=np.int64)
    tiles = -(-m // array.rows) * -(-n // array.cols)
    return Result(
        y=wrap(_product(x, w), array.acc_width),
        cycles=sequence_cycles([job_cycles(k, mode, array)] * tiles, array),
        multiplications=m * n * k,
        term_pairs=int(x_terms @ w_terms),
        term_pair_bound=kind.term_pair_bound(mode, array) * (m * n * k),
    )


def _product(x, w):
    """x @ w modulo 2^64 as int64; by floating point, far faster, where every partial sum is exact."""
    largest = max(abs(int(x.min())), abs(int(x.max()))) * int(np.abs(w.astype(np.int64)).sum(axis=0).max())
    if largest >= 1 << 53:
        return x.astype(np.int64) @ w.astype(np.int64)
    exact = np.float32 if largest < 1 << 24 else np.float64
    w = w.astype(exact)
    y = np.empty((x.shape[0], w.shape[1]), np.int64)
    step = max(1, _BLOCK // x.shape[1])
    for start in range(0, x.shape[0], step):
        y[start : start + step] = x[start : start + step].astype(exact) @ w
    return y
