"""What became of every mutant of an engine, kept in a JSON file so that a run that was stopped goes on."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .mutants import Mutant, Mutated

__all__ = ["Judged", "Kept", "OUTCOMES", "Score", "scores"]

#: killed: a check fails. refuted: the checks pass, but a proof about the unit, or about one that places it, no longer
#: holds. equivalent: all outputs are the same for ever, which is proved. survived: none of these.
OUTCOMES = ("killed", "refuted", "equivalent", "survived")


@dataclass(frozen=True)
class Judged:
    """A mutant, one of :data:`OUTCOMES`, and by what or why."""

    mutant: Mutant
    outcome: str
    by: str


@dataclass(frozen=True)
class Score:
    """Of a unit: how many mutants by outcome, and the share of those that are not equivalent that were found."""

    killed: int = 0
    refuted: int = 0
    equivalent: int = 0
    survived: int = 0

    @property
    def counted(self) -> int:
        return self.killed + self.refuted + self.survived

    @property
    def share(self) -> float:
        return (self.killed + self.refuted) / self.counted if self.counted else 1.0


def scores(judged: Sequence[Judged]) -> dict[str, Score]:
    """The score of each unit, in the order of the engine's modules."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for each in judged:
        counts[each.mutant.unit][each.outcome] += 1
    return {unit: Score(**found) for unit, found in counts.items()}


@dataclass(frozen=True)
class KeptMutant:
    """What the file has of a mutant.

    Parameters
    ----------
    outcome, by : str
        See :class:`Judged`.
    unit, mode, net, line : str
        See :class:`lowtide.formal.mutation.mutants.Mutant`.
    proofs : str
        A hash of the proofs about the unit.
    """

    outcome: str
    by: str
    unit: str
    mode: str
    net: str
    line: str
    proofs: str


@dataclass(frozen=True)
class KeptEngine:
    """What the file has of an engine: a hash of its text and of the checks, and its mutants by number."""

    digest: str
    mutants: dict[int, KeptMutant]


class Kept:
    """The outcomes of engines by their keys. Those of an engine count only for the same text and the same checks, and
    those that depend on the proofs about a unit, which are not all of them, for the same proofs."""

    def __init__(self, path: Path, *, seed: int, count: int) -> None:
        self.path, self.seed, self.count = path, seed, count
        self.engines: dict[str, KeptEngine] = {}
        self.proofs: dict[str, str] = {}
        try:
            content = json.loads(path.read_text())
            if (content["seed"], content["count"]) == (seed, count):
                self.engines = {
                    kind: KeptEngine(
                        known["digest"],
                        {int(number): KeptMutant(**each) for number, each in known["mutants"].items()},
                    )
                    for kind, known in content["engines"].items()
                }
        except (OSError, ValueError, KeyError, TypeError):
            pass  # nothing kept, or not by this program

    def open(self, engine: Mutated, checks: str, proofs: dict[str, str]) -> list[Judged]:
        """What is known of an engine's mutants.

        Parameters
        ----------
        engine : Mutated
        checks : str
            Says which checks judge.
        proofs : dict of str to str
            Says which proofs there are, by unit.
        """
        self.proofs = {unit: hashlib.sha256(text.encode()).hexdigest()[:16] for unit, text in proofs.items()}
        digest = hashlib.sha256(f"{engine.text}\0{checks}".encode()).hexdigest()[:16]
        known = self.engines.get(engine.key)
        if known is None or known.digest != digest:
            known = self.engines[engine.key] = KeptEngine(digest, {})
        mutants = {mutant.number: mutant for mutant in engine.mutants}
        return [
            Judged(mutants[number], each.outcome, each.by)
            for number, each in known.mutants.items()
            if number in mutants
            and (each.outcome in ("killed", "equivalent") or each.proofs == self.proofs.get(each.unit, ""))
        ]

    def add(self, key: str, judged: Judged) -> None:
        """Note an outcome of an engine and write the file."""
        mutant = judged.mutant
        self.engines[key].mutants[mutant.number] = KeptMutant(
            outcome=judged.outcome,
            by=judged.by,
            unit=mutant.unit,
            mode=mutant.mode,
            net=mutant.net,
            line=mutant.line,
            proofs=self.proofs.get(mutant.unit, ""),
        )
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all, mutants in the order of their numbers."""
        engines = {
            kind: {
                "digest": known.digest,
                "mutants": {str(number): asdict(each) for number, each in sorted(known.mutants.items())},
            }
            for kind, known in sorted(self.engines.items())
        }
        text = json.dumps({"seed": self.seed, "count": self.count, "engines": engines}, indent=1) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        os.replace(part, self.path)
