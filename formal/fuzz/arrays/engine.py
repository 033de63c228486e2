"""One engine of a library of :mod:`lowtide.formal.fuzz.arrays.shared_library`, driven by raw words of its streams."""

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lowtide.hw.array.decoder import entry_layout, table_bits
from lowtide.hw.array.edges import stream_bits
from lowtide.hw.array.readout import result_layout
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from lowtide.hw.mode.word import WORD_BITS
from lowtide.sim.engine.packing import unpack

from .jobs import Run

__all__ = ["Answer", "Engine", "load"]


class _Stream(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        ("stride", ctypes.c_int64),
        ("words", ctypes.c_void_p),
        ("stall", ctypes.c_int32),
    ]


class _Work(ctypes.Structure):
    _fields_ = [
        *((name, _Stream) for name in ("codebook", "job", "x", "w")),
        ("columns", ctypes.c_int64),
        ("stride", ctypes.c_int64),
        ("y", ctypes.c_void_p),
        ("stall", ctypes.c_int32),
        ("seed", ctypes.c_uint64),
        ("patience", ctypes.c_uint64),
    ]


class _Outcome(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("columns", "unstable", "apart")]
    _fields_ += [(name, ctypes.c_uint64) for name in ("running", "cycles")]
    _fields_ += [(name, ctypes.c_uint32) for name in ("stuck", "error", "reason", "busy")]


class _Masks(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("job", "x", "w", "codebook")]


def load(path: Path) -> ctypes.CDLL:
    """The library of a file."""
    library = ctypes.CDLL(str(path))
    library.fuzz_make.restype = ctypes.c_void_p
    library.fuzz_run.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Work), ctypes.POINTER(_Outcome)]
    library.fuzz_ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p]
    return library


@dataclass(frozen=True)
class Answer:
    """What an engine made of a run.

    Parameters
    ----------
    y : list of ndarray of int64 [rows, cols]
        Of each job, only those that came.
    last : list of int
        The bit beside each column.
    columns : int
        How many came.
    unstable : int
        Cycles in which a waiting result changed.
    apart : int
        Cycles in which x and w were not taken together.
    running : int
        Clock cycles with ``busy``.
    cycles : int
        The engine's counter.
    stuck : bool
        It made no progress, or raised its error flag, before everything was done.
    error, reason, busy : bool, int, bool
        Its outputs at the end.
    """

    y: list[NDArray[np.int64]]
    last: list[int]
    columns: int
    unstable: int
    apart: int
    running: int
    cycles: int
    stuck: bool
    error: bool
    reason: int
    busy: bool


class Engine:
    """One engine of a library."""

    def __init__(self, library: ctypes.CDLL, number: int, config: ArrayConfig) -> None:
        self.config, self._library = config, library
        widths = {
            "job": WORD_BITS + CHUNK_BITS + TAIL_BITS,
            "x": stream_bits(config, "x"),
            "w": stream_bits(config, "w"),
            "codebook": entry_layout(config).size if table_bits(config) else 32,
        }
        self._strides = {name: -(-bits // 32) for name, bits in widths.items()}
        masks = _Masks(
            **{name: (1 << (bits if bits <= 64 else (bits - 1) % 32 + 1)) - 1 for name, bits in widths.items()}
        )
        self._engine = library.fuzz_make(number, number + 1, ctypes.byref(masks), config.job_latency)

    def ask(self, words: list[int]) -> list[int]:
        """The reasons for which the idle engine refuses jobs, 0 where it accepts, 255 where it does neither."""
        jobs, reasons = np.array(words, np.uint64), np.empty(len(words), np.uint32)
        self._library.fuzz_ask(self._engine, jobs.ctypes.data, len(jobs), reasons.ctypes.data)
        return reasons.tolist()

    def run(self, run: Run, *, stalls: dict[str, int], seed: int) -> Answer:
        """Put a run through the engine.

        Parameters
        ----------
        run : Run
        stalls : dict of str to int
            Chance of a stall in a cycle, of 256, for each stream.
        seed : int
            Of the stalls, and of what the engine must ignore.
        """
        config, words = self.config, run.words(seed)
        arrays = {name: _array(items, self._strides[name]) for name, items in words.items()}
        columns = len(run.jobs) * config.cols
        stride = -(-result_layout(config).size // 32)
        found = np.zeros((columns, stride), np.uint32)
        streams = {
            name: _Stream(len(array), array.shape[1], array.ctypes.data, stalls.get(name, 0))
            for name, array in arrays.items()
        }
        patience = 2000 + 10 * (config.rows + config.cols)
        patience += max((config.cycles_per_beat(job.mode) for job in run.jobs), default=0)
        slowest = 256 // (256 - max([*stalls.values(), 0]))
        outcome = _Outcome()
        self._library.fuzz_run(
            self._engine,
            ctypes.byref(
                _Work(
                    **streams,
                    columns=columns,
                    stride=stride,
                    y=found.ctypes.data,
                    stall=stalls.get("y", 0),
                    seed=seed,
                    patience=patience * slowest,
                )
            ),
            ctypes.byref(outcome),
        )
        return self._answer(found, outcome)

    def _answer(self, found: NDArray[np.uint32], outcome: _Outcome) -> Answer:
        config = self.config
        payloads = [int.from_bytes(row.tobytes(), "little") for row in found[: outcome.columns]]
        columns = [unpack(word, config.acc_width, config.rows) for word in payloads]
        whole = range(0, len(columns) - config.cols + 1, config.cols)
        return Answer(
            y=[np.stack(columns[start : start + config.cols], axis=1) for start in whole],
            last=[word >> config.rows * config.acc_width for word in payloads],
            columns=outcome.columns,
            unstable=outcome.unstable,
            apart=outcome.apart,
            running=outcome.running,
            cycles=outcome.cycles,
            stuck=bool(outcome.stuck),
            error=bool(outcome.error),
            reason=outcome.reason,
            busy=bool(outcome.busy),
        )


def _array(items: list[int], stride: int) -> NDArray[np.uint32]:
    """Integers as 32-bit words, lowest first: uint32 [items, stride]."""
    text = b"".join(item.to_bytes(4 * stride, "little") for item in items)
    return np.frombuffer(text, np.uint32).reshape(len(items), stride)
