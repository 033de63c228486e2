"""Energy in the report: of the flexible PEs in each mode, beside the conventional PE that the mode's area is compared
with, in the same widths and on the same layer."""

from dataclasses import asdict, dataclass, replace

from ..mode_rows import rivals
from ..modes import quantisations
from .measure import Energy, EnergyError, comparison
from .operands import measurable

__all__ = ["ModeEnergy", "entries", "with_energy"]


@dataclass(frozen=True)
class ModeEnergy:
    """What a multiplication takes in a mode, or in ``failed`` why it is not known. mode: name of its quantisation;
    energy: a :class:`lowtide.synth.energy.measure.Energy`, None where it failed."""

    config: str
    mode: str
    target: str
    energy: Energy | None
    failed: str | None = None

    def as_dict(self):
        stated = {"config": self.config, "mode": self.mode, "target": self.target}
        return stated | (
            {"failed": self.failed} if self.energy is None else asdict(self.energy) | {"total": self.energy.total}
        )


def entries(configs, rows, target):
    """What to measure: dict of configuration to a dict of quantisations to modes. configs: those whose modes count;
    rows: of :class:`lowtide.synth.mode_rows.ModeRow`, which name the conventional PEs."""
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


def with_energy(configs, rows, target, *, jobs=None, progress=lambda done, total: None):
    """(rows, measured): the rows with ``energy_fj`` and ``energy_ratio`` where these were measured, and a list of
    :class:`ModeEnergy`."""
    wanted = entries(configs, rows, target)
    total, done = sum(map(len, wanted.values())), []

    def step():
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


def _filled(row, named):
    mine = named.get((row.config, row.quantisation))
    other = next((energy for (config, _), energy in named.items() if config == row.conventional), None)
    if mine is None or isinstance(mine, EnergyError):
        return row
    ratio = None if other is None or isinstance(other, EnergyError) else round(mine.total / other.total, 4)
    return replace(row, energy_fj=round(mine.total, 3), energy_ratio=ratio)
