"""A step of a check: what is played to an engine, and what must come of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.hw.mode.reasons import Reason
from lowtide.sim.engine.player import Outcome, Player, Script

__all__ = ["Check", "Step", "difference"]


@dataclass(frozen=True)
class Step:
    """A script and its expected outcome; what is None is not compared.

    Parameters
    ----------
    script : Script
        What is played. One that stops after some cycles has no outcome but that no rule is broken.
    begin : str
        "reset", "clear" or "", before the script is played.
    y : ndarray of int64 [columns, rows] or None
        Results; None only where the script stops.
    compared : ndarray of bool [columns] or None
        Those whose values count.
    cols : int
        Columns of a job.
    beats : int or None
        Operands taken.
    cycles : int or None
        The engine's counter at the end.
    reason : int or None
        The reason at the end.
    reasons : ndarray of uint8 [jobs] or None
        The reason after each job.
    gaps : ndarray of int [beats - 1] or None
        Cycles between the takes of one beat and the next.
    entries_after : int or None
        No entry of a codebook may be taken before so many beats were.
    entries_before : int or None
        All entries must be taken before that beat.
    """

    script: Script
    begin: str = "clear"
    y: NDArray[np.int64] | None = None
    compared: NDArray[np.bool_] | None = None
    cols: int = 1
    beats: int | None = None
    cycles: int | None = None
    reason: int | None = Reason["NONE"]
    reasons: NDArray[np.uint8] | None = None
    gaps: NDArray[np.integer] | None = None
    entries_after: int | None = None
    entries_before: int | None = None

    def difference(self, outcome: Outcome) -> str:
        """What differs, one line, "" where nothing does."""
        if outcome.rule:
            return f"rule broken: {outcome.rule}"
        if self.script.cycles is not None:
            return ""
        if outcome.stuck:
            return f"no progress after {outcome.clocks} cycles"
        if self.y is None:
            raise ValueError("y is None, allowed are results where the script does not stop")
        return self._results(outcome, self.y) or self._takes(outcome) or self._state(outcome)

    def _results(self, outcome: Outcome, y: NDArray[np.int64]) -> str:
        if len(outcome.y) != len(y):
            return f"{len(outcome.y)} columns of results instead of {len(y)}"
        wrong = (outcome.y != y).any(axis=1)
        if self.compared is not None:
            wrong &= self.compared
        if wrong.any():
            column = int(np.argmax(wrong))
            return f"column {column} is {outcome.y[column].tolist()} instead of {y[column].tolist()}"
        last = np.arange(1, len(y) + 1) % self.cols == 0
        return "" if np.array_equal(outcome.last, last) else "last is not at the last column of each job"

    def _takes(self, outcome: Outcome) -> str:
        if self.beats is not None and (len(outcome.x), len(outcome.w)) != (self.beats, self.beats):
            return f"{len(outcome.x)} beats of x and {len(outcome.w)} of w taken instead of {self.beats}"
        if self.gaps is not None and not np.array_equal(np.diff(outcome.x), self.gaps):
            beat = int(np.argmax(np.diff(outcome.x) != self.gaps))
            return f"beat {beat} takes {np.diff(outcome.x)[beat]} cycles instead of {self.gaps[beat]}"
        if self.entries_after is not None and outcome.entries.min() < outcome.x[self.entries_after - 1]:
            return "an entry of a codebook was taken while a job used it"
        if self.entries_before is not None and outcome.entries.max() >= outcome.x[self.entries_before]:
            return "a codebook that no job used had to wait"
        return ""

    def _state(self, outcome: Outcome) -> str:
        if self.reasons is not None and not np.array_equal(outcome.reasons, self.reasons):
            job = int(np.argmax(outcome.reasons != self.reasons))
            return (
                f"job {job}, {self.script.jobs[job]:#x}: reason {outcome.reasons[job]} instead of {self.reasons[job]}"
            )
        if self.reason is not None and (outcome.reason, outcome.error) != (self.reason, self.reason != Reason["NONE"]):
            return f"reason {outcome.reason}, error {outcome.error} instead of {self.reason}"
        if self.cycles is not None and outcome.cycles != self.cycles:
            return f"{outcome.cycles} cycles instead of {self.cycles}"
        return "still busy, or a result is left" if outcome.busy or outcome.y_valid else ""


@dataclass(frozen=True)
class Check:
    """A named list of steps, played one after the other to one engine out of reset."""

    name: str
    steps: list[Step]


def difference(player: Player, check: Check) -> str:
    """Play a check to the player's engine; what differs, one line, "" where nothing does."""
    for number, step in enumerate(check.steps):
        if step.begin == "reset":
            player.reset()
        elif step.begin == "clear":
            player.clear()
        if line := step.difference(player.play(step.script)):
            return f"{check.name}, step {number}: {line}"
    return ""
