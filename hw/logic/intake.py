"""Intake: register stages between the ``job`` stream and the place where an accepted job waits.

Whether a job is refused takes a product and a comparison in some kinds. With stages in the sum of the PEs that is cut
in three: a job passes two places, each of which moves on as soon as the next one is free or moves itself, so jobs can
still follow each other in every cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amaranth.hdl import Module, Signal, Value, ValueLike

__all__ = ["PLACES", "Intake"]

PLACES = 2  #: places, in configurations with stages in the sum


@dataclass(frozen=True)
class Intake:
    """What travels with a job through its places.

    Parameters
    ----------
    m : Module
        Gets the registers.
    moves : sequence of Value
        Whether each place takes what comes in this cycle; none without stages.
    """

    m: Module
    moves: Sequence[Value] = ()

    def cut(self, number: int, value: ValueLike, name: str) -> Value:
        """A value that goes with the job, as the place of this number, from 1, has it; without stages as it is."""
        value = Value.cast(value)
        if number > len(self.moves):
            return value
        register = Signal(value.shape(), name=f"{name}_of_{number}", reset_less=True)
        with self.m.If(self.moves[number - 1]):
            self.m.d.sync += register.eq(value)
        return register

    def through(self, value: ValueLike, name: str) -> Value:
        """A value at the last place."""
        for number in range(1, len(self.moves) + 1):
            value = self.cut(number, value, name)
        return Value.cast(value)
