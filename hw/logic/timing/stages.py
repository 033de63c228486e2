"""Register stages in a sum: they cut it into parts of which each has a cycle of its own.

A PE of a configuration with ``pipeline`` stages has so many registers on every way from its operands to its
accumulator. Each kind says where: a cut has a number, and is there in configurations of at least so many stages.
"""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Module, Signal, Value, ValueLike

__all__ = ["Cut", "Stages", "levels"]


def levels(count: int) -> int:
    """Levels of adders in a tree that adds so many values."""
    return (count - 1).bit_length()


@dataclass(frozen=True)
class Stages:
    """The register stages of one sum.

    Parameters
    ----------
    m : Module
        Gets the registers.
    count : int
        How many there are.
    """

    m: Module
    count: int

    def cut(self, number: int, value: ValueLike, name: str, *, reset: bool = False) -> Value:
        """A value behind a cut: a cycle later where there are at least ``number`` stages, else the value itself.

        Parameters
        ----------
        number : int
            Of the cut, from 1.
        value : value
        name : str
            Of the register, its number is added.
        reset : bool
            Whether reset makes it 0; without, it holds anything until a value comes by.
        """
        value = Value.cast(value)
        if number > self.count:
            return value
        register = Signal(value.shape(), name=f"{name}_stage_{number}", reset_less=not reset)
        self.m.d.sync += register.eq(value)
        return register

    def through(self, value: ValueLike, name: str, *, reset: bool = False) -> Value:
        """A value behind all cuts."""
        for number in range(1, self.count + 1):
            value = self.cut(number, value, name, reset=reset)
        return Value.cast(value)


@dataclass(frozen=True)
class Cut:
    """A cut through a tree of adders.

    Parameters
    ----------
    stages : Stages
    number : int
        See :meth:`Stages.cut`.
    level : int
        It goes behind so many levels of adders, behind the last one where there are fewer.
    """

    stages: Stages
    number: int
    level: int

    def __call__(self, value: ValueLike, name: str) -> Value:
        """A value behind it."""
        return self.stages.cut(self.number, value, name)
