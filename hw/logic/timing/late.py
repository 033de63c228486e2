"""Conditions of which one part comes late: ``sure | may & last``.

Whether the array takes its operands is known late in a cycle, and much hangs on it in other units. What they make of it
keeps this form from unit to unit, so that each register or memory has one gate behind the late part, however many
conditions were joined to it on the way::

    sure ----- | fence | --.
    may ------ | fence | --+-- one gate --> a clock enable
    last ------------------+
"""

from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Module, Signal, Value, ValueLike
from amaranth.lib import data

from ..unit import Unit
from .fence import fenced

__all__ = ["LATE", "Late", "connected"]

#: A port for a :class:`Late`.
LATE = data.StructLayout({"sure": 1, "may": 1, "last": 1})


@dataclass(frozen=True)
class Late:
    """A condition, ``sure | may & last``.

    Parameters
    ----------
    sure, may : Value
        1 bit each, that are known early.
    last : Value
        1 bit, that is not.
    """

    sure: Value
    may: Value
    last: Value

    @classmethod
    def of(cls, port: data.View) -> "Late":
        """That of a port of :data:`LATE`."""
        return cls(port.sure, port.may, port.last)

    def where(self, condition: Value) -> "Late":
        """This and another one, which is known early."""
        return Late(self.sure & condition, self.may & condition, self.last)

    def or_where(self, condition: ValueLike) -> "Late":
        """This or another one, which is known early."""
        return Late(self.sure | condition, self.may, self.last)

    def named(self, m: Module, name: str) -> "Late":
        """The same with nets of these names."""
        sure, may = Signal(name=f"{name}_sure"), Signal(name=f"{name}_may")
        m.d.comb += [sure.eq(self.sure), may.eq(self.may)]
        return Late(sure, may, self.last)

    @property
    def holds(self) -> Value:
        """The condition, made in whatever way synthesis finds smallest."""
        return self.sure | (self.may & self.last)

    def soon(self, unit: Unit, m: Module, name: str) -> Value:
        """The condition with one gate behind ``last``, with fences of that name in a unit."""
        return fenced(unit, m, self.sure, f"{name}_sure") | (fenced(unit, m, self.may, f"{name}_may") & self.last)


def connected(port: data.View, condition: Late) -> list[Any]:
    """The assignments that give a port of :data:`LATE` a condition."""
    return [port.sure.eq(condition.sure), port.may.eq(condition.may), port.last.eq(condition.last)]
