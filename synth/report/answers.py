"""The first section of the report: which mode and which PE for which need, in sentences, pictures and short tables."""

from collections.abc import Iterable, Sequence

from ..comparisons.mode_rows import ModeRow
from ..targets import Target
from .columns import columns, multiplication_in
from .contents import Contents
from .document import Cell, Column, Part, Picture, Section, Table, cell, number
from .needs import EQUAL, Need, Revealed, Several, known, needs, revealed, several
from .texts import ANSWER, EXACT, REVEALED, SEVERAL

__all__ = ["answer"]


def answer(contents: Contents, pictures: Sequence[Picture]) -> Section:
    """The section. pictures: of the modes."""
    target = contents.targets[0]
    rows = [row for row in contents.rows if row.target == target.name]
    exact, terms, flexible = needs(rows, contents.wanted.modes), revealed(rows), several(rows)
    said = _sentences(target, rows, exact, terms, flexible)
    parts: list[Part] = [ANSWER, "\n".join(f"- {line}" for line in said), *pictures]
    sections = []
    for each in contents.targets:
        rows = [row for row in contents.rows if row.target == each.name]
        where = f" ({each.name}, {each.unit})"
        if exact := needs(rows, contents.wanted.modes):
            sections.append(Section(f"One exact mode{where}", (EXACT, _exact(exact))))
        if flexible := several(rows):
            sections.append(Section(f"Several modes in one PE{where}", (SEVERAL, _several(flexible))))
        if terms := revealed(rows):
            sections.append(Section(f"Term revealing{where}", (REVEALED, _revealed(terms))))
    return Section("Which PE for which need", tuple(parts), tuple(sections))


def _sentences(
    target: Target, rows: list[ModeRow], exact: list[Need], terms: list[Revealed], flexible: list[Several]
) -> list[str]:
    """The answer in a few sentences, all of it from the rows of one target."""
    lines = []
    if exact:
        plain = [each.mode for each in exact if each.smaller is None]
        others = [f"{each.mode}: {each.take}, {each.smaller:.2f}" for each in exact if each.smaller is not None]
        lines.append(
            "**One exact mode is all you need:** take ordinary multipliers of exactly its widths. They are the "
            f"smallest, or within 2 % of it, in {len(plain)} of {len(exact)} modes."
            + (f" A smaller PE, with its ratio to them: {'; '.join(others)}." if others else "")
        )
    if len(flexible) > 1:
        modes = list(dict.fromkeys(mode for each in flexible for mode in each.areas))
        best = {mode: _smallest(flexible, mode) for mode in modes}
        kinds = {
            kind: [mode for mode in modes if best[mode].kind == kind]
            for kind in {each.kind: 0 for each in best.values()}
        }
        said = "; ".join(f"`{kind}` for {', '.join(found)}" for kind, found in kinds.items())
        least = min(flexible, key=lambda each: each.area)
        lines.append(f"**Several widths on one PE:** the least area per multiplication has {said}.")
        lines.append(
            f"**As little area as possible, whatever the speed:** `{least.kind}`, {number(least.area)} {target.unit} "
            "a PE with all modes."
        )
    if wins := [each for each in terms if known(each.row.ratio_dedicated) < 1 - EQUAL]:
        smaller, row = wins[0].smaller, wins[0].row
        beside = ""
        if smaller is not None:
            bits, area = smaller
            beside = (
                f" None of them is smaller than an exact {row.x_bits} x {bits}-bit multiplier ({number(area)} "
                f"{target.unit}), so term revealing pays only where weights of {bits} bits lose too much accuracy."
            )
        lines.append(
            f"**Weights that stand few terms:** {len(wins)} of {len(terms)} modes of term revealing take less area "
            f"than the best multiplier of their widths, the least *{row.mode}* on `{row.pe}`: "
            f"{number(row.area_per_mac_dedicated)} {target.unit} for one multiplication per cycle, a ratio of "
            f"{row.ratio_dedicated:.2f}.{beside}"
        )
    elif terms:
        lines.append(
            "**Term revealing** loses against multipliers of its operands' widths in every mode that was priced."
        )
    if measured := [(row, each) for row in rows if (each := row.energy_ratio) is not None]:
        low = sorted({f"{row.mode} on `{row.pe}`" for row, each in measured if each < 1 - EQUAL})
        lines.append(
            f"**Energy:** {len(low)} of {len(measured)} modes of PEs with all modes take less energy than the best "
            f"conventional PE of their widths{': ' + ', '.join(low) if 0 < len(low) <= 8 else ''}."
        )
    return lines


def _smallest(found: Iterable[Several], mode: str) -> Several:
    """The PE that takes the least area for a multiplication in a mode."""
    return min((each for each in found if mode in each.areas), key=lambda each: each.areas[mode])


def _exact(found: list[Need]) -> Table:
    """A line for each exact mode."""
    rows = []
    for each in found:
        alone, flexible = each.alone, each.flexible
        rows.append(
            (
                cell(each.mode),
                cell(f"{each.x_bits}, {each.w_bits}"),
                cell(each.conventional),
                cell(each.multiplier, 1),
                cell(None) if alone is None else cell(alone.pe),
                cell(None) if alone is None else ratio(alone.ratio_dedicated),
                cell(None) if flexible is None else cell(flexible.pe),
                cell(None) if flexible is None else ratio(flexible.ratio_to_conventional),
                cell(each.take, mark=None if each.smaller is None else "good"),
            )
        )
    names = ("mode", "x, w bits", "conventional PE", "its area / mult.", "best other PE", "ratio, one mode")
    return Table(columns(*names, "best with all modes", "ratio", "take"), tuple(rows))


def _several(found: list[Several]) -> Table:
    """A line for each PE with all modes."""
    modes = list(dict.fromkeys(mode for each in found for mode in each.areas))
    least = {mode: min(each.areas[mode] for each in found if mode in each.areas) for mode in modes}
    headings: list[Column] = [*columns("PE", "area of the PE", "modes"), *map(multiplication_in, modes)]
    rows = [
        (
            cell(each.kind),
            cell(each.area),
            cell(each.modes),
            *(
                cell(area, 1, "good" if area == least[mode] else None)
                for mode in modes
                for area in [each.areas.get(mode)]
            ),
        )
        for each in found
    ]
    return Table(tuple(headings), tuple(rows))


def _revealed(found: list[Revealed]) -> Table:
    """A line for each mode of term revealing."""
    rows = [
        (
            cell(each.row.mode),
            cell(each.row.pe),
            cell(each.row.area_per_mac_dedicated, 1),
            ratio(each.row.ratio_dedicated),
            cell("none")
            if each.least_bits is None
            else Cell(f"{each.row.x_bits} x {each.least_bits}", each.least_bits),
        )
        for each in found
    ]
    return Table(columns("mode", "PE", "area, one mode / mult.", "ratio, one mode", "smaller than"), tuple(rows))


def ratio(value: float | None) -> Cell:
    """A ratio to the best conventional PE: in a colour where it is smaller, or larger, by more than a rewrite moves."""
    if value is None:
        return cell(None)
    return cell(value, 2, "good" if value < 1 - EQUAL else "bad" if value > 1 + EQUAL else None)
