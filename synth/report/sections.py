"""The report as a document: the answer and its pictures first, then every table, then what the numbers are not."""

from collections.abc import Mapping, Sequence

from ..targets import Target
from .answers import answer
from .contents import Contents
from .document import Document, Part, Picture, Section
from .matched_tables import matched_table, published_table, worth_table
from .mode_tables import energy_table, flexibility_table, mode_table
from .pe_tables import (
    clock_table,
    engine_table,
    failure_table,
    goal_table,
    parts_table,
    path_table,
    period_table,
    recipe_table,
    style_lines,
    sums_table,
    tall_table,
    tile_table,
)
from .texts import (
    CAVEAT,
    ENERGY,
    ENGINES,
    FLEXIBILITY,
    GOALS,
    KINDS,
    MATCHED,
    MODES,
    NOT_MEASURED,
    PARTED,
    PERIODS,
    PUBLISHED,
    RECIPES,
    SPEED,
    SUMS,
    TILES,
    WORTH,
)

__all__ = ["document"]


#: The pictures that there are, by what they are of.
Pictures = Mapping[str, Sequence[Picture]]


def document(contents: Contents, pictures: Pictures, links: dict[str, str]) -> Document:
    """The report.

    Parameters
    ----------
    contents : Contents
        What is reported.
    pictures : mapping of str to sequence of Picture
        Those that there are, by what they are of: as of :data:`lowtide.synth.report.pictures.PICTURES`, and "kinds".
    links : dict of str to str
        Configuration to the file of the Verilog that was priced.
    """
    sections = [
        answer(contents, _shown(pictures, "modes")),
        *_matched(contents, pictures),
        Section("The kinds of PE", (KINDS, *_shown(pictures, "kinds"))),
        _modes(contents, links),
        _flexibility(contents),
        _parts(contents, pictures),
        _engines(contents, pictures),
        *_tiles(contents),
        *_energy(contents, pictures),
        _speed(contents),
        _periods(contents),
        _recipes(contents),
        *_sums(contents),
        *_goals(contents),
        *_failures(contents),
        Section("What the numbers are not", (CAVEAT,)),
    ]
    targets = ", ".join(f"{target.name} ({target.unit})" for target in contents.targets)
    facts = (
        ("Version", f"Lowtide {contents.version}"),
        ("Command", f"`{contents.command}`"),
        ("Targets", targets),
        ("Tools", contents.tools),
    )
    return Document("The price of every quantisation mode", facts, tuple(sections))


def _shown(pictures: Pictures, of: str) -> Sequence[Picture]:
    return pictures.get(of, ())


def _of(target: Target) -> str:
    return f"{target.name}, {target.unit}"


def _matched(contents: Contents, pictures: Pictures) -> list[Section]:
    inside = [
        Section(f"Published units ({_of(target)})", (PUBLISHED, table))
        for target in contents.targets
        if (table := published_table(target)) is not None
    ]
    if contents.choices:
        smallest = Section("The smallest at an accuracy", (MATCHED, matched_table(contents.choices)))
        worth = Section("What is worth having", (worth_table(contents.choices),))
        return [Section("At matched accuracy", (WORTH, *_shown(pictures, "matched")), (smallest, worth, *inside))]
    return [Section("At matched accuracy", (NOT_MEASURED,), tuple(inside))] if inside else []


def _modes(contents: Contents, links: dict[str, str]) -> Section:
    said = [MODES]
    if contents.missing:
        said.append(
            "Accuracies that are empty were not measured, for want of these results of `make experiments`: "
            f"{', '.join(contents.missing)}."
        )
    inside = []
    for target in contents.targets:
        rows = [row for row in contents.rows if row.target == target.name]
        flexible = {config.name for config in contents.wanted.flexible}
        for title, some in (
            ("flexible PEs", [row for row in rows if row.config in flexible]),
            ("other configurations", [row for row in rows if row.config not in flexible]),
        ):
            if some:
                inside.append(Section(f"{_of(target)}: {title}", (mode_table(some, links),)))
    return Section("Every mode", tuple(said), tuple(inside))


def _flexibility(contents: Contents) -> Section:
    return Section("The cost of flexibility", (FLEXIBILITY, flexibility_table(contents.flexibility)))


def _parts(contents: Contents, pictures: Pictures) -> Section:
    inside = [
        Section(_of(target), (parts_table(contents, target),))
        for target in contents.targets
        if any(name == target.name for _, name in contents.parts)
    ]
    said = [PARTED] if inside else ["Taken apart on standard cells only."]
    return Section("Where the area of a PE goes", (*said, *_shown(pictures, "parts")), tuple(inside))


def _engines(contents: Contents, pictures: Pictures) -> Section:
    inside = []
    for target in contents.targets:
        tables = engine_table(contents.scales, target), tall_table(contents.scales, target)
        inside.append(Section(_of(target), tuple(table for table in tables if table is not None)))
    return Section("Arrays", (ENGINES, *_shown(pictures, "scaling")), tuple(inside))


def _tiles(contents: Contents) -> list[Section]:
    tables = [(target, tile_table(contents.tiles, target)) for target in contents.targets]
    inside = [Section(_of(target), (table,)) for target, table in tables if table is not None]
    return [Section("Tiles", (TILES,), tuple(inside))] if inside else []


def _energy(contents: Contents, pictures: Pictures) -> list[Section]:
    if not contents.energies:
        return []
    failed = [f"- Not measured, {each.config} {each.mode}: {each.failed}" for each in contents.energies if each.failed]
    parts: list[Part] = [ENERGY, *_shown(pictures, "energy"), energy_table(contents.energies)]
    parts += ["\n".join(failed)] if failed else []
    return [Section("Energy of a multiplication", tuple(parts))]


def _speed(contents: Contents) -> Section:
    parts: list[Part] = [
        SPEED if contents.speeds else "Not measured on FPGAs: `make speed` places and routes with nextpnr."
    ]
    parts += [clock_table(contents)] if contents.speeds else []
    parts += [path_table(contents)] if contents.paths else []
    return Section("Clock rates", (*parts, *contents.said))


def _periods(contents: Contents) -> Section:
    if not contents.curves:
        return Section("Area at a clock", ("Not measured: `make delay` maps PEs for speed.",))
    return Section("Area at a clock", (PERIODS, period_table(contents.curves)))


def _recipes(contents: Contents) -> Section:
    inside = [Section(_of(target), (recipe_table(contents.units, target),)) for target in contents.targets]
    return Section("Recipes", (RECIPES,), tuple(inside))


def _sums(contents: Contents) -> list[Section]:
    tables = [(target, sums_table(contents.units, target)) for target in contents.targets]
    inside = [Section(_of(target), (table,)) for target, table in tables if table is not None]
    return [Section("Sums", (SUMS,), tuple(inside))] if inside else []


def _goals(contents: Contents) -> list[Section]:
    parts: list[Part] = [GOALS, goal_table(contents.goals)] if contents.goals else []
    if styles := style_lines(contents.accumulation_styles):
        parts += [*styles, "The coefficient vector needs a converter for each row at the edge beside it."]
    return [Section("Goals", tuple(parts))] if parts else []


def _failures(contents: Contents) -> list[Section]:
    return [Section("Failed", (failure_table(contents.failures),))] if contents.failures else []
