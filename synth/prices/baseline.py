"""The committed baseline: areas of a few PEs, with the tolerance within which they may change unnoticed.

::

    lowtide baseline            # compare; exit status 1 where an area is out of its tolerance
    lowtide baseline --write    # accept what there is now, to be committed with its reason
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import jobs_option
from lowtide.hw.config.named import find

from ..designs.design import pe_design
from ..targets import GateLibrary
from .collect import collect

__all__ = ["FILE", "Stated", "accepted", "baseline", "compared", "measured"]

FILE = Path(__file__).with_suffix(".json")
CONFIGS = (
    "parallel_8x8_l1",
    "parallel_8x8_l8_booth",
    "term_8x8_g8_l8",
    "term_pair_8x8_g8",
    "bit_serial_8x8_l16",
    "bit_plane_8x8_l64",
    "fused_8x8",
    "subword_8x8",
)
TOLERANCE = 0.005  #: of an area, as a share


@dataclass(frozen=True)
class Stated:
    """What the baseline says of a PE: its area in gate equivalents, and the share of it by which it may change."""

    area: float
    tolerance: float = TOLERANCE


def measured(processes: int | None = None) -> dict[str, float]:
    """The areas of now, in gate equivalents, by configuration. RuntimeError with the tool's line."""
    configs, target = [find(name) for name in CONFIGS], GateLibrary()
    prices = collect([pe_design(config) for config in configs], [target], processes=processes)
    found = {config.name: prices.pe_as_it_is(config, target) for config in configs}
    areas = {}
    for name, price in found.items():
        if price.area is None:
            raise RuntimeError(f"{name}: {price.failed}")
        areas[name] = price.area
    return areas


def accepted() -> dict[str, Stated]:
    """The committed baseline, by configuration."""
    return {name: Stated(**stated) for name, stated in json.loads(FILE.read_text()).items()}


def compared(baseline: Mapping[str, Stated], areas: Mapping[str, float]) -> list[str]:
    """Lines that say which areas are out of tolerance; both by configuration."""
    lines = []
    for name in sorted(baseline.keys() | areas.keys()):
        if name not in baseline or name not in areas:
            lines.append(f"{name} is in {'the areas' if name in areas else 'the baseline'} only")
            continue
        stated, area = baseline[name], areas[name]
        change = area / stated.area - 1
        if abs(change) > stated.tolerance:
            lines.append(
                f"{name} has {area:,.1f} GE, {100 * change:+.2f} % from {stated.area:,.1f}, "
                f"allowed are {100 * stated.tolerance:g} %"
            )
    return lines


@entry()
@click.option("--write", is_flag=True, help="make the areas of now the baseline")
@jobs_option()
def baseline(write: bool, jobs: int) -> int:
    """Compare the areas of a few PEs with the committed baseline; exit status 1 where one is out of its tolerance."""
    areas = measured(jobs)
    if write:
        FILE.write_text(json.dumps({name: asdict(Stated(area)) for name, area in areas.items()}, indent=1) + "\n")
    lines = compared(accepted(), areas)
    for line in lines or [f"{len(areas)} PEs are within their tolerance of {FILE.name}"]:
        print(line)
    return int(bool(lines))
