"""All mutants of an engine from the list to the outcome: checks first, then equivalence, then proofs."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from ..engine_checks import Check, engine_checks
from ..properties import Property, engine_properties
from ..properties.prove import prove_property
from .equivalence import equivalents
from .judge import engine_player, judge
from .judged import Judged, Kept
from .mutants import SELECTOR, Mutant, MutatedEngine

__all__ = ["judge_engine"]


def judge_engine(
    engine: MutatedEngine, kept: Kept, *, jobs: int, timeout: int, done: Callable[[Judged], None]
) -> list[Judged]:
    """Judge every mutant that ``kept`` does not know.

    Parameters
    ----------
    engine : MutatedEngine
    kept : Kept
        Gets every outcome.
    jobs : int
        Processes at a time.
    timeout : int
        Seconds of a proof.
    done
        Called for each mutant, known ones included.

    Returns
    -------
    list of Judged
        In the order of their numbers.

    Raises
    ------
    ValueError
        The engine itself fails a check or a proof.
    """
    checks = engine_checks(engine.config)
    properties = engine_properties(engine.config, engine.original)
    units = dict.fromkeys(prop.unit or "engine" for prop in properties)
    proofs = {unit: repr([prop for prop in properties if (prop.unit or "engine") == unit]) for unit in units}
    known = kept.open(engine, fingerprint(checks), proofs)
    found = {judged.mutant.number: judged for judged in known}
    for judged in known:
        done(judged)

    def note(mutant: Mutant, outcome: str, by: str) -> None:
        found[mutant.number] = Judged(mutant, outcome, by)
        kept.add(engine.key, found[mutant.number])
        done(found[mutant.number])

    survivors: list[Mutant] = []
    engine_player(engine, checks)  # built once, by this process
    judge(
        [mutant for mutant in engine.mutants if mutant.number not in found],
        partial(engine_player, engine, checks),
        jobs=jobs,
        done=lambda mutant, line: note(mutant, "killed", line) if line else survivors.append(mutant),
    )
    by_number = {mutant.number: mutant for mutant in survivors}
    others: dict[int, str] = {}

    def compared(number: int, outcome: str) -> None:
        if outcome == "equivalent":
            note(by_number[number], outcome, "")
        else:
            others[number] = outcome

    equivalents(engine, sorted(by_number), timeout=timeout, done=compared)
    with ThreadPoolExecutor(jobs) as pool:
        names = pool.map(lambda number: _refuted(engine, properties, by_number[number], timeout), others)
        for (number, outcome), name in zip(others.items(), names, strict=True):
            note(by_number[number], *(("refuted", name) if name else ("survived", outcome)))
    return [found[number] for number in sorted(found)]


def _refuted(engine: MutatedEngine, properties: Sequence[Property], mutant: Mutant, timeout: int) -> str:
    """The name of a proof about the mutant's unit that does not hold with it, "" where all hold."""
    for prop in properties:
        if (prop.unit or "engine") == mutant.unit and prove_property(
            prop, text=engine.text, mutant=(SELECTOR, mutant.number), timeout=timeout
        ).outcome != "proved":
            return prop.name.removeprefix(f"{engine.config.name}_")
    return ""


def fingerprint(checks: Iterable[Check]) -> str:
    """What the checks play and expect, as a hash."""
    digest = hashlib.sha256()
    for check in checks:
        for step in check.steps:
            for part in (*vars(step.script).values(), *vars(step).values()):
                digest.update(
                    part.tobytes()
                    if isinstance(part, np.ndarray)
                    else b""
                    if part is step.script
                    else repr(part).encode()
                )
    return digest.hexdigest()
