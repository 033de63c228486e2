"""What the PEs of every kind have in common: the beat contract.

An array computes ``Y[M,N] = X[M,K] @ W[K,N]``, output-stationary. The reduction axis is cut into chunks; a chunk takes
one *beat* of one or more cycles. A PE holds the chunk's data (``west``) for the beat, takes a new weight operand
(``north``) every cycle, and hands both, with their control bits, to its neighbours one cycle later::

    cycle      0     1     2     3     4     5
    beat       1     0     1     0                 west is loaded where beat is 1
    north      n0a   n0b   n1a   n1b               two cycles a beat here
    first      1     0     0     0                 the accumulator starts again
    last       0     0     0     1                 the result is complete
    done       0     0     0     0     0     1     two cycles after `last` came in, `result` holds the sum

With ``pipeline`` stages in the sum, ``done`` and ``result`` come as many cycles later.

A kind whose beat has several rounds loads a new west operand at the start of each; one with several passes goes through
all its chunks several times, with other parts of the operands (:class:`lowtide.hw.pe.kind.Kind`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Mux, Shape, ShapeLike, Signal, Value, ValueLike, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ..logic.stages import Stages
from ..logic.unit import Unit

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig
    from .kind import Kind

__all__ = [
    "MOMENTS",
    "ProcessingElement",
    "control_layout",
    "encoder_control_layout",
    "later",
    "operand",
    "operand_bits",
    "operand_shape",
]


def operand(bits: Value, types: Sequence[str], is_signed: Value | int) -> Value:
    """The integer that operand bits stand for.

    Parameters
    ----------
    bits : Value
    types : sequence of str
        Number types that the configuration builds in: "signed", "unsigned" or both.
    is_signed : Value, 1 bit, or int
        Which of them the mode has, where both are built in.

    Returns
    -------
    Value
        Signed, one bit wider where unsigned operands are built in.
    """
    if types == ("signed",):
        return bits.as_signed()
    top = bits[-1] & is_signed if "signed" in types else 0
    return Cat(bits, top).as_signed()


#: What edges are told of time: a chunk comes in, a round begins, a cycle of it, its last.
MOMENTS = ("beat", "start", "step", "final")


def control_layout(config: ArrayConfig) -> data.StructLayout:
    """The bits that travel with the operands: ``valid``, ``beat`` (load west), ``first``, ``last`` and the kind's."""
    return data.StructLayout({"valid": 1, "beat": 1, "first": 1, "last": 1} | config.pe.control(config, "pe"))


def encoder_control_layout(config: ArrayConfig, where: str, moments: Iterable[str] = MOMENTS) -> data.StructLayout:
    """The bits that travel along an edge, from encoder to encoder: moments and the kind's."""
    return data.StructLayout(dict.fromkeys(moments, 1) | config.pe.control(config, where))


def later(m: Module, control: data.View, *, reset: Collection[str], prefix: str = "") -> data.View:
    """Control bits one cycle later.

    Parameters
    ----------
    m : Module
        Gets the registers.
    control : view of a struct
    reset : collection of str
        Names of the bits that reset makes 0; the others hold anything until control comes by, so nothing may depend
        on them before.
    prefix : str
        Of the names of the registers.

    Returns
    -------
    view
        Of the same layout.
    """
    layout, pieces = control.shape(), []
    for is_reset, run in groupby(layout.members, lambda name: name in reset):
        names = list(run)
        bits = sum(Shape.cast(layout[name].shape).width for name in names)
        name = names[0] if len(names) == 1 else "control_bits"
        pieces.append(Signal(bits, name=f"{prefix}{name}", reset_less=not is_reset))
    m.d.sync += Cat(pieces).eq(control)
    return data.View(layout, Cat(pieces))


def operand_shape(config: ArrayConfig, side: str) -> ShapeLike:
    """Shape of what travels from PE to PE on a side."""
    kind = config.pe
    shape = kind.west_shape(config) if side == "x" else kind.north_shape(config)
    if kind.exponents_encoded or not config.exponent_bits:
        return shape
    return data.StructLayout({"operand": shape, "exponent": config.exponent_bits})


def operand_bits(config: ArrayConfig, side: str) -> int:
    """Bits of what travels from PE to PE on a side."""
    return int(Shape.cast(operand_shape(config, side)).width)


class ProcessingElement(Unit):
    """The systolic half of a PE: operand and control registers, accumulator, completion.

    A kind derives from it and implements :meth:`addend`. Data registers have no reset: nothing reads them before
    ``beat`` and ``first`` have filled them.

    Parameters
    ----------
    config : ArrayConfig
    kind : Kind
        The kind of the configuration, which states the shape of the result.

    Ports
    -----
    control : in, :func:`control_layout`
        Control bits of the operands that come in.
    west, north : in, :func:`operand_shape`
        Operands from the neighbours; ``west`` is kept where ``control.beat`` is 1.
    control_out, east, south : out
        Control and operands for the neighbours: what is held.
    done : out, 1 bit
        ``result`` is complete in this cycle.
    result : out, ``kind.result_shape``
        The accumulator.
    """

    def __init__(self, config: ArrayConfig, kind: Kind) -> None:
        self.config = config
        control, west, north = control_layout(config), operand_shape(config, "x"), operand_shape(config, "w")
        super().__init__(
            f"{config.name}_pe",
            {
                "en": In(1),
                "control": In(control),
                "west": In(west),
                "north": In(north),
                "control_out": Out(control),
                "east": Out(west),
                "south": Out(north),
                "done": Out(1),
                "result": Out(kind.result_shape(config)),
            },
        )

    def addend(self, m: Module, control: data.View, west: ValueLike, north: ValueLike) -> Value:
        """What one cycle adds to the accumulator. Every way from the operands to it passes all cuts of :meth:`stages`.

        Parameters
        ----------
        m : Module
            Gets the logic.
        control : view of :func:`control_layout`
            Registered control bits.
        west, north : view or Value
            Registered operands, of the kind's ``west_shape`` and ``north_shape``.

        Returns
        -------
        Value
            Signed.
        """
        raise TypeError(f"{type(self).__name__} does not say what it adds")

    @property
    def aligns(self) -> bool:
        """Whether addends are shifted by exponents that come beside the operands."""
        return self.config.exponent_bits > 0 and not self.config.pe.exponents_encoded

    def stages(self, m: Module) -> Stages:
        """The register stages of the addend: all, or all but the second one where that is behind the alignment."""
        return Stages(m, min(self.config.pipeline, 1) if self.aligns else self.config.pipeline)

    def late(self, m: Module, value: Value, name: str, *, reset: bool = False) -> Value:
        """A value behind all stages, when the addend is there. Parameters as of `Stages.cut`."""
        return Stages(m, self.config.pipeline).through(value, name, reset=reset)

    def kept(self, m: Module, control: data.View, accumulator: Value) -> Value:
        """What the addend is added to after the first cycle of a job, a signed value: the accumulator as it is."""
        return accumulator

    def build(self, m: Module) -> None:
        control = later(m, self.control, reset=("valid",))
        west = Signal.like(self.west, reset_less=True)
        north = Signal.like(self.north, reset_less=True)
        m.d.sync += north.eq(self.north)
        with m.If(self.control.beat):
            m.d.sync += west.eq(self.west)
        m.d.sync += self.done.eq(self.late(m, control.valid & control.last, "complete", reset=True))
        m.d.comb += [self.control_out.eq(control), self.east.eq(west), self.south.eq(north)]
        self.accumulate(m, control, west, north)

    def accumulate(self, m: Module, control: data.View, west: ValueLike, north: ValueLike) -> None:
        """Logic that drives ``result``: one accumulator, to which every cycle adds :meth:`addend`, whose parameters it
        takes."""
        accumulator = Signal(signed(self.config.acc_width), reset_less=True)
        if self.aligns:
            distance = west.exponent + north.exponent
            addend = self.aligned(m, control, self.addend(m, control, west.operand, north.operand), distance)
        else:
            addend = self.addend(m, control, west, north)
        valid, first = self.moments(m, control)
        before = Mux(first, 0, self.kept(m, control, accumulator))
        with m.If(valid):
            m.d.sync += accumulator.eq(before + addend)
        m.d.comb += self.result.eq(accumulator)

    def moments(self, m: Module, control: data.View) -> tuple[Value, Value]:
        """Whether the addend counts, and whether the accumulator starts again with it: two bits behind all cuts."""
        return self.late(m, control.valid, "valid", reset=True), self.late(m, control.first, "first")

    def aligned(self, m: Module, control: data.View, addend: Value, distance: Value) -> Value:
        """``floor(addend * 2^(guard_bits - distance) + 1/2)`` in block floating point, else the addend as it is.

        The addend is behind its cuts, the distance before them; what is returned is behind the second stage."""
        guard, stages = self.config.guard_bits, self.stages(m)
        distance = stages.through(distance, "distance")
        block_floating = stages.through(control.block_floating, "block_floating")
        shift = Signal(max(len(distance), bits_for(guard)))
        padded = Signal(signed(len(addend) + guard + 1))
        halves = Signal.like(padded)  # the result and one bit below it
        m.d.comb += [
            shift.eq(Mux(block_floating, distance, guard)),
            padded.eq(Cat(Const(0, guard + 1), addend).as_signed()),
            halves.eq(padded >> shift),
        ]
        return Stages(m, self.config.pipeline).cut(2, (halves + 1) >> 1, "aligned")
