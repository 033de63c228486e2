"""Tables of modes: what each costs in area and energy, and what a PE with several of them costs."""

from ..comparisons.flexibility import Flexibility
from ..comparisons.mode_rows import ModeRow
from ..energy.compared import ModeEnergy
from .answers import ratio
from .columns import columns
from .document import Cell, Table, cell, number
from .needs import verdict

__all__ = ["energy_table", "flexibility_table", "mode_table"]

_MARKS = {"wins": "good", "wins alone": "good", "loses": "bad"}


def mode_table(rows: list[ModeRow], links: dict[str, str]) -> Table:
    """A line for each row. links: dict of configuration to the file of its Verilog.

    Columns of what was measured for none of the rows are left out.
    """
    energy, speed = (any(getattr(row, name) is not None for row in rows) for name in ("energy_fj", "fmax_mhz"))
    kept = any(row.kept for row in rows)
    names = ["PE", "kind", "mode", "x, w bits", "verdict", "ratio", "ratio, one mode", "ratio to 1 lane"]
    names += ["ratio to 8 lanes", "area, one mode", "area, all modes", "mult. / cycle", "area / mult."]
    names += ["fJ / mult.", "energy ratio"] * energy + ["Fmax MHz"] * speed + ["accuracy", "accuracy of"] * kept
    cells = []
    for row in rows:
        said = verdict(row)
        cells.append(
            (
                Cell(row.pe, link=links.get(row.config)),
                cell(row.family),
                cell(row.mode),
                cell(f"{row.x_bits}, {row.w_bits}"),
                cell(said, mark=_MARKS.get(said)),
                ratio(row.ratio_to_conventional),
                ratio(row.ratio_dedicated),
                cell(row.ratio_to_conventional_l1, 2),
                cell(row.ratio_to_conventional_l8, 2),
                cell(row.area_dedicated),
                cell(row.area_flexible),
                Cell(f"{row.macs_per_cycle:.3g}", row.macs_per_cycle),
                cell(row.area_per_mac, 1),
                *[cell(row.energy_fj, 1), cell(row.energy_ratio, 2)] * energy,
                *[_clocks(row)] * speed,
                *_accuracy(row) * kept,
            )
        )
    return Table(columns(*names), tuple(cells))


def _clocks(row: ModeRow) -> Cell:
    clocks = row.fmax_mhz or {}
    return cell(", ".join(f"{name} {value:.0f}" for name, value in clocks.items()) or "-")


def _accuracy(row: ModeRow) -> list[Cell]:
    if not row.kept:
        return [cell(None), cell(None)]
    first = row.kept[0]
    accuracy = Cell(f"{100 * first.accuracy:.1f} ± {100 * first.lost.error:.1f} %", first.accuracy)
    return [accuracy, cell(f"{first.network} ({first.how}; n = {first.lost.pictures:,})")]


def energy_table(energies: list[ModeEnergy]) -> Table:
    """What a multiplication takes, taken apart, and by the table of operations."""
    rows = [
        (
            cell(each.config),
            cell(each.mode),
            cell(each.energy.total, 1),
            *(
                Cell(f"{100 * part / each.energy.total:.0f} %", part / each.energy.total)
                for part in (each.energy.clock, each.energy.registers, each.energy.logic)
            ),
            cell(each.energy.operations),
            cell(each.energy.leakage, 2),
        )
        for each in energies
        if each.energy
    ]
    names = ("PE", "mode", "fJ / mult.", "clock", "register energy", "logic", "fJ by operations", "leakage nW")
    return Table(columns(*names), tuple(rows))


def flexibility_table(table: list[Flexibility]) -> Table:
    """PEs with several modes beside the PEs that have one each."""
    rows = [
        (
            cell(each.config),
            cell(each.target),
            cell(each.modes),
            cell(each.hardware),
            cell(each.area),
            cell(each.largest),
            cell(each.total),
            Cell(number(each.over_largest, 2), each.over_largest),
            Cell(number(each.over_total, 2), each.over_total),
        )
        for each in table
    ]
    names = ("PE", "target", "modes", "different PEs", "area, all modes", "largest alone", "sum alone")
    return Table(columns(*names, "over largest", "over sum"), tuple(rows))
