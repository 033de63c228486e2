"""The player: the Verilated engine, played raw payloads, each stream stalled at a rate of its own.

Where :class:`lowtide.sim.Model` computes products, a :class:`Player` shows how the engine gets there: job words may be
illegal, operands may come late, results may be taken late, a run may stop in the middle of a job. Everything happens in
C++; what was taken and given comes back with the cycle of each transfer. In every cycle the rules of :data:`RULES` are
watched.
"""

import ctypes
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lowtide.hw.array.engine import Engine
from lowtide.hw.emit.verilog import verilog

from .engine_library import engine_library

__all__ = ["Outcome", "Player", "RULES", "Script", "Stalls"]

SOURCE = Path(__file__).with_name("player.cpp")

#: What holds in every cycle, by the numbers in player.cpp.
RULES = (
    "",
    "a stalled y keeps valid and payload",
    "x and w are taken together",
    "x and w are ready when both are valid",
    "error stays until clear",
    "reason stays until clear",
    "there is a reason exactly where there is an error",
    "cycles counts the cycles in which busy is 1",
    "nothing is taken while a result waits",
    "operands are taken by a running job only",
)


@dataclass(frozen=True)
class Stalls:
    """Chances, 0 to 1, that a stream stalls in a cycle: that an item is not offered, or that ``y`` is not taken."""

    job: float = 0.0
    x: float = 0.0
    w: float = 0.0
    y: float = 0.0
    codebook: float = 0.0


@dataclass(frozen=True)
class Script:
    """What is played.

    jobs, entries: uint64 [number], payloads of the streams ``job`` and ``codebook``.
    x, w: uint32 [beats, words], payloads of ``x`` and ``w``, lowest word first.
    columns: results to wait for. cycles: where given, the run stops after so many, whatever has happened.
    clear_after_job: pulse ``clear`` after every job, and note the reason before.
    entries_from: the first cycle in which entries are offered.
    """

    jobs: np.ndarray
    x: np.ndarray
    w: np.ndarray
    columns: int
    entries: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    stalls: Stalls = Stalls()
    seed: int = 1
    cycles: int | None = None
    clear_after_job: bool = False
    entries_from: int = 0
    patience: int = 5000
    drain: int = 40


@dataclass(frozen=True)
class Outcome:
    """What the engine did.

    y: int64 [columns, rows]. last: bool [columns]. jobs, x, w, entries, y_cycles: int64, the cycle of each transfer.
    reasons: uint8 [jobs], the reason after each job, where it was noted. clocks: cycles played.
    cycles, error, reason, busy, y_valid: the outputs at the end. rule: the first rule that was broken, "" for none.
    stuck: whether it made no progress.
    """

    y: np.ndarray
    last: np.ndarray
    jobs: np.ndarray
    x: np.ndarray
    w: np.ndarray
    entries: np.ndarray
    y_cycles: np.ndarray
    reasons: np.ndarray
    clocks: int
    cycles: int
    error: bool
    reason: int
    busy: bool
    y_valid: bool
    rule: str
    stuck: bool


class _Source(ctypes.Structure):
    _fields_ = [
        ("items", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("words", ctypes.c_int64),
        ("taken", ctypes.c_void_p),
        ("stall", ctypes.c_uint32),
        ("start", ctypes.c_uint32),
    ]


class _Script(ctypes.Structure):
    _fields_ = [
        *((name, _Source) for name in ("job", "x", "w", "codebook")),
        ("y_stall", ctypes.c_uint32),
        ("clear_after_job", ctypes.c_int32),
        ("seed", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in ("columns", "cycles", "patience", "drain")),
    ]


class _Record(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("y", "y_taken", "reasons")),
        *((name, ctypes.c_int64) for name in ("columns", "jobs", "x", "w", "entries", "clocks")),
        ("cycles", ctypes.c_uint64),
        *((name, ctypes.c_int32) for name in ("error", "reason", "busy", "y_valid", "rule", "stuck")),
        ("rule_cycle", ctypes.c_int64),
    ]


class Player:
    """The engine of a :class:`lowtide.hw.config.array_config.ArrayConfig` out of reset.

    verilog_text: other Verilog with the same ports. selector: the name of a further port that chooses one of its
    mutants, see :meth:`start`. Errors as :class:`lowtide.sim.Model`.
    """

    def __init__(self, config, *, verilog_text=None, selector=None):
        self.config = config
        text = verilog_text or verilog(Engine(config), title=config.header())
        self._library = engine_library(
            config, verilog_text=text, sources=(SOURCE,), defines=(f"SELECTOR={selector}",) if selector else ()
        )
        self._library.lowtide_player.restype = ctypes.c_void_p
        self._library.lowtide_end.argtypes = [ctypes.c_void_p]
        self._library.lowtide_pulse.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._library.lowtide_play.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Script), ctypes.POINTER(_Record)]
        self._device = None
        self.start()

    def __del__(self):
        if getattr(self, "_device", None):
            self._library.lowtide_end(self._device)
            self._device = None

    def start(self, mutant=0):
        """Begin again with a new engine, out of reset. mutant: which of several, 0 for none of them."""
        if self._device:
            self._library.lowtide_end(self._device)
        self._device = self._library.lowtide_player(mutant)

    def reset(self):
        """One cycle of reset."""
        self._library.lowtide_pulse(self._device, 1)

    def clear(self):
        """One cycle of ``clear``."""
        self._library.lowtide_pulse(self._device, 0)

    def play(self, script):
        """Play a :class:`Script`; returns an :class:`Outcome`."""
        kept, rates = [], script.stalls

        def source(items, stall, start=0):
            items = np.ascontiguousarray(items).reshape(len(items), items[:1].size or 1).view(np.uint32)
            taken = np.empty(len(items), np.int64)
            kept.extend((items, taken))
            return _Source(items.ctypes.data, len(items), items.shape[1], taken.ctypes.data, _rate(stall), start)

        config, bits = self.config, self.config.rows * self.config.acc_width + 1
        y = np.zeros((script.columns + 1, -(-bits // 32)), np.uint32)
        y_taken, reasons = np.empty(script.columns + 1, np.int64), np.zeros(len(script.jobs), np.uint8)
        sources = [
            source(script.jobs, rates.job),
            source(script.x, rates.x),
            source(script.w, rates.w),
            source(script.entries, rates.codebook, script.entries_from),
        ]
        record = _Record(y=y.ctypes.data, y_taken=y_taken.ctypes.data, reasons=reasons.ctypes.data)
        played = _Script(
            *sources,
            _rate(rates.y),
            script.clear_after_job,
            script.seed,
            script.columns,
            script.cycles or 0,
            script.patience,
            script.drain,
        )
        self._library.lowtide_play(self._device, ctypes.byref(played), ctypes.byref(record))
        jobs, x, w, entries = kept[1::2]
        values, last = _columns(y[: record.columns], config.rows, config.acc_width)
        return Outcome(
            y=values,
            last=last,
            jobs=jobs[: record.jobs],
            x=x[: record.x],
            w=w[: record.w],
            entries=entries[: record.entries],
            y_cycles=y_taken[: record.columns],
            reasons=reasons,
            clocks=record.clocks,
            cycles=record.cycles,
            error=bool(record.error),
            reason=record.reason,
            busy=bool(record.busy),
            y_valid=bool(record.y_valid),
            rule=RULES[record.rule],
            stuck=bool(record.stuck),
        )


def _rate(chance):
    return round(chance * (1 << 16))


def _columns(words, rows, width):
    """Payloads of ``y`` as int64 [columns, rows], and their ``last``."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, bitorder="little")
    values = bits[:, : rows * width].reshape(len(words), rows, width).astype(np.int64)
    values = (values << np.arange(width)).sum(axis=2)
    return (values << 64 - width >> 64 - width), bits[:, rows * width].astype(bool)
