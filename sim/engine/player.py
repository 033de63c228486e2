"""The player: the Verilated engine, played raw payloads, each stream stalled at a rate of its own.

Where :class:`lowtide.sim.Model` computes products, a :class:`Player` shows how the engine gets there: job words may be
illegal, operands may come late, results may be taken late, a run may stop in the middle of a job. Everything happens in
C++; what was taken and given comes back with the cycle of each transfer. In every cycle the rules of :data:`RULES` are
watched.
"""

import ctypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.verilog import verilog

from .library import engine_library
from .player_memory import PlayedScript, PlayedStream, Record, columns_of, rate

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
    "with register stages, nothing is taken in the cycle after one in which a result waits",
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

    Parameters
    ----------
    jobs, entries : ndarray of uint64 [number]
        Payloads of the streams ``job`` and ``codebook``.
    x, w : ndarray of uint32 [beats, words]
        Payloads of ``x`` and ``w``, lowest word first.
    columns : int
        Results to wait for.
    stalls : Stalls
    seed : int
        Of the stalls.
    cycles : int or None
        Where given, the run stops after so many, whatever has happened.
    clear_after_job : bool
        Pulse ``clear`` after every job, and note the reason before.
    entries_from : int
        The first cycle in which entries are offered.
    patience : int
        Cycles without progress after which the engine is stuck.
    drain : int
        Cycles that are played after the last result.
    """

    jobs: NDArray[np.uint64]
    x: NDArray[np.uint32]
    w: NDArray[np.uint32]
    columns: int
    entries: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
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

    Parameters
    ----------
    y : ndarray of int64 [columns, rows]
    last : ndarray of bool [columns]
    jobs, x, w, entries, y_cycles : ndarray of int64
        The cycle of each transfer.
    reasons : ndarray of uint8 [jobs]
        The reason after each job, where it was noted.
    clocks : int
        Cycles played.
    cycles, error, reason, busy, y_valid : int, bool
        The outputs at the end.
    rule : str
        The first rule that was broken, "" for none.
    stuck : bool
        Whether it made no progress.
    """

    y: NDArray[np.int64]
    last: NDArray[np.bool_]
    jobs: NDArray[np.int64]
    x: NDArray[np.int64]
    w: NDArray[np.int64]
    entries: NDArray[np.int64]
    y_cycles: NDArray[np.int64]
    reasons: NDArray[np.uint8]
    clocks: int
    cycles: int
    error: bool
    reason: int
    busy: bool
    y_valid: bool
    rule: str
    stuck: bool


class Player:
    """The engine of a configuration, out of reset. Errors as :class:`lowtide.sim.Model`.

    Parameters
    ----------
    config : ArrayConfig
    verilog_text : str, optional
        Other Verilog with the same ports.
    selector : str, optional
        The name of a further port that chooses one of its mutants, see :meth:`start`.
    quick : bool
        Built in less time, and slower to play.
    """

    def __init__(
        self, config: ArrayConfig, *, verilog_text: str | None = None, selector: str | None = None, quick: bool = False
    ) -> None:
        self.config = config
        text = verilog_text or verilog(Engine(config), title=config.header())
        defines = [f"JUDGED_AFTER={config.judgement_latency}", f"STOPS_AFTER={config.stop_latency}"]
        defines += [f"SELECTOR={selector}"] if selector else []
        self._library = engine_library(config, verilog_text=text, quick=quick, sources=(SOURCE,), defines=defines)
        self._library.lowtide_player.restype = ctypes.c_void_p
        self._library.lowtide_end.argtypes = [ctypes.c_void_p]
        self._library.lowtide_pulse.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._library.lowtide_play.argtypes = [ctypes.c_void_p, ctypes.POINTER(PlayedScript), ctypes.POINTER(Record)]
        self._device: int | None = None
        self.start()

    def __del__(self) -> None:
        if getattr(self, "_device", None):
            self._library.lowtide_end(self._device)
            self._device = None

    def start(self, mutant: int = 0) -> None:
        """Begin again with a new engine, out of reset; of several mutants that of number ``mutant``, 0 for none."""
        if self._device:
            self._library.lowtide_end(self._device)
        self._device = self._library.lowtide_player(mutant)

    def reset(self) -> None:
        """One cycle of reset."""
        self._library.lowtide_pulse(self._device, 1)

    def clear(self) -> None:
        """One cycle of ``clear``."""
        self._library.lowtide_pulse(self._device, 0)

    def play(self, script: Script) -> Outcome:
        """Play a script: what the engine did with it."""
        kept: list[NDArray[Any]] = []
        rates = script.stalls

        def source(items: NDArray[np.unsignedinteger], stall: float, start: int = 0) -> PlayedStream:
            items = np.ascontiguousarray(items).reshape(len(items), items[:1].size or 1).view(np.uint32)
            taken = np.empty(len(items), np.int64)
            kept.extend((items, taken))
            return PlayedStream(items.ctypes.data, len(items), items.shape[1], taken.ctypes.data, rate(stall), start)

        config, bits = self.config, self.config.rows * self.config.acc_width + 1
        y = np.zeros((script.columns + 1, -(-bits // 32)), np.uint32)
        y_taken, reasons = np.empty(script.columns + 1, np.int64), np.zeros(len(script.jobs), np.uint8)
        sources = [
            source(script.jobs, rates.job),
            source(script.x, rates.x),
            source(script.w, rates.w),
            source(script.entries, rates.codebook, script.entries_from),
        ]
        record = Record(y=y.ctypes.data, y_taken=y_taken.ctypes.data, reasons=reasons.ctypes.data)
        played = PlayedScript(
            *sources,
            rate(rates.y),
            script.clear_after_job,
            script.seed,
            script.columns,
            script.cycles or 0,
            script.patience,
            script.drain,
        )
        self._library.lowtide_play(self._device, ctypes.byref(played), ctypes.byref(record))
        jobs, x, w, entries = kept[1::2]
        values, last = columns_of(y[: record.columns], config.rows, config.acc_width)
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
