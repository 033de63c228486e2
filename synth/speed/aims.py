"""Aims for clock rates, and whether they are met: of PEs with two register stages, and of engines beside their PEs."""

from collections.abc import Sequence
from dataclasses import dataclass

from .rows import Row

__all__ = ["Verdict", "of_its_pe", "verdicts"]

TARGET = "ecp5"  #: where the aims hold
STAGES = 2  #: of the PEs that have one
LANES = 8  #: the least
MHZ = 100  #: of such a PE
SHARE = 0.9  #: of its PE's clock rate that an engine reaches


@dataclass(frozen=True)
class Verdict:
    """An aim of a row, and what was measured.

    Parameters
    ----------
    row : Row
    aim, measured : str
        In words, with units.
    met : bool
    """

    row: Row
    aim: str
    measured: str
    met: bool


def of_its_pe(row: Row, rows: Sequence[Row]) -> float | None:
    """The clock rate of an engine over that of its PE, where both are among ``rows`` and neither failed; else None."""
    if row.unit != "array" or row.found.fmax is None:
        return None
    for other in rows:
        if (other.config, other.target, other.unit) == (row.config, row.target, "pe") and other.found.fmax is not None:
            return row.found.fmax / other.found.fmax
    return None


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """The aims of the rows that have one, in their order."""
    found = []
    for row in rows:
        if row.target != TARGET or row.stages != STAGES or row.lanes < LANES:
            continue
        if row.unit == "pe":
            fmax = row.found.fmax
            met = fmax is not None and fmax >= MHZ
            found.append(Verdict(row, f"at least {MHZ} MHz", "failed" if fmax is None else f"{fmax:.1f} MHz", met))
        elif (share := of_its_pe(row, rows)) is not None:
            found.append(Verdict(row, f"at least {SHARE} of its PE", f"{share:.3f}", share >= SHARE))
    return found
