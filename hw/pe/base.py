"""What every processing element (PE) kind has in common: the beat contract.

An array computes ``Y[M,N] = X[M,K] @ W[K,N]``, output-stationary. The reduction axis is cut into chunks; a chunk takes
one *beat* of one or more cycles. A PE holds the chunk's data (``west``) for the beat, takes a new weight operand
(``north``) every cycle, and hands both, with their control bits, to its neighbours one cycle later::

    cycle      0     1     2     3     4     5
    beat       1     0     1     0                 west is loaded where beat is 1
    north      n0a   n0b   n1a   n1b               two cycles a beat here
    first      1     0     0     0                 the accumulator starts again
    last       0     0     0     1                 the result is complete
    done       0     0     0     0     0     1     two cycles after `last` came in, `result` holds the sum

A kind of PE is one file in this folder: a :class:`Kind` that states in Python what its hardware does in each mode, and
a :class:`ProcessingElement` that does it. The rest (edges, engine, reports, tests) asks the kind and repeats nothing.
"""

from abc import ABC, abstractmethod

from amaranth.hdl import Cat, Const, Mux, Signal, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..unit import Unit

__all__ = ["Kind", "ProcessingElement", "control_layout", "encoder_control_layout", "operand", "operand_range"]


def operand_range(bits, is_signed):
    """Least and largest value of an operand of so many bits."""
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)


def operand(bits, types, is_signed):
    """The signed value of operand bits. ``types`` are those that the configuration builds in; where it has both, the
    mode bit ``is_signed`` decides."""
    if types == ("signed",):
        return bits.as_signed()
    top = bits[-1] & is_signed if "signed" in types else 0
    return Cat(bits, top).as_signed()


class Kind(ABC):
    """A kind of processing element, and the units at the array's north edge that feed it.

    ``config`` is an :class:`hw.config.ArrayConfig`, ``mode`` a :class:`hw.mode.Mode`.
    """

    name: str
    summary: str
    example: dict  #: fields of a small configuration that exercises every part: what tests build
    most_lanes = 64
    encoder_latency = 0  #: cycles between a chunk of weights and its first north operand
    pe_fields = ()  #: mode fields that travel with the operands to every PE
    encoder_fields = ()  #: mode fields that travel along the north edge to every encoder

    @abstractmethod
    def defaults(self, config):
        """Values for the fields that the user left open, as a dict."""

    @abstractmethod
    def validate(self, config):
        """Raise ``ValueError`` where the fields of ``config`` do not fit this kind."""

    @abstractmethod
    def chunk(self, config):
        """Values of the largest chunk: the width of the streams ``x`` (for each row) and ``w`` (for each column)."""

    @abstractmethod
    def values_per_beat(self, config, mode):
        """Values of the reduction axis that one beat takes in this mode."""

    def slots(self, mode):
        """Work items of a beat, of which ``slots_per_cycle`` are done each cycle. Python ints, or hardware values."""
        return 1

    def slots_per_cycle(self, config):
        return 1

    def cycles_per_beat(self, config, mode):
        return -(-self.slots(mode) // self.slots_per_cycle(config))

    @abstractmethod
    def supported(self, config):
        """The values of each mode field that are built in: dict of field name to an ascending sequence of ints."""

    def refusal(self, config, mode):
        """Why this kind refuses ``mode`` although each field is supported: one line, or None."""
        return None

    def refused(self, config, word):
        """The same in hardware: pairs of a :class:`hw.errors.Reason` and a one-bit value, for a ``ModeWord`` view."""
        return ()

    @abstractmethod
    def modes(self, config):
        """The modes that documents, reports and tests show for this configuration, as a list."""

    @abstractmethod
    def effective_weights(self, config, mode):
        """Least and largest weight that takes part in a product in this mode."""

    @abstractmethod
    def west_shape(self, config):
        """Shape of the operand that a PE holds."""

    @abstractmethod
    def north_shape(self, config):
        """Shape of the operand that a PE takes every cycle."""

    @abstractmethod
    def pe(self, config):
        """A new PE, a :class:`ProcessingElement`."""

    def slot_bits(self, config):
        """Width of what an encoder needs to know of the beat's progress, see :meth:`slot_control`."""
        return 0

    def slot_control(self, config, slots_left):
        """What an encoder needs to know of the beat's progress: a value that travels along the north edge."""
        return Const(0, 0)

    def used_values(self, config, mode):
        """One bit for each value of a chunk of weights, from a ``ModeWord`` view: 0 takes the value as zero. None where
        a mode always uses the whole chunk."""
        return None

    def encoder(self, config):
        """A new encoder between a column's chunk of weights and its north operands; None passes the chunk on as it is.

        Ports: ``en``, ``control`` and ``control_out`` (handed on to the next column, registered), ``values`` (a chunk),
        ``north``, ``lost`` (this cycle something that the mode promised to keep was lost).
        """
        return None


def control_layout(kind):
    """The bits that travel with the operands: ``valid``, ``beat``, ``first``, ``last`` and the kind's mode bits."""
    return data.StructLayout({"valid": 1, "beat": 1, "first": 1, "last": 1} | dict.fromkeys(kind.pe_fields, 1))


def encoder_control_layout(config):
    """The bits that travel along the north edge, from encoder to encoder: ``beat`` (a chunk comes in), ``step`` (one
    cycle of a beat), ``final`` (its last), the kind's mode bits, and what :meth:`Kind.slot_control` says."""
    kind = config.operations
    layout = {"beat": 1, "step": 1, "final": 1} | dict.fromkeys(kind.encoder_fields, 1)
    return data.StructLayout(layout | ({"slot": kind.slot_bits(config)} if kind.slot_bits(config) else {}))


class ProcessingElement(Unit):
    """The systolic half of a PE: operand and control registers, accumulator, completion.

    A kind derives from it and implements :meth:`addend`. Data registers have no reset: nothing reads them before
    ``beat`` and ``first`` have filled them.
    """

    def __init__(self, config, kind):
        self.config = config
        control, west, north = control_layout(kind), kind.west_shape(config), kind.north_shape(config)
        super().__init__(f"{config.name}_pe", {
            "en": In(1),
            "control": In(control), "west": In(west), "north": In(north),
            "control_out": Out(control), "east": Out(west), "south": Out(north),
            "done": Out(1), "result": Out(signed(config.acc_width)),
        })

    def addend(self, m, control, west, north):
        """What one cycle adds to the accumulator, from the registered operands. Returns a signed value."""
        raise TypeError(f"{type(self).__name__} does not say what it adds")

    def build(self, m):
        control = Signal.like(self.control)
        west = Signal.like(self.west, reset_less=True)
        north = Signal.like(self.north, reset_less=True)
        accumulator = Signal(signed(self.config.acc_width), reset_less=True)
        addend = self.addend(m, control, west, north)
        m.d.sync += [control.eq(self.control), north.eq(self.north)]
        with m.If(self.control.beat):
            m.d.sync += west.eq(self.west)
        with m.If(control.valid):
            m.d.sync += accumulator.eq(Mux(control.first, 0, accumulator) + addend)
        m.d.sync += self.done.eq(control.valid & control.last)
        m.d.comb += [self.control_out.eq(control), self.east.eq(west), self.south.eq(north),
                     self.result.eq(accumulator)]
