"""A wrapper that gives a unit three pins: a PE has more ports than a package has pins, and pins have slow paths.

::

    pin -> register -> register -> ... (a bit each of the unit's inputs)
    unit's outputs -> registers -> xor of four -> registers -> xor of four -> ... -> pin

All that a unit's inputs and outputs see is registers, and no path of the wrapper itself has more than one LUT: the
slowest path from register to register is one of the unit. For a unit of i input and o output bits the wrapper adds
i + o + o/4 + o/16 + ... registers and o/4 + o/16 + ... LUTs.
"""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib.wiring import Flow, In, Out

from lowtide.hw.logic.unit import Unit

__all__ = ["Wrapper"]

FAN_IN = 4  #: bits that one LUT of an ECP5 or an iCE40 takes


class Wrapper(Unit):
    """A unit behind two pins, beside clock and reset.

    Parameters
    ----------
    unit : Unit
        What is measured.

    Ports
    -----
    pin_in : 1, in
        Shifted through the registers before the unit's inputs.
    pin_out : 1, out
        The exclusive or of its outputs, some cycles later.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        super().__init__(f"{unit.name}_wrapped", {"pin_in": In(1), "pin_out": Out(1)})

    @property
    def input_bits(self) -> int:
        """Bits of the unit's inputs, without clock and reset."""
        return self._bits(In)

    @property
    def output_bits(self) -> int:
        """Bits of its outputs."""
        return self._bits(Out)

    def _bits(self, flow: Flow) -> int:
        return sum(len(value) for _, value, member in self.unit.ports() if member.flow == flow)

    def build(self, m: Module) -> None:
        """Registers before and behind the unit, and the tree of exclusive ors."""
        chain, inputs, offset = Signal(self.input_bits, reset_less=True), {}, 0
        m.d.sync += chain.eq(Cat(self.pin_in, chain[:-1]))
        for name, value, member in self.unit.ports():
            if member.flow == In:
                inputs[name] = chain[offset : offset + len(value)]
                offset += len(value)
        outputs = self.place(m, "unit", self.unit, **inputs)
        bits = Cat(Value.cast(value) for value in vars(outputs).values())
        while True:
            registers = Signal(len(bits), name=f"outputs_{len(bits)}", reset_less=True)
            m.d.sync += registers.eq(bits)
            if len(registers) == 1:
                break
            bits = Cat(registers[start : start + FAN_IN].xor() for start in range(0, len(registers), FAN_IN))
        m.d.comb += self.pin_out.eq(registers)
