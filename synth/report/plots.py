"""Pictures of the report, each as SVG and PNG, of the first target."""

import io
from collections import defaultdict

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

from ..breakdown import PARTS  # noqa: E402

__all__ = ["PLOTS", "drawn"]

_COLOURS = pyplot.colormaps["Dark2"].colors
_MARKS = "os^vDP*X"
POINTS = 10  #: of accuracy that a picture shows below the best


def drawn(contents):
    """Every picture that has something to show: dict of name to (SVG text, PNG bytes)."""
    found = {}
    with pyplot.rc_context({"svg.hashsalt": "lowtide", "svg.fonttype": "path", "font.size": 8}):
        for name, plot in PLOTS.items():
            figure = plot(contents)
            if figure is None:
                continue
            texts = [io.StringIO(), io.BytesIO()]
            figure.savefig(texts[0], format="svg", metadata={"Date": None, "Creator": None})
            figure.savefig(texts[1], format="png", dpi=110, metadata={"Software": None})
            pyplot.close(figure)
            found[name] = tuple(text.getvalue() for text in texts)
    return found


def modes(contents):
    """The ratio to the best conventional PE of each mode, flexible and alone, a line for each family."""
    target, names = contents.targets[0], [config.name for config in contents.wanted.flexible]
    rows = [
        row
        for row in contents.rows
        if row.target == target.name and row.config in names and row.ratio_to_conventional is not None
    ]
    if not rows:
        return None
    figure, axes = pyplot.subplots(figsize=(11, 0.17 * len(rows) + 1.2), layout="constrained")
    for line, row in enumerate(rows):
        colour = _COLOURS[names.index(row.config) % len(_COLOURS)]
        axes.plot([row.ratio_dedicated, row.ratio_to_conventional], [line, line], color=colour, linewidth=1, alpha=0.6)
        axes.plot(row.ratio_to_conventional, line, "o", color=colour, markersize=5)
        axes.plot(row.ratio_dedicated, line, "o", markerfacecolor="white", markeredgecolor=colour, markersize=5)
    axes.axvline(1, color="black", linewidth=1)
    names = [f"{row.pe}: {row.mode}" for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _logarithmic(axes.xaxis, axes.set_xscale)
    axes.grid(axis="x", color="0.9")
    axes.set_xlabel(
        "area per multiplication per cycle, ratio to the best conventional PE of the mode's widths "
        "(left of 1: smaller; filled: flexible PE, open: built for the mode alone)"
    )
    axes.set_title(f"{target.name}, {target.unit}")
    return figure


def parts(contents):
    """What the area of each PE is for, stacked."""
    target = contents.targets[0]
    found = {
        config.name: contents.parts[config.name, target.name]
        for config in contents.wanted.modes
        if contents.parts.get((config.name, target.name))
    }
    if not found:
        return None
    figure, axes = pyplot.subplots(figsize=(10, 0.2 * len(found) + 1.2), layout="constrained")
    left = [0.0] * len(found)
    for number, part in enumerate(PARTS):
        sizes = [areas[part] for areas in found.values()]
        axes.barh(range(len(found)), sizes, left=left, color=_COLOURS[number], label=part)
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    axes.set_yticks(range(len(found)), list(found), fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel(f"area of one PE, {target.unit} ({target.name})")
    axes.legend(frameon=False)
    return figure


def scaling(contents):
    """Area for each PE, and the edges' share, over the size of the array."""
    target = contents.targets[0]
    lines = defaultdict(list)
    for scale in contents.scales:
        if scale.target == target.name and scale.failed is None:
            lines[scale.config].append(scale)
    if not lines:
        return None
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
    for number, (name, scales) in enumerate(lines.items()):
        style = {
            "color": _COLOURS[number % 8],
            "marker": _MARKS[number % 8],
            "markersize": 4,
            "linewidth": 1.2,
            "label": name,
        }
        left.plot([scale.rows for scale in scales], [scale.area_per_pe for scale in scales], **style)
        right.plot([scale.rows for scale in scales], [100 * scale.edges for scale in scales], **style)
    for axes, label in ((left, f"area of the engine for each PE, {target.unit}"), (right, "share of the edges, %")):
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x{value:g}"))
        axes.set_ylabel(label)
        axes.grid(color="0.9")
    left.set_yscale("log")
    right.set_ylim(0)
    right.legend(frameon=False, fontsize=7)
    return figure


def pareto(contents):
    """Area-time over accuracy, a panel for each network, and under it what no other choice beats."""
    target = contents.targets[0]
    panels = defaultdict(list)
    for choice in contents.choices:
        if choice.target == target.name:
            panels[choice.network].append(choice)
    if not panels:
        return None
    panels = {network: _near_the_best(panel) for network, panel in panels.items()}
    lines = max(len(_marked(panel)) for panel in panels.values())
    figure, (grid, below) = pyplot.subplots(
        2,
        len(panels),
        figsize=(6.5 * len(panels), 5 + 0.16 * lines),
        squeeze=False,
        layout="constrained",
        height_ratios=(5, 0.16 * lines),
    )
    families = list(dict.fromkeys(row.family for row in contents.rows))
    for axes, text, (network, panel) in zip(grid, below, panels.items(), strict=True):
        _choices(axes, panel, families)
        axes.set_title(network)
        axes.set_xlabel(f"area for one multiplication per cycle, {target.unit} ({target.name})")
        axes.set_ylabel("accuracy, %")
        text.set_axis_off()
        text.text(
            0,
            1,
            "\n".join(
                f"{number}  {each.mode}, {each.pe}{', alone' * (each.built == 'alone')}"
                for number, each in enumerate(_marked(panel), start=1)
            ),
            transform=text.transAxes,
            va="top",
            fontsize=7,
            linespacing=1.3,
        )
    grid[0].legend(frameon=False, fontsize=7)
    return figure


def _near_the_best(panel):
    least = max(choice.accuracy for choice in panel) - POINTS / 100
    return [choice for choice in panel if choice.accuracy >= least]


def _marked(panel):
    return [choice for choice in panel if choice.unbeaten or choice.unbeaten_flexible]


def _choices(axes, panel, families):
    """Marks of one network: filled flexible, open alone, crosses conventional; numbers where none is better (line), or
    no flexible one (dots)."""
    for family in ("conventional", *families):
        for built in ("flexible", "alone", "conventional"):
            mine = [choice for choice in panel if (choice.family, choice.built) == (family, built)]
            place = families.index(family) if family in families else None
            style = (
                {"marker": "x", "color": "black", "label": family}
                if place is None
                else {
                    "marker": _MARKS[place % 8],
                    "color": _COLOURS[place % 8],
                    **({"label": family} if built == "flexible" else {"markerfacecolor": "none"}),
                }
            )
            if mine:
                axes.plot(
                    [choice.area_per_mac for choice in mine],
                    [100 * choice.accuracy for choice in mine],
                    linestyle="none",
                    markersize=5,
                    **style,
                )
    for name, style in (("unbeaten", "-"), ("unbeaten_flexible", ":")):
        front = [choice for choice in panel if getattr(choice, name)]
        axes.plot(
            [choice.area_per_mac for choice in front],
            [100 * choice.accuracy for choice in front],
            style,
            color="0.5",
            linewidth=1,
            zorder=0,
        )
    for number, choice in enumerate(_marked(panel), start=1):
        axes.annotate(
            str(number),
            (choice.area_per_mac, 100 * choice.accuracy),
            (-4, 6 if number % 2 else -13),
            textcoords="offset points",
            fontsize=8,
        )
    _logarithmic(axes.xaxis, axes.set_xscale)
    axes.grid(color="0.92")


def _logarithmic(axis, scale):
    scale("log")
    axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


PLOTS = {"modes": modes, "parts": parts, "scaling": scaling, "pareto": pareto}
