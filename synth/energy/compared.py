"""Energy in the report: of the flexible PEs in each mode, beside the conventional PE that the mode's area is compared
with, in the same widths and on the same layer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lowtide.common.quantisation import Quantisation
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode

from ..comparisons.mode_rows import ModeRow, rivals
from ..designs.modes import quantisations
from ..targets import Target
from .measure import Energy, EnergyError, comparison
from .operands import measurable

__all__ = ["ModeEnergy", "entries", "with_energy"]


@dataclass(frozen=True)
class ModeEnergy:
    """What a multiplication takes in a mode.

    Parameters
    ----------
    config, mode, target : str
        Whose PE, the name of its quantisation, and what it is mapped to.
    energy : Energy or None
        None where it failed.
    failed : str or None
        Why it is not known.
    """

    config: str
    mode: str
    target: str
    energy: Energy | None
    failed: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        stated = {"config": self.config, "mode": self.mode, "target": self.target}
        return stated | (
            {"failed": self.failed} if self.energy is None else asdict(self.energy) | {"total": self.energy.total}
        )


def entries(
    configs: Sequence[ArrayConfig], rows: Iterable[ModeRow], target: Target
) -> dict[ArrayConfig, dict[Quantisation, Mode]]:
    """What to measure.

    Parameters
    ----------
    configs : sequence of ArrayConfig
        Those whose modes count.
    rows : iterable of ModeRow
        They name the conventional PEs.
    target : Target
        What PEs are mapped to.
    """
    found = {config: modes for config in configs if (modes := measurable(config))}
    wanted = {
        row.conventional
        for row in rows
        if row.target == target.name and row.config in {config.name for config in configs}
    }
    for config, modes in tuple(found.items()):
        for mode in modes.values():
            for other in rivals(config, mode):
                if other.name in wanted:
                    found[other] = dict([next(iter(quantisations(other).items()))])
    return found


def with_energy(
    configs: Sequence[ArrayConfig],
    rows: Sequence[ModeRow],
    target: Target,
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[list[ModeRow], list[ModeEnergy]]:
    """The rows with ``energy_fj`` and ``energy_ratio`` where these were measured, and what was measured."""
    wanted = entries(configs, rows, target)
    total = sum(map(len, wanted.values()))
    done: list[int] = []

    def step() -> None:
        done.append(1)
        progress(len(done), total)

    energies = comparison(wanted, target, jobs=jobs, progress=step)
    named = {
        (config.name, quantisation): energy
        for config, modes in energies.items()
        for quantisation, energy in modes.items()
    }
    measured = [
        ModeEnergy(config, quantisation.name, target.name, None, str(energy))
        if isinstance(energy, EnergyError)
        else ModeEnergy(config, quantisation.name, target.name, energy)
        for (config, quantisation), energy in named.items()
    ]
    return [_filled(row, named) if row.target == target.name else row for row in rows], measured


def _filled(row: ModeRow, named: Mapping[tuple[str, Quantisation], Energy | EnergyError]) -> ModeRow:
    mine = named.get((row.config, row.quantisation))
    other = next((energy for (config, _), energy in named.items() if config == row.conventional), None)
    conventional = None if other is None or isinstance(other, EnergyError) else other.total
    if mine is None or isinstance(mine, EnergyError):
        return row
    return replace(
        row,
        energy_fj=round(mine.total, 3),
        energy_fj_conventional=None if conventional is None else round(conventional, 3),
        energy_ratio=None if conventional is None else round(mine.total / conventional, 4),
    )
