"""Mutants of a machine, from the list to the outcome: random lists and proofs of equivalence, the quick ones first.

The checks are lists of `lowtide.formal.fuzz.machines`: their records, what goes wrong before them, the bus. A mutant
is killed where one of them ends otherwise than on golden's machine, or takes other cycles than without the mutant
(`player.py`); a machine that never ends is stopped, and killed as well. One that survives the first lists may be
*equivalent* in the whole machine (`equivalence.py`); what is left has further lists to pass, and then may be so in its
unit or in those around it.
"""

from collections.abc import Callable
from pathlib import Path

from lowtide.common.store import contents, digest

from ..judge import judge
from ..judged import Judged, Kept
from ..mutants import Mutant
from .equivalence import Equivalence
from .player import SEED, ListPlayer
from .text import MutatedMachine

__all__ = ["FURTHER", "LISTS", "judge_machine"]

LISTS = 60  #: that a mutant has to pass
FURTHER = 200  #: that those have to pass which are alive then
FUZZ = Path(__file__).parents[2] / "fuzz"  #: what draws the lists and tells what is wrong


def judge_machine(
    machine: MutatedMachine,
    kept: Kept,
    *,
    lists: int,
    further: int,
    jobs: int,
    timeout: int,
    done: Callable[[Judged], None],
) -> list[Judged]:
    """Judge every mutant that ``kept`` does not know.

    Parameters
    ----------
    machine : MutatedMachine
    kept : Kept
        Gets every outcome.
    lists, further : int
        That a mutant has to pass, and one that is alive then and not equivalent.
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
        The machine itself fails a list.
    """
    drawn = digest(*contents(FUZZ, sorted(FUZZ.rglob("*.py"))))
    known = kept.open(machine, f"lists {lists} and {further} of seed {SEED} by {drawn}, with times", {})
    found = {judged.mutant.number: judged for judged in known}
    for judged in known:
        done(judged)
    waiting = [mutant for mutant in machine.mutants if mutant.number not in found]
    first, second = range(lists), range(lists, lists + further)
    player = ListPlayer(machine, range(lists + further))
    if waiting:
        player.prepare()  # once: the processes that judge are forked

    def note(mutant: Mutant, outcome: str, by: str) -> None:
        found[mutant.number] = Judged(mutant, outcome, by)
        kept.add(machine.key, found[mutant.number])
        done(found[mutant.number])

    def alive(mutants: list[Mutant], numbers: range) -> list[Mutant]:
        """Those that pass some lists; the others are noted."""
        passed: list[Mutant] = []
        judge(
            mutants,
            lambda: player.of(numbers),
            jobs=jobs,
            done=lambda mutant, line: note(mutant, "killed", line) if line else passed.append(mutant),
        )
        return sorted(passed, key=lambda mutant: mutant.number)

    def unproved(mutants: list[Mutant], outcome_of: Callable[[Mutant], str]) -> dict[Mutant, str]:
        """Those that are not proved to be equivalent, and what came of it; the others are noted."""
        outcomes: dict[Mutant, str] = {}
        by_number = {mutant.number: mutant for mutant in mutants}

        def proved(mutant: Mutant, outcome: str) -> None:
            if outcome == "equivalent":
                note(mutant, outcome, "")
            else:
                outcomes[mutant] = outcome

        # in processes: each has graphs of its own, which grow
        judge(mutants, lambda: lambda number: outcome_of(by_number[number]), jobs=jobs, done=proved)
        return outcomes

    units = Equivalence(machine, timeout=timeout)
    left = alive(list(unproved(alive(waiting, first), units.outcome_in_machine)), second)
    for mutant, outcome in unproved(left, units.outcome).items():
        note(mutant, "survived", outcome)
    return [found[number] for number in sorted(found)]
