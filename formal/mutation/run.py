"""All mutants of an engine from the list to the outcome: checks first, then equivalence, then proofs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
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

__all__ = ["judge_engine", "proofs_of", "refuted"]


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
    about = proofs_of(properties, engine.original)
    proofs = {unit: repr(props) for unit, props in about.items()}
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
        names = pool.map(lambda number: refuted(engine, about, by_number[number], timeout), others)
        for (number, outcome), name in zip(others.items(), names, strict=True):
            note(by_number[number], *(("refuted", name) if name else ("survived", outcome)))
    return [found[number] for number in sorted(found)]


def proofs_of(properties: Sequence[Property], text: str) -> dict[str, list[Property]]:
    """The proofs about each unit, by the names that mutants have for units: its own ones first, then those about units
    that place it."""
    found: dict[str, list[Property]] = {}
    for prop in properties:
        for unit in prop.units(text):
            found.setdefault(unit, []).append(prop)
    return {unit or "engine": sorted(props, key=lambda prop: prop.unit != unit) for unit, props in found.items()}


def refuted(engine: MutatedEngine, about: Mapping[str, Sequence[Property]], mutant: Mutant, timeout: int) -> str:
    """The name of a proof about the mutant's unit that does not hold with it, "" where all hold. A proof about a unit
    that places it has to be refuted: it may take longer than there is time."""
    for prop in about.get(mutant.unit, []):
        chosen = (SELECTOR, mutant.number)
        outcome = prove_property(prop, text=engine.text, mutant=chosen, timeout=timeout).outcome
        if outcome == "refuted" or (outcome != "proved" and (prop.unit or "engine") == mutant.unit):
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
