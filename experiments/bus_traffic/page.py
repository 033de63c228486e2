"""The page of what goes over the bus."""

from collections.abc import Sequence
from dataclasses import dataclass

from lowtide.common.markdown import table

from ..whole_networks.networks import NETWORKS
from ..whole_networks.tasks import Format
from .traffic import Moved, Traffic

__all__ = ["Measured", "markdown"]

HEADINGS = (
    "network",
    "weights",
    "bus, bits",
    "cycles",
    "weights, kB",
    "not zero",
    "compressed",
    "features, kB",
    "not zero",
    "compressed",
    "cycles saved, at most",
)
LEFT = (0, 1)

HEAD = """\
# What compression of the bus would save

A machine has no zero-value compression on its way to and from external memory, because of what this page shows. Each
line is a network on a machine like `small`, with a bus of so many bits. *Not zero*: bytes that are not zero, of those
that the records of a run copy into the weight memory, and to and from the feature memory. *Compressed*: what would be
left of them with a mask of a bit for each byte and the bytes that are not zero, copies that a mask would lengthen
unchanged. *Cycles saved, at most*: a cycle for each beat of the bus that would be saved, and not more than what a bus
of twice the width saves by the cycle model, unless more than half of the bytes would be saved."""


@dataclass(frozen=True)
class Measured:
    """A network, how it is quantised, what it moves, and whether its weights are random ones."""

    network: str
    format: Format
    traffic: Traffic
    random: bool


def markdown(found: Sequence[Measured], command: str, missing: Sequence[str]) -> str:
    """The page, Markdown.

    Parameters
    ----------
    found : sequence of Measured
        The lines.
    command : str
        What measures the same again.
    missing : sequence of str
        Networks that are not there, and why, a line each.
    """
    rows = [
        [
            NETWORKS[each.network].title + ", random weights" * each.random,
            str(each.format),
            each.traffic.bus_bits,
            f"{each.traffic.cycles:,}",
            *_cells(each.traffic.weights),
            *_cells(each.traffic.features),
            f"{100 * each.traffic.most_saved:.1f} %",
        ]
        for each in found
    ]
    lines = [HEAD, "", f"Written by `{command}`.", ""]
    lines += [f"- Missing: {reason}" for reason in missing] + [""] * bool(missing)
    lines.append(table(HEADINGS, rows, right=[place for place in range(len(HEADINGS)) if place not in LEFT]))
    return "\n".join(lines) + "\n"


def _cells(moved: Moved) -> list[str]:
    if not moved.total:
        return ["0", "-", "-"]
    return [
        f"{moved.total / 1000:,.0f}",
        *(f"{100 * n / moved.total:.0f} %" for n in (moved.nonzero, moved.compressed)),
    ]
