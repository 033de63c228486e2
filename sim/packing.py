"""Between arrays of integers and the wide ports of an engine: lowest value first, two's complement, no gaps."""

import numpy as np

from hw.config import CHUNK_BITS
from hw.mode import WORD_BITS

__all__ = ["job_words", "pack", "unpack", "w_words", "x_words"]

assert WORD_BITS + CHUNK_BITS <= 64


def pack(values, width):
    """Integers of any shape, in C order, as one int of ``width`` bits each."""
    mask, word = (1 << width) - 1, 0
    for position, value in enumerate(np.asarray(values).ravel().tolist()):
        word |= (value & mask) << position * width
    return word


def unpack(word, width, count, *, is_signed=True):
    """``count`` integers of ``width`` bits from an int, as int64 [count]."""
    mask, half = (1 << width) - 1, 1 << width - 1
    values = [word >> position * width & mask for position in range(count)]
    return np.array([value - (1 << width) if is_signed and value >= half else value for value in values], np.int64)


def job_words(mode, chunks):
    """The payload of the ``job`` stream."""
    return mode.word() | chunks << WORD_BITS


def x_words(x, config, mode):
    """A tile of data [rows or fewer, K] as payloads of the ``x`` stream, one a beat."""
    return _words(x, config.rows, config, mode, config.x_width)


def w_words(w, config, mode):
    """A tile of weights [K, cols or fewer] as payloads of the ``w`` stream, one a beat."""
    return _words(np.asarray(w).T, config.cols, config, mode, config.w_width)


def _words(lines, count, config, mode, width):
    lines = np.asarray(lines)
    values = config.values_per_beat(mode)
    beats = -(-lines.shape[1] // values)
    filled = np.zeros((count, beats * values), np.int64)
    filled[:lines.shape[0], :lines.shape[1]] = lines
    chunks = np.zeros((beats, count, config.chunk), np.int64)
    chunks[:, :, :values] = filled.reshape(count, beats, values).transpose(1, 0, 2)
    return [pack(chunk, width) for chunk in chunks]
