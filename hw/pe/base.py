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

With ``pipeline`` stages in the sum, ``done`` and ``result`` come as many cycles later. PEs of a tile
(:mod:`lowtide.hw.pe.tile`) do this together: they have one set of registers of operands and control bits.

A kind whose beat has several rounds loads a new west operand at the start of each; one with several passes goes through
all its chunks several times, with other parts of the operands (:class:`lowtide.hw.pe.kind.Kind`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, ValueLike, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ..logic.timing.stages import Stages
from ..logic.unit import Unit
from .control_bits import control_layout
from .held import held
from .operands import operand_shape

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig
    from .kind import Kind

__all__ = ["ProcessingElement"]


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
    control : in, :func:`lowtide.hw.pe.control_bits.control_layout`
        Control bits of the operands that come in.
    west, north : in, :func:`lowtide.hw.pe.operands.operand_shape`
        Operands from the neighbours; ``west`` is kept where ``control.beat`` is 1. In a tile, which holds them: its.
        Not in a tile that makes its PEs' addends.
    addend_of_tile : in, signed
        Only in such a tile: what this cycle adds, behind all stages of :meth:`stages`.
    distance : in
        Only there, and with exponents that come beside the operands: their sum.
    control_out, east, south : out
        Control and operands for the neighbours: what is held. Not in a tile.
    done : out, 1 bit
        ``result`` is complete in this cycle. Not in a tile.
    result : out, ``kind.result_shape``
        The accumulator.
    """

    def __init__(self, config: ArrayConfig, kind: Kind) -> None:
        self.config = config
        control, west, north = control_layout(config), operand_shape(config, "x"), operand_shape(config, "w")
        self.given = kind.tile_addends(config)
        inputs = {"west": In(west), "north": In(north)}
        if self.given is not None:
            inputs = {"addend_of_tile": In(self.given.addends.shape().elem_shape.elem_shape)}
            inputs |= {"distance": In(config.exponent_bits + 1)} if self.aligns else {}
        handed_on = {"control_out": Out(control), "east": Out(west), "south": Out(north), "done": Out(1)}
        super().__init__(
            f"{config.name}_pe",
            {
                "en": In(1),
                "control": In(control),
                **inputs,
                **({} if config.tiled else handed_on),
                "result": Out(kind.result_shape(config)),
            },
        )

    def addend(self, m: Module, control: data.View, west: ValueLike, north: ValueLike) -> Value:
        """What one cycle adds to the accumulator. Every way from the operands to it passes all cuts of :meth:`stages`.

        Parameters
        ----------
        m : Module
            Gets the logic.
        control : view of :func:`lowtide.hw.pe.control_bits.control_layout`
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

    @property
    def stages_of_addend(self) -> int:
        """How many register stages lie in the addend."""
        return min(self.config.pipeline, 1) if self.aligns else self.config.pipeline

    def stages(self, m: Module) -> Stages:
        """The register stages of the addend: all, or all but the second one where that is behind the alignment."""
        return Stages(m, self.stages_of_addend)

    def late(self, m: Module, value: Value, name: str, *, reset: bool = False) -> Value:
        """A value behind all stages, when the addend is there. Parameters as of `Stages.cut`."""
        return Stages(m, self.config.pipeline).through(value, name, reset=reset)

    def kept(self, m: Module, control: data.View, accumulator: Value) -> Value:
        """What the addend is added to after the first cycle of a job, a signed value: the accumulator as it is."""
        return accumulator

    def build(self, m: Module) -> None:
        if self.given is not None:
            self.add_up(m, self.control, self.addend_of_tile, self.distance if self.aligns else None)
        elif self.config.tiled:
            self.accumulate(m, self.control, self.west, self.north)
        else:
            self.accumulate(m, *held(m, self))

    def accumulate(self, m: Module, control: data.View, west: ValueLike, north: ValueLike) -> None:
        """Logic that drives ``result``: one accumulator, to which every cycle adds :meth:`addend`, whose parameters it
        takes."""
        if self.aligns:
            addend = self.addend(m, control, west.operand, north.operand)
            self.add_up(m, control, addend, west.exponent + north.exponent)
        else:
            self.add_up(m, control, self.addend(m, control, west, north))

    def add_up(self, m: Module, control: data.View, addend: Value, distance: Value | None = None) -> None:
        """The accumulator. An addend is behind its cuts, a distance that it is aligned by before them."""
        accumulator = Signal(signed(self.config.acc_width), reset_less=True)
        if distance is not None:
            addend = self.aligned(m, control, addend, distance)
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
