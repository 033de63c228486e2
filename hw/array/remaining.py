"""What is left of a number: slots of a round, rounds of a beat. It starts again from the count of the job's mode.

Without stages in the sum of the PEs a register keeps what is left of it, and the count of the mode takes its place at
the start. With stages the number itself is a register, and so is whether this is its end.
"""

from collections.abc import Callable
from typing import NamedTuple

from amaranth.hdl import Module, Mux, Signal, Value

__all__ = ["Remaining", "counted", "remaining"]


class Remaining(NamedTuple):
    """What is left of a number before this cycle.

    Parameters
    ----------
    now : Signal
    ends : Value, 1 bit
        No more is left than one step does.
    left : Signal or None
        Without stages: the register that keeps it, to be driven.
    waiting : Signal or None
        With stages: the register that keeps the count of the job that waits, to be driven.
    """

    now: Signal
    ends: Value
    left: Signal | None = None
    waiting: Signal | None = None


def remaining(
    m: Module, name: str, count: int | Value, restart: Value, ends: Callable[[Value], Value]
) -> Remaining | None:
    """What is left of ``count``, which starts again where ``restart`` is 1; None where it is always done at once. ends:
    whether so many are no more than one step does."""
    if isinstance(count, int):
        assert count == 1
        return None
    left, now = Signal(len(count), name=f"{name}_left", reset_less=True), Signal(len(count), name=name)
    m.d.comb += now.eq(Mux(restart, count, left))
    return Remaining(now, ends(now), left)


def counted(
    m: Module, name: str, count: int | Value, *, starts: Value, steps: Value, per_step: int
) -> Remaining | None:
    """What is left of a number as a register; None where it is always done at once.

    Parameters
    ----------
    m : Module
        Gets the registers.
    name : str
    count : int or Value
        Of the job that waits, for its width.
    starts : Value
        The job that waits starts in the next cycle.
    steps : Value
        ``per_step`` are done in this cycle; after the last of them the number starts again.
    per_step : int
    """
    if isinstance(count, int):
        assert count == 1
        return None
    waiting, running, now = (
        Signal(len(count), name=f"{name}{of}", reset_less=True) for of in ("_of_waiting", "_of_running", "")
    )
    ends = Signal(name=f"ends_{name}", reset_less=True)
    with m.If(starts):
        m.d.sync += [running.eq(waiting), now.eq(waiting), ends.eq(waiting <= per_step)]
    with m.Elif(steps):
        m.d.sync += [
            now.eq(Mux(ends, running, now - per_step)),
            ends.eq(Mux(ends, running <= per_step, now <= 2 * per_step)),
        ]
    return Remaining(now, ends, waiting=waiting)
