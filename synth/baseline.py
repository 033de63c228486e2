"""The committed baseline: areas of a few PEs, with the tolerance within which they may change unnoticed.

::

    lowtide baseline            # compare; exit status 1 where an area is out of its tolerance
    lowtide baseline --write    # accept what there is now, to be committed with its reason
"""

import json
from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import jobs_option
from lowtide.hw.config.named import find

from .designs import pe_design
from .prices import collect
from .targets import GateLibrary

__all__ = ["FILE", "baseline", "compared", "measured"]

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


def measured(processes=None):
    """The areas of now, in gate equivalents: dict of configuration to area. RuntimeError with the tool's line."""
    configs, target = [find(name) for name in CONFIGS], GateLibrary()
    prices = collect([pe_design(config) for config in configs], [target], processes=processes)
    found = {config.name: prices.pe(config, target) for config in configs}
    if failed := [f"{name}: {price.failed}" for name, price in found.items() if price.failed]:
        raise RuntimeError(failed[0])
    return {name: price.area for name, price in found.items()}


def compared(baseline, areas):
    """Lines that say what is out of tolerance. baseline: dict of configuration to ``area`` and ``tolerance``."""
    lines = []
    for name in sorted(baseline.keys() | areas.keys()):
        if name not in baseline or name not in areas:
            lines.append(f"{name} is in {'the areas' if name in areas else 'the baseline'} only")
            continue
        stated, area = baseline[name], areas[name]
        change = area / stated["area"] - 1
        if abs(change) > stated["tolerance"]:
            lines.append(
                f"{name} has {area:,.1f} GE, {100 * change:+.2f} % from {stated['area']:,.1f}, "
                f"allowed are {100 * stated['tolerance']:g} %"
            )
    return lines


@entry()
@click.option("--write", is_flag=True, help="make the areas of now the baseline")
@jobs_option()
def baseline(write, jobs):
    """Compare the areas of a few PEs with the committed baseline; exit status 1 where one is out of its tolerance."""
    areas = measured(jobs)
    if write:
        stated = {name: {"area": area, "tolerance": TOLERANCE} for name, area in areas.items()}
        FILE.write_text(json.dumps(stated, indent=1) + "\n")
    lines = compared(json.loads(FILE.read_text()), areas)
    for line in lines or [f"{len(areas)} PEs are within their tolerance of {FILE.name}"]:
        print(line)
    return int(bool(lines))
