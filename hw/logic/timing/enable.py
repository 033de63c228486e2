"""A clock enable as registers near what they stop: one register for a whole engine would have long wires.

Where sums have stages, large units have a port ``proceeds``, and a register for each of their parts.
"""

from typing import Any

from amaranth.hdl import Module, Signal, Value
from amaranth.lib.wiring import In, Out

from ..unit import Unit

__all__ = ["Enable", "enable_ports", "own_enable"]


class Enable(Unit):
    """Whether a part of an engine proceeds. A unit of its own, so that synthesis does not make one register of several.

    The register is not reset: in the first cycle after a reset there is nothing that it could stop.

    Ports
    -----
    i : in, 1 bit
        Whether it does in the next cycle.
    o : out, 1 bit
        Whether it does.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, {"i": In(1), "o": Out(1)})

    def build(self, m: Module) -> None:
        proceeds = Signal(reset_less=True)
        m.d.sync += proceeds.eq(self.i)
        m.d.comb += self.o.eq(proceeds)


def enable_ports(pipeline: int) -> dict[str, Any]:
    """The ports ``en`` and, where sums have stages, ``proceeds``: what ``en`` is in the next cycle."""
    return {"en": In(1)} | ({"proceeds": In(1)} if pipeline else {})


def own_enable(unit: Unit, m: Module, instance: str, name: str) -> Value:
    """The ``en`` of a part of a unit with :func:`enable_ports`: that of the unit, or a register of its own.

    Parameters
    ----------
    unit : Unit
    m : Module
        Of the unit.
    instance, name : str
        Of the register and of its module.
    """
    if "proceeds" not in unit.signature.members:
        return unit.en
    return unit.place(m, instance, Enable(name), i=unit.proceeds).o
