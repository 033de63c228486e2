"""Operands of a product, checked: what the engine would misread is a ``ValueError`` before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.hw.config.array_config import MOST_CHUNKS, ArrayConfig
from lowtide.hw.mode.formats import stored_range
from lowtide.hw.mode.word import Mode

from .packing import chunks_of, weight_rows

__all__ = ["Operands", "checked_operands"]


@dataclass(frozen=True, eq=False)
class Operands:
    """Operands of a product, contiguous.

    Parameters
    ----------
    x : ndarray of int32 [M, K]
    w : ndarray of int32 [K, N], in a diagonal mode [chunks, N]
    x_exponents : ndarray of uint8 [M, chunks], or None
        None without block floating point.
    w_exponents : ndarray of uint8 [chunks, N], or None
    """

    x: NDArray[np.int32]
    w: NDArray[np.int32]
    x_exponents: NDArray[np.uint8] | None
    w_exponents: NDArray[np.uint8] | None


def checked_operands(
    config: ArrayConfig,
    x: ArrayLike,
    w: ArrayLike,
    mode: Mode,
    x_exponents: ArrayLike | None = None,
    w_exponents: ArrayLike | None = None,
    *,
    allow_overflow: bool,
) -> Operands:
    """Operands as :meth:`lowtide.sim.engine.model.Model.gemm` takes them, in the form that the library takes.

    Raises
    ------
    ValueError
        For a mode that the configuration refuses, a wrong dtype, shape or range, exponents that are missing or not
        allowed, and for a K with which the accumulator could overflow, unless ``allow_overflow``.
    """
    config.check_mode(mode)
    x = _matrix("x", x, *stored_range(mode, "x"))
    w = _matrix("w", w, *stored_range(mode, "w"))
    for code in mode.storage("w").meaningless:
        if (w == code).any():
            raise ValueError(f"w has the code {code}, which has no meaning in w_format {mode.w_format}")
    if w.shape[0] != (rows := weight_rows(x.shape[1], config, mode)):
        must = f"a diagonal mode has {rows} chunks of them" if mode.diagonal else "they must be equal"
        raise ValueError(f"w has {w.shape[0]} rows, x has {x.shape[1]} columns: {must}")
    k, most = x.shape[1], config.largest_k_of_job(mode)
    if k > most:
        raise ValueError(f"K is {k}, allowed are 1 to {most}: a job has at most {MOST_CHUNKS} chunks")
    if k > (largest := config.largest_k(mode)) and not allow_overflow:
        raise ValueError(
            f"K is {k}, allowed are 1 to {largest}: beyond it the {config.acc_width}-bit accumulator can overflow"
        )
    chunks = chunks_of(k, config, mode)
    return Operands(
        x,
        w,
        _exponents("x_exponents", x_exponents, (x.shape[0], chunks), config, mode.has_exponents("x")),
        _exponents("w_exponents", w_exponents, (chunks, w.shape[1]), config, mode.has_exponents("w")),
    )


def _exponents(
    name: str, values: ArrayLike | None, shape: tuple[int, int], config: ArrayConfig, has: bool
) -> NDArray[np.uint8] | None:
    """The exponents of chunks as uint8 of a shape, None in modes that have none."""
    if (values is None) == has:
        raise ValueError(
            f"{name} {'are missing' if values is None else 'are given'}, they go with the modes whose chunks have an "
            "exponent on this side: block_floating, and group_exponent for weights"
        )
    if values is None:
        return None
    values, most = np.asarray(values), (1 << config.exponent_bits) - 1
    if values.shape != shape or not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} has shape {values.shape}, dtype {values.dtype}, allowed are integers {shape}")
    if values.min() < 0 or values.max() > most:
        raise ValueError(f"{name} has values {values.min()} to {values.max()}, allowed are 0 to {most}")
    return np.ascontiguousarray(values, np.uint8)


def _matrix(name: str, values: ArrayLike, least: int, most: int) -> NDArray[np.int32]:
    """The operand as contiguous int32 [rows, columns], checked against the mode's range."""
    values = np.asarray(values)
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} has dtype {values.dtype}, allowed are integer dtypes")
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"{name} has shape {values.shape}, allowed are two dimensions, none of them 0")
    low, high = int(values.min()), int(values.max())
    if low < least or high > most:
        raise ValueError(f"{name} has values {low} to {high}, allowed in this mode are {least} to {most}")
    return np.ascontiguousarray(values, np.int32)
