"""Tables of what is at hand at an accuracy: the smallest of each way to build, what is worth it, published units."""

from collections.abc import Iterable

from ..accuracy.rows import Lost
from ..comparisons.matched import matched
from ..comparisons.published import UNITS
from ..comparisons.worth import MEASURES, Choice
from ..targets import Target
from .columns import columns
from .document import Cell, Table, cell

__all__ = ["matched_table", "published_table", "worth_table"]


def matched_table(choices: Iterable[Choice]) -> Table:
    """The smallest choice of each way to build for each limit of what is lost."""
    rows = [
        (
            cell(each.choice.network),
            cell(each.choice.target),
            cell(100 * each.limit, 1),
            cell(each.choice.built),
            cell(each.choice.mode),
            cell(each.choice.pe),
            *_costs(each.choice),
            _lost(each.choice.lost),
        )
        for each in matched(choices)
    ]
    names = ("network", "target", "at most", "built", "mode", "PE", "area of it / mult.", "fJ / mult.", "delay, ns")
    return Table(columns(*names, "stored bits", "points lost"), tuple(rows))


def worth_table(choices: Iterable[Choice]) -> Table:
    """The choices that no other one beats in some measure."""
    rows = [
        (
            cell(each.network),
            cell(each.target),
            cell(each.mode),
            cell(each.pe),
            cell(each.built),
            _measures(each.unbeaten),
            _measures(each.unbeaten_flexible),
            *_costs(each),
            cell(None) if each.chosen is None else _lost(each.chosen),
            _lost(each.lost),
        )
        for each in choices
        if each.unbeaten or each.unbeaten_flexible
    ]
    names = ("network", "target", "mode", "PE", "built", "best of all in", "best of flexible in", "area of it / mult.")
    return Table(columns(*names, "fJ / mult.", "delay, ns", "stored bits", "to choose by", "points lost"), tuple(rows))


def published_table(target: Target) -> Table | None:
    """What published units take for a multiplication, by bits of weights; None where none was measured."""
    rows = []
    for unit in UNITS:
        if target.name in unit.areas:
            area = unit.areas[target.name]
            each = {quantisation.w_bits: area / rate for quantisation, rate in unit.rates.items()}
            rows.append((cell(f"{unit.name} ({unit.source})"), cell(area), *(cell(each.get(b), 1) for b in (8, 4, 2))))
    names = ("unit of others", "area of the PE", "8-bit / mult.", "4-bit / mult.", "2-bit / mult.")
    return Table(columns(*names), tuple(rows)) if rows else None


def _costs(choice: Choice) -> tuple[Cell, ...]:
    bits = choice.stored_bits
    return (
        cell(choice.area_per_mac, 1),
        cell(choice.energy_fj, 1),
        cell(choice.delay_ns, 2),
        Cell(f"{bits:g}" if bits * 8 % 1 == 0 else f"{bits:.2f}", bits),
    )


def _measures(names: tuple[str, ...]) -> Cell:
    return cell(", ".join(MEASURES[name] for name in names) or None)


def _lost(lost: Lost) -> Cell:
    return Cell(f"{100 * lost.loss:.1f} ± {100 * lost.error:.1f} (n = {lost.pictures:,})", lost.loss)
