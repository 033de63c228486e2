"""Tables of PEs and engines: where area goes, recipes, sizes of arrays, clock rates, goals."""

from dataclasses import astuple

from ..comparisons.breakdown import PARTS
from ..comparisons.scaling import Effort, Scale
from ..comparisons.tiled import TilePrice
from ..delay.curve import PERIODS, Curve
from ..designs.structures import STRUCTURES
from ..flow.pricing import RecipePrice
from ..prices.collect import Failure
from ..prices.goals import Judged, Styles
from ..targets import Target
from .columns import area_at, columns, engine_size, of_tiles, part_of_pe, recipe_area, resource
from .contents import Contents, Unit
from .document import Cell, Document, Section, Table, cell, number

__all__ = [
    "GOAL_HEADINGS",
    "clock_table",
    "effort_document",
    "engine_table",
    "tall_table",
    "tile_table",
    "failure_table",
    "goal_cells",
    "goal_table",
    "parts_table",
    "path_table",
    "period_table",
    "recipe_table",
    "style_lines",
    "sums_table",
]

GOAL_HEADINGS = ("PE", "kind", "rate", "GE", "LUT", "goal", "to `*`", "to Booth digits", "reached", "GE mostly")
_VERDICTS = {"reached": "good", "missed": "bad"}


def parts_table(contents: Contents, target: Target) -> Table:
    """What the area of each PE is for."""
    areas = {unit.config: unit.area for unit in contents.units if unit.target == target.name}
    rows = []
    for config in contents.wanted.modes:
        parts, area = contents.parts.get((config.name, target.name)), areas[config.name]
        if parts and area:
            total = sum(parts.values())
            shares = [Cell(f"{number(parts[part])} ({100 * parts[part] / total:.0f} %)", parts[part]) for part in PARTS]
            rows.append((cell(config.name), cell(area), *shares, cell(total / area, 3)))
    return Table((*columns("PE", "area, all modes"), *part_of_pe(), *columns("sum of parts")), tuple(rows))


def recipe_table(units: list[Unit], target: Target) -> Table:
    """Every PE through each recipe of a target, and what the one that counts is made of."""
    resources = [*target.parts, *target.extra]
    rows = [
        (
            cell(unit.config),
            *(_recipe(unit.recipes.get(recipe)) for recipe in target.recipes),
            cell(unit.recipe or "none"),
            *(cell(unit.recipes[unit.recipe].resources[name] if unit.recipe else None) for name in resources),
        )
        for unit in units
        if unit.target == target.name
    ]
    headings = [*map(recipe_area, target.recipes), *columns("counts")]
    made_of = map(resource, [*target.parts.values(), *target.extra.values()])
    return Table((*columns("PE"), *headings, *made_of), tuple(rows))


def _recipe(result: RecipePrice | None) -> Cell:
    if result is None:
        return cell("the same")
    return cell(f"failed: {result.failed}" if result.failed else result.area)


def sums_table(units: list[Unit], target: Target) -> Table | None:
    """The PEs of a target whose sums have several structures, their area in each; None where there are none."""
    rows = [
        (cell(unit.config), *(cell(unit.structures.get(name)) for name in STRUCTURES), cell(unit.sums))
        for unit in units
        if unit.target == target.name and len(unit.structures) > 1
    ]
    return Table(columns("PE", *STRUCTURES, "sums that count"), tuple(rows)) if rows else None


def engine_table(scales: list[Scale], target: Target) -> Table:
    """Area of whole square engines, a column for each size."""
    mine = [scale for scale in scales if scale.target == target.name and scale.square]
    sizes = list(dict.fromkeys(scale.rows for scale in mine))
    found: dict[str, dict[int, Cell]] = {}
    for scale in mine:
        text = f"failed: {scale.failed}"
        if scale.edges is not None:
            text = f"{number(scale.area)} ({100 * scale.edges:.0f} %)"
        found.setdefault(scale.config, {})[scale.rows] = Cell(text, scale.area)
    rows = [(cell(name), *(cells.get(size, cell(None)) for size in sizes)) for name, cells in found.items()]
    return Table((*columns("engine"), *map(engine_size, sizes)), tuple(rows))


def tall_table(scales: list[Scale], target: Target) -> Table | None:
    """Area of the engines of more rows than columns; None where there are none on the target."""
    rows = []
    for scale in scales:
        if scale.target == target.name and not scale.square:
            cells = [cell(f"failed: {scale.failed}"), cell(None), cell(None)]
            if scale.edges is not None:
                cells = [cell(scale.area), cell(scale.area_per_pe), Cell(f"{100 * scale.edges:.0f} %", scale.edges)]
            rows.append((cell(scale.config), cell(f"{scale.rows}x{scale.cols}"), *cells))
    names = ("engine", "size", "area of the engine", "area for each PE", "edges")
    return Table(columns(*names), tuple(rows)) if rows else None


def tile_table(tiles: list[TilePrice], target: Target) -> Table | None:
    """A PE's share of its tile beside the PE alone; None where no tiles were priced on the target."""
    rows = []
    for each in tiles:
        if each.target == target.name:
            saved = [cell(None if part is None else 100 * part, 1) for part in (each.saved, each.engine_saved)]
            size = cell(f"{each.tile_rows}x{each.tile_cols}")
            pe = (cell(each.pe), cell(each.share), saved[0])
            extra = [cell(found.get(name)) for name in target.extra for found in (each.extra, each.extra_shared)]
            rows.append((cell(each.config), size, *pe, *extra, cell(each.engine), cell(each.engine_shared), saved[1]))
    return Table((*columns("PE"), *of_tiles(target.extra.values())), tuple(rows)) if rows else None


def clock_table(contents: Contents) -> Table:
    """Clock rates on FPGAs."""
    rows = []
    for each in contents.speeds:
        speed = each.speed
        cells = [cell(f"failed: {speed.failed}"), cell(None), cell(None)]
        if speed.logic_ns is not None and speed.routing_ns is not None:
            path = Cell(f"{speed.logic_ns:.1f} + {speed.routing_ns:.1f}", speed.logic_ns + speed.routing_ns)
            cells = [cell(speed.fmax, 1), cell(speed.best, 1), path]
        unit = "PE" if each.unit == "pe" else "4x4 engine"
        rows.append((cell(each.config), cell(unit), cell(each.target), *cells))
    return Table(columns("PE", "unit", "FPGA", "median MHz", "best MHz", "logic + routing ns"), tuple(rows))


def period_table(curves: list[Curve]) -> Table:
    """Areas at some clocks, on standard cells with delays."""
    by_label = {curve.contender.label: curve for curve in curves}
    rows = []
    for curve in curves:
        cells = [cell(curve.contender.label)]
        for period in PERIODS:
            point, ratio = curve.at(period), curve.ratio(by_label.get(curve.contender.beside or ""), period)
            area = Cell(f"{number(point.mapped.area)} ({point.stages})", point.mapped.area) if point else cell(None)
            cells += [area, cell(ratio, 2)]
        rows.append((*cells, cell(1000 / curve.points[0].mapped.period_ns, 0)))
    clocks = [column for period in PERIODS for column in area_at(1000 / period)]
    return Table((*columns("PE"), *clocks, *columns("fastest MHz")), tuple(rows))


def path_table(contents: Contents) -> Table:
    """Critical paths of standard cells."""
    rows = [
        (cell(each.config), cell(each.target), cell(each.failed) if each.failed else cell(each.critical_path_ns, 2))
        for each in contents.paths
    ]
    return Table(columns("PE", "library", "critical path ns"), tuple(rows))


def goal_cells(goal: Judged) -> tuple[Cell, ...]:
    """A goal under :data:`GOAL_HEADINGS`."""
    rates = dict.fromkeys(f"{rate:.2g}" for rate in (goal.full_rate, goal.most_rate))
    return (
        cell(goal.goal.config),
        cell(goal.family),
        Cell(" to ".join(rates), goal.full_rate),
        *(cell(goal.areas.get(name)) for name in ("ge", "xc7")),
        cell(f"{goal.area_unit} {goal.goal.text()}"),
        *(cell(ratio, 3) for ratio in goal.ratios.values()),
        cell(goal.verdict, mark=_VERDICTS.get(goal.verdict)),
        cell(goal.dominates),
    )


def goal_table(goals: list[Judged]) -> Table:
    """How small PEs were meant to be, and whether they are."""
    return Table(columns(*GOAL_HEADINGS), tuple(map(goal_cells, goals)))


def style_lines(styles: list[Styles]) -> list[str]:
    """The accumulation styles of `term_pair`, a line for each target."""
    return [
        f"{style.smaller} is the smaller accumulation style of term_pair, PE alone: "
        + " and ".join(f"{name} {number(area)} {style.area_unit}" for name, area in style.areas.items())
        + f", a factor of {style.factor:.2f}."
        for style in styles
    ]


def failure_table(failures: list[Failure]) -> Table:
    """Every recipe that failed."""
    rows = [tuple(cell(text) for text in astuple(each)) for each in failures]
    return Table(columns("module", "target", "recipe", "line"), tuple(rows))


def effort_document(effort: list[Effort]) -> Document:
    """What the tools took, a report of its own."""
    rows = [
        (
            cell(each.config),
            cell(each.target),
            Cell(f"{each.rows}x{each.cols}", each.rows),
            cell(each.seconds, 1),
            cell(each.memory / 2**20),
        )
        for each in effort
    ]
    said = (
        "Processor time of Yosys and ABC for an engine by itself, all parts and recipes, and the most memory that one "
        "Yosys held. Parts that engines share are in the time of each. Measured when the results were made, beside "
        "whatever else the machine did; so it is no part of the report, which has the same bytes on every machine."
    )
    table = Table(columns("engine", "target", "size", "seconds", "MiB"), tuple(rows))
    return Document("What the synthesis took", (), (Section("Engines", (said, table)),))
