"""The roofline of an array and a memory: what limits each step, and its cycles.

``cycles = max(multiplications / macs_per_cycle, bytes / bytes_per_cycle)``: a step computes and transfers at once, its
parameters, inputs and output each moved once. Its operational intensity is ``multiplications / bytes``; below the ridge
``macs_per_cycle / bytes_per_cycle`` the memory limits it.

Source: Williams, Waterman, Patterson, *Roofline: an insightful visual performance model*, CACM 2009.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...quantise import check_scale
from .bookkeeping import StepCost

__all__ = ["Machine", "Roof", "roofline"]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """An array and its memory. ValueError for numbers that are not > 0.

    Parameters
    ----------
    macs_per_cycle, bytes_per_cycle : float
        Multiplications of the array, bytes of the memory.
    clock : float or None
        Cycles a second; None if it is not stated.
    """

    macs_per_cycle: float
    bytes_per_cycle: float
    clock: float | None = None

    def __post_init__(self) -> None:
        for name in ("macs_per_cycle", "bytes_per_cycle", "clock"):
            if getattr(self, name) is not None or name != "clock":
                try:
                    check_scale(getattr(self, name))
                except ValueError:
                    raise ValueError(f"{name} is {getattr(self, name)!r}, allowed are numbers > 0") from None

    @property
    def ridge(self) -> float:
        """The operational intensity from which on the array is the limit, multiplications a byte."""
        return self.macs_per_cycle / self.bytes_per_cycle


@dataclass(frozen=True, kw_only=True)
class Roof:
    """One step on a machine.

    Parameters
    ----------
    name : str
        Of the step.
    multiplications : int
    bytes : float
        Moved.
    intensity : float
        Multiplications a byte.
    compute_cycles, memory_cycles : float
        Cycles if only the array, only the memory took time.
    bound : str
        What takes longer, "compute" or "memory".
    machine : Machine
    """

    name: str
    multiplications: int
    bytes: float
    intensity: float
    compute_cycles: float
    memory_cycles: float
    bound: str
    machine: Machine

    @property
    def cycles(self) -> float:
        """The larger of both."""
        return max(self.compute_cycles, self.memory_cycles)

    @property
    def seconds(self) -> float | None:
        """None without a clock."""
        return None if self.machine.clock is None else self.cycles / self.machine.clock

    @property
    def share_of_peak(self) -> float:
        """Multiplications that are done, of those that the array could do in the cycles, 0..1."""
        return self.compute_cycles / self.cycles


def roofline(costs: Iterable[StepCost], machine: Machine) -> list[Roof]:
    """A `Roof` for every `lowtide.golden.network.costs.bookkeeping.StepCost`, in order."""
    rows = []
    for cost in costs:
        moved = cost.parameter_bytes + cost.feature_bytes
        compute, memory = cost.multiplications / machine.macs_per_cycle, moved / machine.bytes_per_cycle
        rows.append(
            Roof(
                name=cost.name,
                multiplications=cost.multiplications,
                bytes=moved,
                intensity=cost.multiplications / moved,
                compute_cycles=compute,
                memory_cycles=memory,
                bound="compute" if compute >= memory else "memory",
                machine=machine,
            )
        )
    return rows
