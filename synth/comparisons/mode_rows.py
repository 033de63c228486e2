"""One row for each quantisation mode of a configuration on a target: what it costs, beside the best conventional PE.

``area_per_mac = area_flexible / macs_per_cycle``; ratios are of that, to the conventional PE built for the operand
widths and types of the mode and nothing else, on the same target in the same run.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from lowtide.common.quantisation import Quantisation
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import representative
from lowtide.hw.mode.word import Mode

from ..accuracy.accuracies import Accuracies
from ..accuracy.rows import Kept
from ..designs.conventional import LANES, best, conventional
from ..designs.design import Design, pe_design, pe_designs, tied_design
from ..designs.modes import quantisations, widths
from ..designs.structures import structures
from ..prices.collect import Prices
from ..targets import Target

__all__ = ["ModeRow", "designs", "mode_rows", "rivals", "with_accuracy"]


@dataclass(frozen=True, kw_only=True)
class ModeRow:
    """A quantisation mode of a configuration on a target. None where it was not measured, or where an area is missing.

    Parameters
    ----------
    family : str
        Kind of PE.
    config : str
        The configuration.
    flexible : bool
        Whether it stands for its kind with all its modes.
    quantisation : Quantisation
        As of :mod:`lowtide.synth.designs.modes`.
    label : str
        All of the mode.
    x_bits, w_bits : int
        Operand widths of the mode, of decoded weights.
    target, area_unit : str
        Of areas.
    sums : str or None
        How the configuration's PE adds its lanes: the structure of the smaller area; None where its kind has no choice.
    area_dedicated, area_flexible : float or None
        Of a PE of the family that is built for the mode alone, and of the configuration's PE.
    macs_per_cycle : float
        Multiplications that one PE completes each cycle.
    area_per_mac, area_per_mac_dedicated : float or None
        ``area_flexible`` and ``area_dedicated`` for one multiplication per cycle.
    conventional : str or None
        The best conventional PE of these widths.
    area_per_mac_conventional : float or None
        Its area for one multiplication per cycle.
    ratio_to_conventional, ratio_to_conventional_l1, ratio_to_conventional_l8 : float or None
        ``area_per_mac`` to that of the best conventional PE, of the best of one lane, and of eight.
    ratio_dedicated : float or None
        ``area_per_mac_dedicated`` to the best.
    stored_bits : float
        Of a weight as it is stored, its share of an exponent included.
    energy_fj, energy_fj_conventional, energy_ratio : float or None
        Energy of one multiplication in fJ, that of ``conventional``, and their ratio.
    fmax_mhz : dict of str to float, or None
        The PE's clock by FPGA.
    kept : tuple of Kept
        What networks keep in the mode, see :mod:`lowtide.synth.accuracy`; empty where none was measured.
    failed : str or None
        The tool's line where an area is missing.
    """

    family: str
    config: str
    flexible: bool
    quantisation: Quantisation
    label: str
    x_bits: int
    w_bits: int
    target: str
    area_unit: str
    sums: str | None
    area_dedicated: float | None
    area_flexible: float | None
    macs_per_cycle: float
    area_per_mac: float | None
    area_per_mac_dedicated: float | None
    conventional: str | None
    area_per_mac_conventional: float | None
    ratio_to_conventional: float | None
    ratio_to_conventional_l1: float | None
    ratio_to_conventional_l8: float | None
    ratio_dedicated: float | None
    stored_bits: float
    energy_fj: float | None = None
    energy_fj_conventional: float | None = None
    energy_ratio: float | None = None
    fmax_mhz: dict[str, float] | None = None
    kept: tuple[Kept, ...] = ()
    failed: str | None = None

    @property
    def mode(self) -> str:
        """The name of the quantisation."""
        return self.quantisation.name

    @property
    def pe(self) -> str:
        """What tables call the PE: the kind where the configuration stands for it, else the configuration."""
        return self.family if self.flexible else self.config

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them: accuracy by network, and that of the first network by itself."""
        stated = asdict(self)
        failed, _ = stated.pop("failed"), stated.pop("kept")
        first = self.kept[0] if self.kept else None
        return stated | {
            "accuracy": first and first.accuracy,
            "network": first and first.network,
            "accuracy_of": first and first.how,
            "accuracies": {each.network: each.accuracy for each in self.kept} or None,
            "accuracy_error": first and first.lost.error,
            "pictures": first and first.lost.pictures,
            "accuracy_errors": {each.network: each.lost.error for each in self.kept} or None,
            "failed": failed,
            "mode": self.mode,
        }


def rivals(config: ArrayConfig, mode: Mode) -> list[ArrayConfig]:
    """The conventional configurations that a mode is compared with."""
    return conventional(*widths(mode), x_signed=mode.x_signed, w_signed=mode.w_signed, acc_width=config.acc_width)


def designs(configs: Iterable[ArrayConfig]) -> list[Design]:
    """What has to be priced for the rows of these configurations."""
    found = []
    for config in configs:
        found += pe_designs(config)
        for mode in quantisations(config).values():
            found += [tied_design(each, mode) for each in structures(config).values()]
            found += map(pe_design, rivals(config, mode))
    return found


def mode_rows(configs: Iterable[ArrayConfig], prices: Prices) -> list[ModeRow]:
    """The row of each configuration, mode and target of the prices, in this order of sorting: target, configuration,
    mode."""
    return [
        _row(config, quantisation, mode, target, prices)
        for target in prices.targets
        for config in configs
        for quantisation, mode in quantisations(config).items()
    ]


def with_accuracy(rows: Iterable[ModeRow], accuracies: Accuracies) -> list[ModeRow]:
    """The rows with what networks keep in their quantisations."""
    return [replace(row, kept=accuracies.of(row.quantisation)) for row in rows]


def _row(config: ArrayConfig, quantisation: Quantisation, mode: Mode, target: Target, prices: Prices) -> ModeRow:
    flexible, dedicated = prices.pe(config, target), prices.alone(config, mode, target)
    others = rivals(config, mode)
    areas = {other: prices.pe_as_it_is(other, target).area for other in others}
    winner, least = best(others, areas)
    of_lanes = {lanes: best([other for other in others if other.lanes == lanes], areas)[1] for lanes in LANES}
    macs = config.macs_per_cycle(mode)
    each, each_dedicated = (None if price.area is None else price.area / macs for price in (flexible, dedicated))
    return ModeRow(
        family=config.kind,
        config=config.name,
        flexible=config == representative(config.kind),
        quantisation=quantisation,
        label=mode.label(),
        x_bits=mode.x_bits,
        w_bits=mode.w_bits,
        target=target.name,
        area_unit=target.unit,
        sums=prices.counted(config, target).sums,
        area_dedicated=dedicated.area,
        area_flexible=flexible.area,
        macs_per_cycle=macs,
        area_per_mac=_rounded(each, 3),
        area_per_mac_dedicated=_rounded(each_dedicated, 3),
        conventional=winner.name if winner else None,
        area_per_mac_conventional=_rounded(least, 3),
        ratio_to_conventional=_ratio(each, least),
        ratio_to_conventional_l1=_ratio(each, of_lanes[1]),
        ratio_to_conventional_l8=_ratio(each, of_lanes[8]),
        ratio_dedicated=_ratio(each_dedicated, least),
        stored_bits=_stored_bits(quantisation, mode),
        failed=flexible.failed or dedicated.failed,
    )


def _stored_bits(quantisation: Quantisation, mode: Mode) -> float:
    shared = [each.exponent_bits / each.size for each in (quantisation.blocks, quantisation.groups) if each is not None]
    return (mode.storage("w").code_bits or mode.w_bits) + sum(shared)


def _ratio(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else round(value / other, 4)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
