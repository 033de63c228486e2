"""How long a kind takes: values of a chunk, and the cycles of its beat.

Time has four levels, of which a kind uses what it needs: a job makes one or more *passes* over its chunks; a chunk
takes a beat of one or more *rounds*, each with a west operand of its own; a round has *slots*, of which
``slots_per_cycle`` are done in each cycle::

    cycles_per_beat = ceil(slots / slots_per_cycle) * rounds * passes
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Const, Value
from amaranth.lib import data

from ...logic.unit import Unit
from ...mode.word import Mode
from ..operation_counts import Operation, dot_product, shared

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["PlanePair", "Time"]

PlanePair = tuple[int | None, int | None]  #: bit plane of x, of w, that a pass takes; None: whole values


class Time(ABC):
    """The chapter of a kind about time."""

    @abstractmethod
    def chunk(self, config: ArrayConfig) -> int:
        """Values of the largest chunk, at most 64."""

    @abstractmethod
    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        """Values of the reduction axis that one beat takes in this mode."""

    def values(self, config: ArrayConfig, word: data.View) -> Value:
        """Values of a beat as a hardware value, computed from the mode word."""
        return Const(self.chunk(config))

    def value_counts(self, config: ArrayConfig) -> Sequence[int]:
        """The numbers of values that a beat can have, by the mode, ascending."""
        return (self.chunk(config),)

    def slots(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        """Work items of a round.

        Parameters
        ----------
        config : ArrayConfig
        mode : Mode or ModeWord view

        Returns
        -------
        int or Value
            An int of a :class:`Mode`. A hardware value of a word, or 1 in a kind that never has more.
        """
        return 1

    def slots_per_cycle(self, config: ArrayConfig) -> int:
        """Work items that are done each cycle."""
        return 1

    def rounds(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        """Rounds of a beat, an int or a hardware value as :meth:`slots` has it."""
        return 1

    def passes(self, config: ArrayConfig, mode: Mode) -> Sequence[PlanePair]:
        """Passes over the chunks, in order: the planes of x and of w that each takes."""
        return [(None, None)]

    def pass_sequencer(self, config: ArrayConfig) -> Unit | None:
        """A new unit that walks over the passes in hardware, None for one pass.

        Its inputs are ``start`` (of the job's first pass, with ``mode``, a ``ModeWord``) and ``step`` (to the next
        pass), its outputs ``last`` (there is no further pass) and ``control`` (for :meth:`Control.control_values`).
        """
        return None

    def cycles_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        """Cycles that a chunk takes, all passes together."""
        cycles = -(-self.slots(config, mode) // self.slots_per_cycle(config))
        return cycles * self.rounds(config, mode) * len(self.passes(config, mode))

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """What a PE adds and multiplies for each multiplication of this mode: by default a dot product of the values of
        a beat."""
        values = self.values_per_beat(config, mode)
        return shared(dot_product(values, mode.x_bits, mode.w_bits, config.acc_width), values)
