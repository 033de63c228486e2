"""Which modes are worth having at the accuracy that they keep: area, energy, delay and stored bits over what is lost.

What could be built for a mode is a flexible PE that has it, the PE of a family for this mode alone, the conventional PE
of the mode's widths, or a published unit that has them: these compute with the same integers and keep the same
accuracy. Term revealing has no integers of its own, so there is no conventional PE for it but that of int8; and none of
weights in groups with an exponent, since conventional PEs have no shifter behind the sum of a group.

Choices are made on half of the pictures, and what they lose is reported on the other half. A dearer choice has to be
better by more than the standard error of its own loss: less than that the pictures do not tell. Where a row has no
halves nothing is chosen: it is shown, and neither beats nor is beaten.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lowtide.common.pareto import front

from ..accuracy.rows import Kept, Lost
from ..designs.conventional import KIND
from .mode_rows import ModeRow
from .published import Published

__all__ = ["BUILT", "MEASURES", "Choice", "choices"]

#: What may be small at an accuracy: field of a choice to what tables call it.
MEASURES = {
    "area_per_mac": "area",
    "energy_fj": "energy",
    "delay_ns": "delay",
    "stored_bits": "stored bits",
}
BUILT = ("conventional", "flexible", "alone", "published")
CLOCK = "ecp5"  #: the FPGA whose clock rates delays are of


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A PE in a mode. None where something was not measured.

    Parameters
    ----------
    built : str
        Of :data:`BUILT`; ``alone`` for the mode.
    pe : str
        The configuration, of a PE for the mode alone the one that it is cut from, or the name of a published unit.
    family : str
        Its kind, or ``built`` where it has none.
    mode : str
        Name of the quantisation.
    target, network : str
        Where the area and the accuracy were measured.
    area_per_mac : float
        In units of the target.
    energy_fj : float or None
        Of one multiplication.
    delay_ns : float or None
        Of one multiplication: a cycle of :data:`CLOCK` over the multiplications per cycle.
    stored_bits : float
        Of a weight.
    chosen : Lost or None
        What is lost on the pictures that choices are made on.
    lost : Lost
        What is reported: on the other pictures, on all of them where there are no halves.
    unbeaten, unbeaten_flexible : tuple of str
        Those of the :data:`MEASURES` in which no choice of the same target and network is as small and loses as little,
        of all choices and of flexible PEs.
    """

    built: str
    pe: str
    family: str
    mode: str
    target: str
    network: str
    area_per_mac: float
    energy_fj: float | None = None
    delay_ns: float | None = None
    stored_bits: float
    chosen: Lost | None
    lost: Lost
    unbeaten: tuple[str, ...] = ()
    unbeaten_flexible: tuple[str, ...] = ()

    def measure(self, name: str) -> float | None:
        """One of the :data:`MEASURES`."""
        value: float | None = getattr(self, name)
        return value


def choices(rows: Iterable[ModeRow], published: Iterable[Published] = ()) -> list[Choice]:
    """The choices of rows, each once, the smallest first on each target and network. Rows without accuracy or area have
    none.

    Parameters
    ----------
    rows : iterable of ModeRow
        With the accuracies of their modes.
    published : iterable of Published
        Units that are beside them on their targets, in modes that rows have.
    """
    rows, published = list(rows), list(published)
    found: dict[tuple[str, str, str, str, float], Choice] = {}
    for row in rows:
        for kept in row.kept:
            for choice in (*_of(row, kept), *_others(row, kept, published)):
                same = choice.family, choice.mode, choice.target, choice.network, choice.area_per_mac
                found.setdefault(same, choice)
    panels: dict[tuple[str, str], list[Choice]] = {}
    for choice in found.values():
        panels.setdefault((choice.target, choice.network), []).append(choice)
    return [choice for panel in panels.values() for choice in _judged(panel)]


def _of(row: ModeRow, kept: Kept) -> Iterator[Choice]:
    """What could be built for a row, where it has an area."""
    wanted = [("flexible", row.config, row.family, row.area_per_mac, row.energy_fj, _delay(row))]
    if row.family != KIND:  # else it is the conventional one
        wanted.append(("alone", row.config, row.family, row.area_per_mac_dedicated, None, None))
    plain = row.quantisation.terms is None and row.quantisation.groups is None
    if plain and row.conventional is not None:
        energy = row.energy_fj_conventional
        wanted.append(("conventional", row.conventional, "conventional", row.area_per_mac_conventional, energy, None))
    for built, pe, family, area, energy, delay in wanted:
        if area is not None:
            choice = _choice(row, kept, area, row.stored_bits)
            yield replace(choice, built=built, pe=pe, family=family, energy_fj=energy, delay_ns=delay)


def _others(row: ModeRow, kept: Kept, published: Iterable[Published]) -> Iterator[Choice]:
    """The published units that have the mode of a row."""
    for unit in published:
        rate, area = unit.rates.get(row.quantisation), unit.areas.get(row.target)
        if rate is not None and area is not None:
            choice = _choice(row, kept, round(area / rate, 3), row.stored_bits)
            yield replace(choice, built="published", pe=unit.name, family=unit.name)


def _choice(row: ModeRow, kept: Kept, area: float, stored_bits: float) -> Choice:
    return Choice(
        built="",
        pe="",
        family="",
        mode=row.mode,
        target=row.target,
        network=kept.network,
        area_per_mac=area,
        stored_bits=stored_bits,
        chosen=kept.halves.chosen if kept.halves else None,
        lost=kept.halves.reported if kept.halves else kept.lost,
    )


def _delay(row: ModeRow) -> float | None:
    clock = (row.fmax_mhz or {}).get(CLOCK)
    return None if clock is None else round(1000 / clock / row.macs_per_cycle, 3)


def _judged(panel: Iterable[Choice]) -> list[Choice]:
    panel = sorted(panel, key=lambda choice: (choice.area_per_mac, choice.lost.loss, BUILT.index(choice.built)))
    flexible = [choice for choice in panel if choice.built == "flexible"]
    best, best_flexible = ({name: _front(some, name) for name in MEASURES} for some in (panel, flexible))
    return [
        replace(
            choice,
            unbeaten=tuple(name for name in MEASURES if choice in best[name]),
            unbeaten_flexible=tuple(name for name in MEASURES if choice in best_flexible[name]),
        )
        for choice in panel
    ]


def _front(panel: Iterable[Choice], name: str) -> list[Choice]:
    """What is not beaten in a measure, by the pictures that choices are made on."""
    known = [
        (choice, value, choice.chosen)
        for choice in panel
        if (value := choice.measure(name)) is not None and choice.chosen is not None
    ]
    found = front(known, lambda each: (each[1], each[2].loss), margins=lambda each: (0.0, each[2].error))
    return [choice for choice, _, _ in found]
