"""How long a kind takes: values of a chunk, and the cycles of its beat.

Time has four levels, of which a kind uses what it needs: a job makes one or more *passes* over its chunks; a chunk
takes a beat of one or more *rounds*, each with a west operand of its own; a round has *slots*, of which
``slots_per_cycle`` are done in each cycle::

    cycles_per_beat = ceil(slots / slots_per_cycle) * rounds * passes
"""

from abc import ABC, abstractmethod

from amaranth.hdl import Const

from ..operation_counts import dot_product, shared

__all__ = ["Time"]


class Time(ABC):
    """The chapter of a kind about time."""

    @abstractmethod
    def chunk(self, config):
        """Values of the largest chunk, at most 64."""

    @abstractmethod
    def values_per_beat(self, config, mode):
        """Values of the reduction axis that one beat takes in this mode."""

    def values(self, config, word):
        """Values of a beat as a hardware value, computed from the mode word."""
        return Const(self.chunk(config))

    def slots(self, config, mode):
        """Work items of a round, from a :class:`Mode` or, in hardware, from a word. Values of either, or an int."""
        return 1

    def slots_per_cycle(self, config):
        """Work items that are done each cycle."""
        return 1

    def rounds(self, config, mode):
        """Rounds of a beat, from a :class:`Mode` or a word."""
        return 1

    def passes(self, config, mode):
        """Passes over the chunks, in order: what each takes of the operands, as pairs (plane of x, plane of w). None
        takes whole values."""
        return [(None, None)]

    def pass_sequencer(self, config):
        """A new unit that walks over the passes in hardware, None for one pass. Ports: ``en``, ``start`` (of the job's
        first pass, with ``mode``), ``step`` (to the next pass), ``last``, ``control`` (for :meth:`control_values`)."""
        return None

    def cycles_per_beat(self, config, mode):
        """Cycles that a chunk takes, all passes together."""
        cycles = -(-self.slots(config, mode) // self.slots_per_cycle(config))
        return cycles * self.rounds(config, mode) * len(self.passes(config, mode))

    def operation_counts(self, config, mode):
        """What a PE adds and multiplies for each multiplication of this mode, a list of
        :class:`lowtide.hw.pe.operation_counts.Operation`: by default a dot product of the values of a beat."""
        values = self.values_per_beat(config, mode)
        return shared(dot_product(values, mode.x_bits, mode.w_bits, config.acc_width), values)
