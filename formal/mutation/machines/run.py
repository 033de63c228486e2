"""Mutants of a machine, from the list to the outcome: random lists, then equivalence, then further lists.

The checks are lists of `lowtide.formal.fuzz.machines`: their records, what goes wrong before them, the bus. A mutant
is killed where one of them ends otherwise than on golden's machine, or takes other cycles than without the mutant
(`player.py`); a machine that never ends is stopped, and killed as well. One that survives the first lists may be
*equivalent* (`equivalence.py`); what is left has further lists to pass.
"""

from collections.abc import Callable

from ..judge import judge
from ..judged import Judged, Kept
from ..mutants import Mutant
from .equivalence import Equivalence
from .player import SEED, ListPlayer
from .text import MutatedMachine

__all__ = ["FURTHER", "LISTS", "judge_machine"]

LISTS = 60  #: that a mutant has to pass
FURTHER = 200  #: that those have to pass which are alive then


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
    known = kept.open(machine, f"lists {lists} and {further} of seed {SEED}, with times", {})
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

    compared: dict[int, str] = {}
    survivors = alive(waiting, first)
    units, by_number = Equivalence(machine, timeout=timeout), {mutant.number: mutant for mutant in survivors}

    def proved(mutant: Mutant, outcome: str) -> None:
        if outcome == "equivalent":
            note(mutant, outcome, "")
        else:
            compared[mutant.number] = outcome

    # in processes: each has graphs of its own, which grow
    judge(survivors, lambda: lambda number: units.outcome(by_number[number]), jobs=jobs, done=proved)
    for mutant in alive([each for each in survivors if each.number in compared], second):
        note(mutant, "survived", compared[mutant.number])
    return [found[number] for number in sorted(found)]
