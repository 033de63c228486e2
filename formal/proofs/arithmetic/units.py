"""The arithmetic of a PE without its registers, as units of their own: what the proofs of PEs are about.

Nothing is repeated here: ``addend`` is the code of the PE in :mod:`lowtide.hw.pe`, control bits and operands are those
of its kind and of the array's edges.
"""

from typing import Any

from amaranth.hdl import Cat, Const, Module, Shape, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.logic.amaranth_internals import may_stay_unused
from lowtide.hw.logic.booth import booth_digits
from lowtide.hw.logic.term_encoder import positions
from lowtide.hw.logic.unit import Unit
from lowtide.hw.mode.word import ModeWord
from lowtide.hw.pe.control_bits import MOMENTS, control_layout
from lowtide.hw.pe.kind import Beat
from lowtide.hw.pe.operands import operand_shape
from lowtide.hw.pe.term.lane_sum import LaneSum

__all__ = ["AddendUnit", "BoothDigitsUnit", "LaneSumUnit", "StreamAddendUnit"]


class AddendUnit(Unit):
    """What a PE adds in one cycle, from its control bits and registered operands."""

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_addend",
            {
                "control": In(control_layout(config)),
                "west": In(operand_shape(config, "x")),
                "north": In(operand_shape(config, "w")),
                "addend": Out(addend_shape(config)),
            },
        )

    def build(self, m: Module) -> None:
        """The PE's own addend."""
        pe = self.config.pe.processing_element(self.config)
        m.d.comb += self.addend.eq(pe.addend(m, self.control, self.west, self.north))


class LaneSumUnit(Unit):
    """What a `term` PE adds in one cycle: the sum of its lanes and the carry that the accumulator's adder takes."""

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        width = config.x_width + positions(config) + config.lanes.bit_length() + 1
        super().__init__(
            f"{config.name}_lane_sum",
            {
                "control": In(control_layout(config)),
                "west": In(operand_shape(config, "x")),
                "north": In(operand_shape(config, "w")),
                "addend": Out(signed(width)),
            },
        )

    def build(self, m: Module) -> None:
        """The PE's own lane sum, its carry added."""
        x_signed = self.config.pe.mode_bit(self.config, self.control, "x_signed")
        total, carry = LaneSum(m, self.config, self.west, self.north, x_signed).total()
        m.d.comb += self.addend.eq(total + carry)


class StreamAddendUnit(Unit):
    """What a PE adds behind the encoders of the array's edges, for kinds that take a chunk in one cycle: from the mode
    word and a chunk of data and of weights, as the streams bring them. Only the edges' control registers are left out.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    rounds : int
        Where a beat has several rounds, how many are left in this cycle, this one included.
    """

    def __init__(self, config: ArrayConfig, *, rounds: int = 1) -> None:
        self.config, self.rounds, kind = config, rounds, config.pe
        super().__init__(
            f"{config.name}_stream_addend",
            {
                "mode": In(ModeWord),
                "x": In(kind.stream_bits(config, "x")),
                "w": In(kind.stream_bits(config, "w")),
                "addend": Out(addend_shape(config)),
            },
        )

    def build(self, m: Module) -> None:
        """Encoders, control bits as the edges make them, and the PE's own addend."""
        config, kind = self.config, self.config.pe
        control = Signal(control_layout(config))
        beat = Beat(
            starts=Const(1),
            opens=Const(1),
            closes=Const(1),
            step=Const(1),
            slots=Const(1),
            rounds=Const(self.rounds, 3) if self.rounds > 1 else Const(1),
            tail=Const(0),
            control=None,
        )
        values = dict.fromkeys(("valid", "beat", "first", "last"), 1)
        values |= kind.control_values(config, "pe", self.mode, beat)
        m.d.comb += [control[name].eq(values[name]) for name in control.shape().members]
        west = self.operand(m, beat, "west", kind.west_encoder(config), self.x)
        north = self.operand(m, beat, "north", kind.north_encoder(config), self.w)
        m.d.comb += self.addend.eq(kind.processing_element(config).addend(m, control, west, north))

    def operand(self, m: Module, beat: Any, where: str, encoder: Unit | None, values: Any) -> Any:
        """What the edge ``where`` makes of a chunk."""
        config = self.config
        operand = Signal(operand_shape(config, "x" if where == "west" else "w"), name=f"{where}_operand")
        if encoder is None:
            m.d.comb += operand.eq(values)
            return operand
        control = Signal(encoder.control.shape(), name=f"{where}_control")
        bits = dict.fromkeys(MOMENTS, 1)
        bits |= config.pe.control_values(config, where, self.mode, beat)
        m.d.comb += [control[name].eq(bits[name]) for name in control.shape().members]
        inputs = {"en": Const(1)} if "en" in encoder.signature.members else {}
        m.d.comb += operand.eq(
            self.place(m, f"{where}_encoder", encoder, control=control, values=values, **inputs).operand
        )
        return operand


class BoothDigitsUnit(Unit):
    """The radix-4 Booth digits of a signed value."""

    combinational = True

    def __init__(self, bits: int) -> None:
        self.count = (bits + 1) // 2
        super().__init__(
            f"booth_digits_{bits}",
            {
                "value": In(bits),
                "one": Out(self.count),
                "two": Out(self.count),
                "negative": Out(self.count),
            },
        )

    def build(self, m: Module) -> None:
        """The recoder's digits."""
        parts = zip(*booth_digits(self.value), strict=True)
        m.d.comb += [port.eq(Cat(part)) for port, part in zip((self.one, self.two, self.negative), parts, strict=True)]


def addend_shape(config: ArrayConfig) -> Shape:
    """Shape of what a PE of this configuration adds in a cycle."""
    pe, m = config.pe.processing_element(config), may_stay_unused(Module())
    operands = (
        Signal(shape) for shape in (control_layout(config), operand_shape(config, "x"), operand_shape(config, "w"))
    )
    return Shape.cast(Value.cast(pe.addend(m, *operands)).shape())
