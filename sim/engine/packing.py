"""Between arrays of integers and the wide ports of an engine: lowest value first, two's complement, no gaps."""

from random import Random

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from lowtide.hw.mode.word import WORD_BITS, Mode

__all__ = ["chunks_of", "job_words", "pack", "tail_of", "unpack", "w_words", "weight_rows", "x_words"]

assert WORD_BITS + CHUNK_BITS + TAIL_BITS <= 64


def pack(values: ArrayLike, width: int) -> int:
    """Integers of any shape, in C order, as one int of ``width`` bits each."""
    mask, word = (1 << width) - 1, 0
    for position, value in enumerate(np.asarray(values).ravel().tolist()):
        word |= (value & mask) << position * width
    return word


def unpack(word: int, width: int, count: int, *, is_signed: bool = True) -> NDArray[np.int64]:
    """``count`` integers of ``width`` bits from an int, as int64 [count]."""
    mask, half = (1 << width) - 1, 1 << width - 1
    values = [word >> position * width & mask for position in range(count)]
    return np.array([value - (1 << width) if is_signed and value >= half else value for value in values], np.int64)


def chunks_of(k: int, config: ArrayConfig, mode: Mode) -> int:
    """Chunks of a job of reduction length ``k``."""
    return -(-k // config.values_per_beat(mode))


def weight_rows(k: int, config: ArrayConfig, mode: Mode) -> int:
    """Rows of W of a job of reduction length ``k``: as many, but one a chunk in a diagonal mode."""
    return chunks_of(k, config, mode) if mode.diagonal else k


def tail_of(k: int, config: ArrayConfig, mode: Mode) -> int:
    """Values in the last of them, 1 or more."""
    return (k - 1) % config.values_per_beat(mode) + 1


def job_words(mode: Mode, chunks: int, tail: int = 1) -> int:
    """The payload of the ``job`` stream, with ``tail`` values in the last chunk."""
    return mode.word() | chunks << WORD_BITS | (tail - 1) << WORD_BITS + CHUNK_BITS


def x_words(
    x: ArrayLike, config: ArrayConfig, mode: Mode, *, exponents: ArrayLike | None = None, rng: Random | None = None
) -> list[int]:
    """A tile of data as payloads of the ``x`` stream, one a beat.

    Parameters
    ----------
    x : array_like of int [rows or fewer, K]
    config : ArrayConfig
    mode : Mode
    exponents : array_like of int [rows or fewer, chunks], optional
        Of block floating point.
    rng : Random, optional
        Fills what the engine must ignore (lines and values beyond the tile) with random bits in place of zeros.
    """
    return _words(np.asarray(x), "x", config.rows, config, mode, exponents, rng)


def w_words(
    w: ArrayLike, config: ArrayConfig, mode: Mode, *, exponents: ArrayLike | None = None, rng: Random | None = None
) -> list[int]:
    """A tile of weights as payloads of the ``w`` stream, one a beat.

    Parameters
    ----------
    w : array_like of int [K, cols or fewer]
        In a diagonal mode [chunks, cols or fewer].
    config : ArrayConfig
    mode : Mode
    exponents : array_like of int [chunks, cols or fewer], optional
        Of block floating point.
    rng : Random, optional
        Fills what the engine must ignore with random bits in place of zeros.
    """
    exponents = None if exponents is None else np.asarray(exponents).T
    return _words(np.asarray(w).T, "w", config.cols, config, mode, exponents, rng)


def _words(
    lines: NDArray[np.integer],
    side: str,
    count: int,
    config: ArrayConfig,
    mode: Mode,
    exponents: ArrayLike | None,
    rng: Random | None,
) -> list[int]:
    exponents = None if exponents is None else np.asarray(exponents)
    values, payload = config.values_of_chunk(side, mode), config.payload_bits(side)
    k = lines.shape[1]
    return [
        _beat(
            lines[:, start : start + values],
            side,
            count,
            config,
            mode,
            payload,
            planes,
            None if exponents is None else exponents[:, start // values],
            rng,
        )
        for planes in config.pe.passes(config, mode)
        for start in range(0, k, values)
    ]


def _beat(
    chunk: NDArray[np.integer],
    side: str,
    count: int,
    config: ArrayConfig,
    mode: Mode,
    payload: int,
    planes: tuple[int | None, int | None],
    exponents: NDArray[np.integer] | None,
    rng: Random | None,
) -> int:
    plane, width = planes["xw".index(side)], config.element_bits(side, mode)
    if plane is not None:
        chunk = chunk >> plane & 1
    used, word = chunk.shape[1] * width, 0
    for line in range(count):
        garbage = rng.getrandbits(payload) if rng is not None else 0
        bits = garbage >> used << used
        if line < chunk.shape[0]:
            bits |= pack(chunk[line], width)
        if exponent := config.exponent_width(side):
            bits &= (1 << payload - exponent) - 1
            if exponents is not None and line < chunk.shape[0]:
                bits |= int(exponents[line]) << payload - exponent
        word |= bits << line * payload
    return word
