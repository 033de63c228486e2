"""The report as Markdown: tables to read, in the order in which a reader asks."""

from dataclasses import astuple

from ..breakdown import PARTS
from ..goals import FORMS
from .texts import CAVEAT, ENERGY, GOALS, MODES, PARTED, SPEED, WORTH

__all__ = ["GOAL_HEADINGS", "effort_markdown", "goal_cells", "lines_of", "markdown", "number", "style_lines"]

EQUAL = 0.02  #: of a ratio, within which a rewrite of equal logic moves it

GOAL_HEADINGS = (
    "family",
    "configuration",
    "rate",
    "GE",
    "LUT",
    "goal",
    *(f"to {form}" for form in FORMS),
    "verdict",
    "GE mostly",
)


def number(value, digits=0):
    """A number as a cell of a table, ``-`` for None."""
    return "-" if value is None else f"{value:,.{digits}f}"


def lines_of(headings, cells, left=1):
    """A table as lines of Markdown; the first ``left`` columns hold words."""
    rule = ["---" if place < left else "---:" for place in range(len(headings))]
    return [f"| {' | '.join(map(str, line))} |" for line in [headings, rule, *cells]] + [""]


def goal_cells(goal):
    """A :class:`lowtide.synth.goals.Judged` as cells under :data:`GOAL_HEADINGS`."""
    rates = dict.fromkeys(f"{rate:.2g}" for rate in (goal.full_rate, goal.most_rate))
    areas = (number(goal.areas.get(name)) for name in ("ge", "xc7"))
    return [
        goal.family,
        goal.goal.config,
        " to ".join(rates),
        *areas,
        f"{goal.area_unit} {goal.goal.text()}",
        *(number(ratio, 3) for ratio in goal.ratios.values()),
        goal.verdict,
        goal.dominates,
    ]


def style_lines(styles):
    """The accumulation styles of `term_pair`, a line for each target."""
    return [
        f"{style.smaller} is the smaller accumulation style of term_pair, PE alone: "
        + " and ".join(f"{name} {number(area)} {style.area_unit}" for name, area in style.areas.items())
        + f", a factor of {style.factor:.2f}."
        for style in styles
    ]


def markdown(contents, pictures):
    """The report of :class:`lowtide.synth.report.contents.Contents`. pictures: dict of name to file name."""
    lines = [
        "# The price of every quantisation mode",
        "",
        f"Tools: {contents.tools}.",
        "",
        "## Area per quantisation mode",
        "",
        MODES,
        "",
    ]
    if contents.missing:
        lines += [
            "Accuracies that are empty were not measured, for want of these results of `make experiments`: "
            f"{', '.join(contents.missing)}.",
            "",
        ]
    for target in contents.targets:
        rows = [row for row in contents.rows if row.target == target.name]
        flexible = {config.name for config in contents.wanted.flexible}
        for title, some in (
            ("flexible PEs", [row for row in rows if row.config in flexible]),
            ("other configurations", [row for row in rows if row.config not in flexible]),
        ):
            lines += [f"### {target.name}, {target.unit}: {title}", "", *_modes(some)] if some else []
    lines += [_picture(pictures, "modes"), "## Where the area of a PE goes", "", PARTED, ""]
    if not contents.parts:
        lines += ["Taken apart on standard cells only.", ""]
    for target in contents.targets:
        if any(name == target.name for _, name in contents.parts):
            lines += [f"### {target.name}, {target.unit}", "", *_parts(contents, target)]
    lines += [
        _picture(pictures, "parts"),
        *_recipes(contents),
        "## Arrays",
        "",
        "Whole engines of N x N PEs. Edges: encoders and decoders at the border, skews, readout, sequencer.",
        "",
    ]
    for target in contents.targets:
        lines += [f"### {target.name}, {target.unit}", "", *_scales(contents.scales, target)]
    lines += [
        _picture(pictures, "scaling"),
        *_energy(contents.energies),
        *_speed(contents),
        "## Which modes are worth having",
        "",
        WORTH,
        "",
        *_worth(contents.choices),
        _picture(pictures, "pareto"),
        "## The cost of flexibility",
        "",
        "A PE with several modes over the PEs that have one each: over the largest of them, and over all of them.",
        "",
        *_flexibility(contents.flexibility),
    ]
    if contents.goals:
        lines += ["## Goals", "", GOALS, "", *lines_of(GOAL_HEADINGS, map(goal_cells, contents.goals), 2)]
    if styles := style_lines(contents.accumulation_styles):
        lines += [*styles, "The coefficient vector needs a converter for each row at the edge beside it.", ""]
    if contents.failures:
        lines += [
            "## Failed",
            "",
            *lines_of(("module", "target", "recipe", "line"), map(astuple, contents.failures), 4),
        ]
    return "\n".join([*(line for line in lines if line is not None), "## What the numbers are not", "", CAVEAT, ""])


def effort_markdown(effort):
    """What the tools took, as Markdown."""
    cells = [
        [each.config, each.target, f"{each.rows}x{each.rows}", number(each.seconds, 1), number(each.memory / 2**20)]
        for each in effort
    ]
    return "\n".join(
        [
            "# What the synthesis took",
            "",
            "Processor time of Yosys and ABC for an engine by itself, all parts and recipes; the most memory "
            "that one Yosys held. Parts that engines share are in the time of each. Measured when the "
            "results were made, beside whatever else the machine did; not part of the report, which has the "
            "same bytes on every machine.",
            "",
            *lines_of(("engine", "target", "size", "seconds", "MiB"), cells, 3),
        ]
    )


def _picture(pictures, name):
    return f"![{name}]({pictures[name]})\n" if name in pictures else None


def _modes(rows):
    energy, speed, kept = (
        any(value not in (None, ()) for value in values)
        for values in zip(*((row.energy_fj, row.fmax_mhz, row.kept) for row in rows), strict=True)
    )
    headings = [
        "family",
        "mode",
        "x, w bits",
        "area alone",
        "area flexible",
        "mult. per cycle",
        "per mult.",
        "ratio",
        "to one lane",
        "to eight",
        "ratio alone",
        *["fJ per mult.", "to conv."] * energy,
        *["Fmax MHz"] * speed,
        *["accuracy", "network"] * kept,
        "verdict",
    ]
    cells = []
    for row in rows:
        fmax = "-" if row.fmax_mhz is None else ", ".join(f"{name} {value:.0f}" for name, value in row.fmax_mhz.items())
        accuracy, how = "-", "-"
        if row.kept:
            first = row.kept[0]
            accuracy = f"{100 * first.accuracy:.1f} ± {100 * first.error:.1f} %"
            how = f"{first.network} ({first.how}; n = {first.pictures:,})"
        cells.append(
            [
                row.pe,
                row.mode,
                f"{row.x_bits}, {row.w_bits}",
                number(row.area_dedicated),
                number(row.area_flexible),
                f"{row.macs_per_cycle:.3g}",
                number(row.area_per_mac, 1),
                *(
                    number(value, 2)
                    for value in (
                        row.ratio_to_conventional,
                        row.ratio_to_conventional_l1,
                        row.ratio_to_conventional_l8,
                        row.ratio_dedicated,
                    )
                ),
                *[number(row.energy_fj, 1), number(row.energy_ratio, 2)] * energy,
                *[fmax] * speed,
                *[accuracy, how] * kept,
                _verdict(row),
            ]
        )
    return lines_of(headings, cells, 2)


def _verdict(row):
    if row.failed:
        return f"failed: {row.failed}"
    for ratio, word in ((row.ratio_to_conventional, "wins"), (row.ratio_dedicated, "wins alone")):
        if ratio < 1 - EQUAL:
            return word
    return "equal" if min(row.ratio_to_conventional, row.ratio_dedicated) <= 1 + EQUAL else "loses"


def _parts(contents, target):
    cells = []
    for config in contents.wanted.modes:
        parts = contents.parts[config.name, target.name]
        area = next(unit.area for unit in contents.units if (unit.config, unit.target) == (config.name, target.name))
        if parts and area:
            total = sum(parts.values())
            cells.append(
                [
                    config.name,
                    number(area),
                    *(f"{number(parts[part])} ({100 * parts[part] / total:.0f} %)" for part in PARTS),
                    f"{total / area:.3f}",
                ]
            )
    return lines_of(["PE", target.unit, *PARTS, "sum"], cells)


def _recipes(contents):
    lines = [
        "## Recipes",
        "",
        "Every PE through each recipe of a target; the smallest counts. Where nothing is multiplied there is one.",
        "",
    ]
    for target in contents.targets:
        mine = [unit for unit in contents.units if unit.target == target.name]
        cells = [
            [
                unit.config,
                *(_recipe(unit.recipes.get(recipe)) for recipe in target.recipes),
                unit.recipe or "none",
                *(
                    number(unit.recipes[unit.recipe].resources[name]) if unit.recipe else "-"
                    for name in [*target.parts, *target.extra]
                ),
            ]
            for unit in mine
        ]
        lines += [
            f"### {target.name}, {target.unit}",
            "",
            *lines_of(["PE", *target.recipes, "counts", *target.parts.values(), *target.extra.values()], cells),
        ]
    return lines


def _recipe(result):
    if result is None:
        return "the same"
    return f"failed: {result.failed}" if result.failed else number(result.area)


def _scales(scales, target):
    mine = [scale for scale in scales if scale.target == target.name]
    sizes = list(dict.fromkeys(scale.rows for scale in mine))
    cells = {}
    for scale in mine:
        text = f"failed: {scale.failed}" if scale.failed else (f"{number(scale.area)} ({100 * scale.edges:.0f} %)")
        cells.setdefault(scale.config, {})[scale.rows] = text
    return [
        "Area of the engine, and the edges' share of it.",
        "",
        *lines_of(
            ["engine", *(f"{size}x{size}" for size in sizes)],
            [[name, *(found.get(size, "-") for size in sizes)] for name, found in cells.items()],
        ),
    ]


def _energy(energies):
    """What a multiplication takes, apart, and by the operations' table."""
    cells = [
        [
            each.config,
            each.mode,
            number(each.energy.total),
            *(
                f"{100 * part / each.energy.total:.0f} %"
                for part in (each.energy.clock, each.energy.registers, each.energy.logic)
            ),
            number(each.energy.operations),
            number(each.energy.leakage, 2),
        ]
        for each in energies
        if each.energy
    ]
    lines = (
        [
            "## Energy of a multiplication",
            "",
            ENERGY,
            "",
            *lines_of(
                ["PE", "mode", "fJ", "clock", "registers", "logic", "fJ by operations, 45 nm", "leakage nW"], cells, 2
            ),
        ]
        if energies
        else []
    )
    return (
        lines
        + [f"- Not measured, {each.config} {each.mode}: {each.failed}" for each in energies if each.failed]
        + [""] * bool(energies)
    )


def _speed(contents):
    """Clocks on FPGAs, critical paths of standard cells, and what was not measured."""
    cells = [
        [
            each.config,
            "PE" if each.unit == "pe" else "4x4 engine",
            each.target,
            *(
                [f"failed: {each.speed.failed}", "-", "-"]
                if each.speed.failed
                else [
                    number(each.speed.fmax, 1),
                    number(each.speed.best, 1),
                    f"{each.speed.logic_ns:.1f} + {each.speed.routing_ns:.1f}",
                ]
            ),
        ]
        for each in contents.speeds
    ]
    text = SPEED if cells else "Not measured on FPGAs: `make speed` places and routes with nextpnr."
    headings = ["PE", "unit", "FPGA", "Fmax MHz, median", "best", "logic + routing ns"]
    lines = ["## Speed", "", text, "", *(lines_of(headings, cells, 3) if cells else [])]
    paths = [[each.config, each.target, each.failed or number(each.critical_path_ns, 2)] for each in contents.paths]
    return (
        lines
        + (lines_of(["PE", "library", "critical path ns"], paths, 2) if paths else [])
        + [*contents.said, *[""] * bool(contents.said)]
    )


def _worth(choices):
    """The choices that no other one beats."""
    if not choices:
        return ["No accuracies: `make experiments` measures them.", ""]
    cells = [
        [
            each.network,
            each.target,
            each.mode,
            each.pe,
            each.built,
            "any" if each.unbeaten else "flexible PEs",
            number(each.area_per_mac, 1),
            f"{100 * each.accuracy:.1f} ± {100 * each.error:.1f} %",
        ]
        for each in choices
        if each.unbeaten or each.unbeaten_flexible
    ]
    headings = ["network", "target", "mode", "PE", "built", "not beaten by", "area per mult.", "accuracy"]
    return lines_of(headings, cells, 6)


def _flexibility(table):
    cells = [
        [
            each.config,
            each.target,
            each.modes,
            each.hardware,
            number(each.area),
            number(each.largest),
            number(each.total),
            number(each.over_largest, 2),
            number(each.over_total, 2),
        ]
        for each in table
    ]
    return lines_of(
        ["PE", "target", "modes", "different PEs", "area", "largest alone", "sum alone", "over largest", "over sum"],
        cells,
        2,
    )
