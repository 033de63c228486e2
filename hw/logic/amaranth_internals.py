"""Names of Amaranth that are not public, all in one place: what may break when its pinned version changes.

- The classes of statements and values: nothing public says which bits of a signal a fragment assigns, and a net that is
  driven in part is an error here (:mod:`lowtide.hw.emit.checks`).
- The directions of ports: :func:`amaranth.back.rtlil.convert` wants one for each port, as it guesses them otherwise.
- The mark of an elaboratable that may stay unused: a unit is placed many times and elaborated once.
- The signals in a value: nothing public says whether it is constant.
"""

from typing import TypeVar

from amaranth.hdl import Value
from amaranth.hdl._ast import Assign, Concat, Operator, Part, Slice, Switch, SwitchValue
from amaranth.hdl._ir import PortDirection

__all__ = [
    "Assign",
    "Concat",
    "Operator",
    "Part",
    "PortDirection",
    "Slice",
    "Switch",
    "SwitchValue",
    "is_constant",
    "may_stay_unused",
]

Elaboratable = TypeVar("Elaboratable")


def may_stay_unused(thing: Elaboratable) -> Elaboratable:
    """An elaboratable, or a class of them, of which Amaranth does not warn when it is never elaborated."""
    thing._MustUse__silence = True  # type: ignore[attr-defined]
    return thing


def is_constant(value: Value) -> bool:
    """Whether no signal takes part in a value."""
    return not value._rhs_signals()
