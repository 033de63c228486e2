"""What a list does, one after the other: copies, kernels, turns of the host."""

from dataclasses import dataclass

from ..kernels.kernel import Kernel
from ..layouts.layout import Layout

__all__ = ["Action", "CopyIn", "CopyOut", "Run", "Turn"]


@dataclass(frozen=True, kw_only=True)
class CopyIn:
    """A part of a tensor comes from external memory.

    Parameters
    ----------
    stage : int
        Number of the stage.
    tensor : str
    outside, inside : Layout
        Of the part: in the tensor outside, whose first atom is 0, and in the feature memory.
    """

    stage: int
    tensor: str
    outside: Layout
    inside: Layout


@dataclass(frozen=True, kw_only=True)
class CopyOut:
    """A part of a tensor goes to external memory; as :class:`CopyIn`."""

    stage: int
    tensor: str
    outside: Layout
    inside: Layout


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A kernel."""

    stage: int
    kernel: Kernel


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The host computes a stage, and those of its cascade behind it."""

    stage: int


Action = CopyIn | CopyOut | Run | Turn
