"""Judging: every mutant is played the checks until one fails, on one compiled engine, in processes of its own.

A process that dies (a mutant can make a loop that does not settle) has killed its mutant; another one goes on.
"""

import contextlib
import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeAlias

from lowtide.sim.engine.player import Player

from ..engine_checks import Check, difference
from .mutants import SELECTOR, Mutant, MutatedEngine

__all__ = ["judge"]

_DIED = "the simulator gave up"
Ours: TypeAlias = "Connection[int | None, str]"  #: the parent's end of a pipe: numbers of mutants out, lines in
Theirs: TypeAlias = "Connection[str, int | None]"  #: the other end


def judge(
    engine: MutatedEngine,
    mutants: Iterable[Mutant],
    checks: list[Check],
    *,
    jobs: int,
    done: Callable[[Mutant, str], None],
) -> None:
    """Call ``done(mutant, line)`` for each mutant: what the first check that fails says, "" where none does."""
    Player(engine.config, verilog_text=engine.text, selector=SELECTOR)  # built once, by this process
    waiting = list(mutants)[::-1]
    context = multiprocessing.get_context("fork")
    workers: dict[Ours, tuple[ForkProcess, Mutant]] = {}
    while waiting or workers:
        while waiting and len(workers) < jobs:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(ours, theirs, engine, checks), daemon=True)
            worker.start()
            theirs.close()
            workers[ours] = worker, waiting.pop()
            ours.send(workers[ours][1].number)
        ready = wait(list(workers))
        for ours, (worker, mutant) in [each for each in workers.items() if each[0] in ready]:
            try:
                done(mutant, ours.recv())
                if waiting:
                    workers[ours] = worker, waiting.pop()
                    ours.send(workers[ours][1].number)
                    continue
                ours.send(None)
            except EOFError:
                done(mutant, _DIED)
            worker.join()
            del workers[ours]
            ours.close()


def _work(other: Ours, pipe: Theirs, engine: MutatedEngine, checks: list[Check]) -> None:
    """A process: takes numbers of mutants, gives back what the first check that fails says. ``other``, the end of the
    pipe that its parent has, is closed here, so that it ends with its parent."""
    other.close()
    player = Player(engine.config, verilog_text=engine.text, selector=SELECTOR)
    with contextlib.suppress(EOFError):
        while (number := pipe.recv()) is not None:
            pipe.send(first_difference(player, checks, number))


def first_difference(player: Player, checks: list[Check], mutant: int) -> str:
    """What the first check that fails says of a mutant, "" where none does."""
    for check in checks:
        player.start(mutant)
        if line := difference(player, check):
            return line
    return ""
