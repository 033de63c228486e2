"""Which modes are worth having: area for one multiplication per cycle over the accuracy that the mode keeps.

What could be built for a mode is a flexible PE that has it, the PE of a family for this mode alone, and the
conventional PE of the mode's widths: it computes with the same integers and keeps the same accuracy. Term revealing has
no integers of its own, so there is no conventional PE for it but that of int8.

A larger choice has to be better by more than the standard error of its own loss: less than that the pictures do not
tell.
"""

from dataclasses import asdict, dataclass, replace

from .conventional import KIND

__all__ = ["Choice", "choices"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A PE in a mode. built: ``flexible``, ``alone`` (for the mode) or ``conventional``; pe: the configuration, of a
    PE for the mode alone the one that it is cut from; mode: name of the quantisation; area_per_mac: in units of the
    target; accuracy: 0..1, on ``network``; error: the standard error of its loss; unbeaten: whether it is more
    accurate, by more than ``error``, than every choice of the same target and network that is as small or smaller;
    unbeaten_flexible: the same among flexible PEs."""

    built: str
    pe: str
    family: str
    mode: str
    target: str
    network: str
    area_per_mac: float
    accuracy: float
    error: float = 0.0
    unbeaten: bool = False
    unbeaten_flexible: bool = False

    def as_dict(self):
        return asdict(self)


def choices(rows):
    """The :class:`Choice` list of rows, :class:`lowtide.synth.mode_rows.ModeRow`, each once, the smallest first on each
    target and network. Rows without accuracy or area have none."""
    found, panels = {}, {}
    for choice in (each for row in rows for network in row.accuracies or () for each in _of(row, network)):
        if choice.area_per_mac is not None:
            same = choice.family, choice.mode, choice.target, choice.network, choice.area_per_mac
            found.setdefault(same, choice)
    for choice in found.values():
        panels.setdefault((choice.target, choice.network), []).append(choice)
    return [choice for panel in panels.values() for choice in _judged(panel)]


def _of(row, network):
    stated = {
        "mode": row.mode,
        "target": row.target,
        "network": network,
        "accuracy": row.accuracies[network],
        "error": (row.accuracy_errors or {}).get(network, 0.0),
    }
    yield Choice(built="flexible", pe=row.config, family=row.family, area_per_mac=row.area_per_mac, **stated)
    if row.family != KIND:  # else it is the conventional one
        yield Choice(built="alone", pe=row.config, family=row.family, area_per_mac=row.area_per_mac_dedicated, **stated)
    if row.quantisation.terms is None:
        yield Choice(
            built="conventional",
            pe=row.conventional,
            family="conventional",
            area_per_mac=row.area_per_mac_conventional,
            **stated,
        )


def _judged(panel):
    panel = sorted(panel, key=lambda choice: (choice.area_per_mac, -choice.accuracy))
    front = _front(panel), _front([choice for choice in panel if choice.built == "flexible"])
    return [replace(choice, unbeaten=choice in front[0], unbeaten_flexible=choice in front[1]) for choice in panel]


def _front(panel):
    """Those that are more accurate than all before them, by more than their error."""
    found = []
    for choice in panel:
        if not found or choice.accuracy > found[-1].accuracy + choice.error:
            found.append(choice)
    return found
