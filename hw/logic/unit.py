"""Units: components that become one Verilog module each, however often they are used.

Amaranth emits a module for every instance of a component; a 16x16 array would hold 256 copies of its PE and take
minutes to synthesise. A :class:`Unit` is therefore converted by itself and *placed* in its parent as an instance of
its module.

Every unit is clocked by ``clk``, reset by ``rst`` (synchronous) and, where it has a port ``en``, frozen while that is
0.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from amaranth.hdl import ClockSignal, EnableInserter, Instance, Module, ResetSignal, Signal, Value, ValueCastable
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from .amaranth_internals import may_stay_unused

__all__ = ["Unit"]


@may_stay_unused  # of many instances of a unit only one is elaborated
class Unit(wiring.Component):  # type: ignore[misc]  # Amaranth has no types
    """A component with a Verilog module of its own.

    A subclass implements :meth:`build`, which adds logic to a module and may :meth:`place` other units. It states its
    ports in a section of its docstring: name, direction, width or shape, meaning. ``en`` means the same everywhere.

    Parameters
    ----------
    name : str
        The module's name. Two units of one name in a design must be the same hardware.
    ports : dict of str to member
        The members of its signature; order is the order of the Verilog ports.

    Attributes
    ----------
    combinational : bool
        True in a subclass leaves out clock and reset.
    """

    combinational: bool = False

    def __init__(self, name: str, ports: dict[str, Any]) -> None:
        super().__init__(ports)
        self.name = name
        self.children: dict[str, Unit] = {}

    def build(self, m: Module) -> None:
        """Add the unit's logic to the module ``m``."""
        raise TypeError(f"{type(self).__name__} does not say how it is built")

    def elaborate(self, platform: object) -> Module:
        m = Module()
        self.children = {}
        self.build(m)
        return EnableInserter(self.en)(m) if "en" in self.signature.members else m

    def ports(self) -> Iterator[tuple[str, Value, wiring.Member]]:
        """Name, signal and member of each port of the module, in declared order, streams taken apart (``x_valid``,
        ``x_data``). A member without bits, such as control bits of which none is needed, is no port."""
        return (port for port in self._members() if len(port[1]))

    def _members(self) -> Iterator[tuple[str, Value, wiring.Member]]:
        for path, member, value in self.signature.flatten(self):
            name = "_".join(map(str, path)).replace("payload", "data")
            yield name, value.as_value() if isinstance(value, ValueCastable) else value, member

    def place(self, m: Module, instance: str, child: "Unit", **inputs: Any) -> SimpleNamespace:
        """Put ``child`` into this unit as ``instance``, its inputs connected to values, and return its outputs.

        Parameters
        ----------
        m : Module
            Of this unit.
        instance : str
            Name of the instance.
        child : Unit
        **inputs : value
            Every input port, in its width; ``en`` and ``rst`` are this unit's own where they are not given.

        Returns
        -------
        SimpleNamespace
            The outputs as attributes, new signals of the ports' shapes.

        Raises
        ------
        ValueError
            For an input that is missing, unknown, or of another width.
        """
        self.children[instance] = child
        if "en" in self.signature.members and "en" in child.signature.members:
            inputs.setdefault("en", self.en)
        outputs, where = SimpleNamespace(), f"unit {self.name}: instance {instance} of {child.name}"
        connections: dict[str, Any] = {}
        if not child.combinational:
            connections |= {"i_clk": ClockSignal(), "i_rst": inputs.pop("rst", ResetSignal())}
        for name, signal, member in child._members():
            if member.flow == In:
                if name not in inputs:
                    raise ValueError(f"{where} lacks its input {name}")
                value = Value.cast(inputs.pop(name))
                if len(value) != len(signal):
                    raise ValueError(f"{where} has {len(value)} bits at its input {name}, needed are {len(signal)}")
                port = f"i_{name}"
            else:
                value = Signal(member.shape, name=f"{instance}_{name}")
                setattr(outputs, name, value)
                port = f"o_{name}"
            if len(signal):
                connections[port] = value
        if inputs:
            raise ValueError(f"{where} has no inputs {', '.join(inputs)}")
        m.submodules[instance] = Instance(child.name, **connections)
        return outputs
