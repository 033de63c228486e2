"""What Python and player.cpp share: the structures of its memory, field by field as they stand there."""

import ctypes

import numpy as np
from numpy.typing import NDArray

__all__ = ["PlayedScript", "PlayedStream", "Record", "columns_of", "rate"]


class PlayedStream(ctypes.Structure):
    """A stream that is played: its payloads, the cycles in which they were taken, and when it stalls."""

    _fields_ = [
        ("items", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("words", ctypes.c_int64),
        ("taken", ctypes.c_void_p),
        ("stall", ctypes.c_uint32),
        ("start", ctypes.c_uint32),
    ]


class PlayedScript(ctypes.Structure):
    """What is played."""

    _fields_ = [
        *((name, PlayedStream) for name in ("job", "x", "w", "codebook")),
        ("y_stall", ctypes.c_uint32),
        ("clear_after_job", ctypes.c_int32),
        ("seed", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in ("columns", "cycles", "patience", "drain")),
    ]


class Record(ctypes.Structure):
    """What comes of it."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("y", "y_taken", "reasons")),
        *((name, ctypes.c_int64) for name in ("columns", "jobs", "x", "w", "entries", "clocks")),
        ("cycles", ctypes.c_uint64),
        *((name, ctypes.c_int32) for name in ("error", "reason", "busy", "y_valid", "rule", "stuck")),
        ("rule_cycle", ctypes.c_int64),
    ]


def rate(chance: float) -> int:
    """A chance, 0 to 1, in steps of 2^-16."""
    return round(chance * (1 << 16))


def columns_of(words: NDArray[np.uint32], rows: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Payloads of ``y`` as int64 [columns, rows], and their ``last``."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, bitorder="little")
    values = bits[:, : rows * width].reshape(len(words), rows, width).astype(np.int64)
    values = (values << np.arange(width)).sum(axis=2)
    return values << 64 - width >> 64 - width, bits[:, rows * width].astype(bool)
