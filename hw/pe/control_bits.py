"""Control bits that travel with the operands, from PE to PE and from encoder to encoder."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Shape, Signal
from amaranth.lib import data

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["MOMENTS", "control_layout", "encoder_control_layout", "later"]


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
