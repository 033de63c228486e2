"""Comparisons of an engine with its statements: the reasons of its error flag, its results and cycles, its documents.

What is wrong becomes a finding of the configuration.
"""

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.reasons import Reason

from .engine import Answer, Engine
from .examined import Examined, Finding
from .jobs import Run
from .statement import golden_accepts, job_parts, mode_of_word, stated_reason

__all__ = ["compare_documents", "compare_reasons", "compare_run"]

STALLS = (0, 0, 25, 128, 230)  #: chances in 256


def name_of(code: int) -> str:
    """The name of a reason."""
    found = Reason(code)  # type: ignore[call-arg]  # the member of that code
    return found.name


def compare_reasons(result: Examined, engine: Engine, words: list[int]) -> None:
    """Whether engine, Python statement and golden accept the same modes, and the engine gives the stated reason."""
    for word, reason in zip(words, engine.ask(words), strict=True):
        stated, (mode_word, *_) = stated_reason(engine.config, word), job_parts(word)
        mode = mode_of_word(mode_word)
        if reason != stated:
            said = "nothing" if reason == 255 else name_of(reason)
            result.findings.append(
                Finding(
                    "reason",
                    f"job 0x{word:x} ({mode and mode.label()}): the engine says {said}, the statement {stated.name}",
                )
            )
        if mode is not None:
            accepted = stated.name in ("NONE", "NO_CHUNKS", "TAIL_TOO_LONG")
            if golden_accepts(engine.config, mode) != accepted:
                result.findings.append(
                    Finding(
                        "legality",
                        f"{mode}: the configuration {'accepts' if accepted else 'refuses'} it, golden does not",
                    )
                )
        result.words += 1


def compare_run(result: Examined, engine: Engine, run: Run, rng: np.random.Generator) -> None:
    """Whether a run computes exactly, without stalls and with them, and takes the stated cycles without."""
    expected, seed = run.expected(), int(rng.integers(1 << 31))
    for stalled in (False, True):
        stalls = {name: int(rng.choice(STALLS)) if stalled else 0 for name in ("codebook", "job", "x", "w", "y")}
        answer = engine.run(run, stalls=stalls, seed=seed)
        where = f"{'stalled' if stalled else 'not stalled'}, {'; '.join(job.label() for job in run.jobs)}"
        if line := _difference(run, expected, answer, None if stalled else run.cycles()):
            result.findings.append(Finding(line.split(":")[0], f"{line.split(': ', 1)[1]} ({where})"[:500]))
            return
    result.jobs += 2 * len(run.jobs)
    result.products += 2 * sum(job.x.shape[0] * job.x.shape[1] * job.w.shape[1] for job in run.jobs)


def _difference(run: Run, expected: list[NDArray[np.int64]], answer: Answer, cycles: int | None) -> str:
    """What is wrong with an answer, as ``stage: line``; empty where nothing is. cycles: those that it should take."""
    if answer.error:
        return f"error: the engine raised its error flag, {name_of(answer.reason)}"
    for number, (job, y, found) in enumerate(zip(run.jobs, expected, answer.y, strict=False)):
        if wrong := int((found[: y.shape[0], : y.shape[1]] != y).sum()):
            row, column = np.argwhere(found[: y.shape[0], : y.shape[1]] != y)[0]
            return (
                f"values: {wrong} of {y.size} results of job {number}, {job.label()}, differ: first "
                f"{found[row, column]} instead of {y[row, column]} for row {row}, column {column}"
            )
    columns = len(run.jobs) * run.config.cols
    if answer.columns != columns:
        return f"columns: {answer.columns} columns of results came instead of {columns}"
    if answer.stuck or answer.busy:
        return f"stuck: no progress, or still busy at the end, after {answer.running} cycles"
    if answer.last != [int(number % run.config.cols == run.config.cols - 1) for number in range(columns)]:
        return f"last: the marks of the last column are {answer.last}"
    if answer.unstable or answer.apart:
        return (
            f"streams: a waiting result changed in {answer.unstable} cycles, x and w were not taken together in "
            f"{answer.apart}"
        )
    if answer.cycles != answer.running:
        return f"counter: {answer.cycles} cycles counted, busy was high in {answer.running}"
    if cycles is not None and answer.cycles != cycles:
        return f"cycles: {answer.cycles} instead of {cycles}"
    return ""


def compare_documents(result: Examined, config: ArrayConfig) -> None:
    """Whether the modes that documents show are accepted, and the largest K of each is what golden states."""
    for mode in config.modes():
        try:
            config.check_mode(mode)
        except ValueError as error:
            result.findings.append(Finding("documents", f"{mode.label()} is shown and refused: {error}"))
            continue
        found, stated = config.largest_k_of_accumulator(mode), golden.largest_k(mode, config)
        if found != stated:
            result.findings.append(Finding("largest K", f"{mode.label()}: {found} instead of {stated}"))
