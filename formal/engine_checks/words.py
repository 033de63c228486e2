"""Whole jobs as payloads of an engine's streams, for many thousands of beats at a time.

What the engine must ignore is random: values beyond the last one of a job, bits of a payload beyond those of a mode.
"""

import numpy as np
from numpy.typing import NDArray

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.array_config import CHUNK_BITS
from lowtide.hw.mode.word import WORD_BITS

__all__ = ["beats", "entry_words", "job_word"]


def job_word(word: int, chunks: int, tail: int) -> int:
    """Payload of ``job``.

    Parameters
    ----------
    word : int
        A mode word.
    chunks : int
        How many there are.
    tail : int
        Values in the last one, 1 or more.
    """
    return word | chunks << WORD_BITS | (tail - 1) << WORD_BITS + CHUNK_BITS


def entry_words(config: ArrayConfig, integers: NDArray[np.integer], book: int) -> NDArray[np.uint64]:
    """Payloads of ``codebook``, uint64 [places], that load a book with integers, words of ``w_width`` bits."""
    places = np.arange(len(integers), dtype=np.uint64)
    values = np.asarray(integers, np.uint64) & np.uint64((1 << config.w_width) - 1)
    return values | places << np.uint64(config.w_width) | np.uint64(book << config.w_width + 8)


def beats(
    values: NDArray[np.integer],
    side: str,
    config: ArrayConfig,
    mode: Mode,
    rng: np.random.Generator,
    exponents: NDArray[np.integer] | None = None,
) -> NDArray[np.uint32]:
    """Payloads of ``x`` or ``w`` of a job.

    Parameters
    ----------
    values : ndarray of int [lines, K]
        Integers or codes, a line for each row or column of the array; of weights in a diagonal mode [lines, chunks].
    side : str
        "x" or "w".
    config, mode
        Of the job.
    rng
        Of what the engine must ignore.
    exponents : ndarray of int [lines, chunks] or None

    Returns
    -------
    ndarray of uint32 [beats, words]
    """
    lines, k = values.shape
    each, width, payload = (
        config.values_of_chunk(side, mode),
        config.element_bits(side, mode),
        config.payload_bits(side),
    )
    chunks = -(-k // each)
    padded = rng.integers(1 << 16, size=(lines, chunks * each))
    padded[:, :k] = values
    found = [
        _payloads(
            padded.reshape(lines, chunks, each),
            planes["xw".index(side)],
            width,
            payload,
            exponents,
            config.exponent_width(side),
            rng,
        )
        for planes in config.pe.passes(config, mode)
    ]
    return np.concatenate(found)


def _payloads(
    values: NDArray[np.integer],
    plane: int | None,
    width: int,
    payload: int,
    exponents: NDArray[np.integer] | None,
    exponent_bits: int,
    rng: np.random.Generator,
) -> NDArray[np.uint32]:
    """One pass over the chunks, values [lines, chunks, each], as words."""
    lines, chunks, each = values.shape
    if plane is not None:
        values = values >> plane & 1
    bits = rng.integers(2, size=(lines, chunks, payload), dtype=np.uint8)
    bits[:, :, : each * width] = (values[..., None] >> np.arange(width) & 1).reshape(lines, chunks, -1)
    if exponents is not None:
        bits[:, :, payload - exponent_bits :] = exponents[..., None] >> np.arange(exponent_bits) & 1
    flat = bits.transpose(1, 0, 2).reshape(chunks, -1)
    flat = np.pad(flat, ((0, 0), (0, -flat.shape[1] % 32)))
    return np.packbits(flat, axis=1, bitorder="little").view(np.uint32)
