"""One row for each quantisation mode of a configuration on a target: what it costs, beside the best conventional PE.

``area_per_mac = area_flexible / macs_per_cycle``; ratios are of that, to the conventional PE built for the operand
widths and types of the mode and nothing else, on the same target in the same run.
"""

from dataclasses import asdict, dataclass

from lowtide.common.quantisation import Quantisation
from lowtide.hw.config.named import representative

from .conventional import LANES, best, conventional
from .designs import pe_design, tied_design
from .modes import quantisations, widths

__all__ = ["ModeRow", "designs", "mode_rows", "rivals"]


@dataclass(frozen=True, kw_only=True)
class ModeRow:
    """family: kind of PE; config: the configuration; flexible: whether it stands for its kind with all its modes;
    quantisation: as of :mod:`lowtide.synth.modes`, ``mode`` its name; label: all of the mode.

    x_bits, w_bits: operand widths of the mode, of decoded weights. target, area_unit: of areas.
    area_dedicated: of a PE of the family that is built for the mode alone; area_flexible: of the configuration's PE.
    macs_per_cycle: multiplications that one PE completes each cycle; area_per_mac: area_flexible for one a cycle;
    area_per_mac_dedicated: area_dedicated for one a cycle.
    conventional: the best conventional PE of these widths; area_per_mac_conventional: its area for one a cycle;
    ratio_to_conventional: area_per_mac to that; ratio_to_conventional_l1, ratio_to_conventional_l8: to the best of one
    lane, of eight; ratio_dedicated: area_per_mac_dedicated to the best.
    energy_fj: energy of one multiplication; energy_ratio: to that of ``conventional``;
    fmax_mhz: dict of FPGA to the PE's clock; accuracy, network, accuracy_of: what the mode keeps, accuracy_error: the
    standard error of its loss, pictures: how many it was measured on; accuracies, accuracy_errors: dicts of each
    network to that, see :mod:`lowtide.synth.accuracy`. None where it was not measured.
    failed: the tool's line where an area is missing.
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
    energy_fj: float | None = None
    energy_ratio: float | None = None
    fmax_mhz: dict | None = None
    accuracy: float | None = None
    network: str | None = None
    accuracy_of: str | None = None
    accuracies: dict | None = None
    accuracy_error: float | None = None
    pictures: int | None = None
    accuracy_errors: dict | None = None
    failed: str | None = None

    @property
    def mode(self):
        """The name of the quantisation."""
        return self.quantisation.name

    @property
    def pe(self):
        """What tables call the PE: the kind where the configuration stands for it, else the configuration."""
        return self.family if self.flexible else self.config

    def as_dict(self):
        return asdict(self) | {"mode": self.mode}


def rivals(config, mode):
    """The conventional configurations that a mode is compared with."""
    return conventional(*widths(mode), x_signed=mode.x_signed, w_signed=mode.w_signed, acc_width=config.acc_width)


def designs(configs):
    """What has to be priced for the rows of these configurations."""
    found = []
    for config in configs:
        found.append(pe_design(config))
        for mode in quantisations(config).values():
            found += [tied_design(config, mode), *map(pe_design, rivals(config, mode))]
    return found


def mode_rows(configs, prices):
    """The :class:`ModeRow` of each configuration, mode and target of the prices, in this order of sorting: target,
    configuration, mode."""
    return [
        _row(config, quantisation, mode, target, prices)
        for target in prices.targets
        for config in configs
        for quantisation, mode in quantisations(config).items()
    ]


def _row(config, quantisation, mode, target, prices):
    flexible, dedicated = prices.pe(config, target), prices.alone(config, mode, target)
    others = rivals(config, mode)
    areas = {other: prices.pe(other, target).area for other in others}
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
        failed=flexible.failed or dedicated.failed,
    )


def _ratio(value, other):
    return None if value is None or other is None else round(value / other, 4)


def _rounded(value, digits):
    return None if value is None else round(value, digits)
