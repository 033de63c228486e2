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
    rows = [row for row in contents.rows
            if row.target == target.name and row.config in names and row.ratio_to_conventional is not None]
    if not rows:
        return None
    figure, axes = pyplot.subplots(figsize=(11, 0.17 * len(rows) + 1.2), layout="constrained")
    for line, row in enumerate(rows):
        colour = _COLOURS[names.index(row.config) % len(_COLOURS)]
        axes.plot([row.ratio_dedicated, row.ratio_to_conventional], [line, line], color=colour, linewidth=1, alpha=0.6)
        axes.plot(row.ratio_to_conventional, line, "o", color=colour, markersize=5)
        axes.plot(row.ratio_dedicated, line, "o", markerfacecolor="white", markeredgecolor=colour, markersize=5)
    axes.axvline(1, color="black", linewidth=1)
    names = [f"{row.config.removesuffix('_8x8_flex')}: {row.mode}" for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _logarithmic(axes.xaxis, axes.set_xscale)
    axes.grid(axis="x", color="0.9")
    axes.set_xlabel("area per multiplication per cycle, ratio to the best conventional PE of the mode's widths "
                    "(left of 1: smaller; filled: flexible PE, open: built for the mode alone)")
    axes.set_title(f"{target.name}, {target.unit}")
    return figure


def parts(contents):
    """What the area of each PE is for, stacked."""
    target = contents.targets[0]
    found = {config.name: contents.parts[config.name, target.name] for config in contents.wanted.modes
             if contents.parts.get((config.name, target.name))}
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
        style = {"color": _COLOURS[number % 8], "marker": _MARKS[number % 8], "markersize": 4, "linewidth": 1.2,
                 "label": name}
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
    """Area-time over accuracy, a panel for each network, and which modes no other one beats."""
    target = contents.targets[0]
    panels = defaultdict(list)
    for row in contents.rows:
        if row.target == target.name and row.accuracy is not None and row.area_per_mac is not None:
            panels[row.network].append(row)
    if not panels:
        return None
    figure, grid = pyplot.subplots(1, len(panels), figsize=(7.5 * len(panels), 5.5), squeeze=False,
                                   layout="constrained")
    families = list(dict.fromkeys(row.family for row in contents.rows))
    for axes, (network, rows) in zip(grid[0], panels.items(), strict=True):
        for family in families:
            mine = [row for row in rows if row.family == family]
            axes.plot([row.area_per_mac for row in mine], [100 * row.accuracy for row in mine], linestyle="none",
                      marker=_MARKS[families.index(family) % 8], color=_COLOURS[families.index(family) % 8],
                      markersize=5, label=family)
        front = _front(rows)
        axes.plot([row.area_per_mac for row in front], [100 * row.accuracy for row in front], color="0.5", linewidth=1,
                  zorder=0)
        for place, row in enumerate(front):
            axes.annotate(f"{row.config.replace('_8x8', '')} {row.mode}", (row.area_per_mac, 100 * row.accuracy),
                          (6, -4 - 9 * (place % 2)), textcoords="offset points", fontsize=6.5)
        _logarithmic(axes.xaxis, axes.set_xscale)
        axes.set_title(network)
        best = 100 * max(row.accuracy for row in rows)
        axes.set_ylim(max(best - POINTS, 100 * min(row.accuracy for row in rows) - 0.5), best + 0.5)
        axes.set_xlabel(f"area for one multiplication per cycle, {target.unit} ({target.name})")
        axes.set_ylabel("accuracy, %")
        axes.grid(color="0.92")
    grid[0][0].legend(frameon=False)
    return figure


def _front(rows):
    """The rows that no row of less or equal area-time beats in accuracy."""
    front = []
    for row in sorted(rows, key=lambda row: (row.area_per_mac, -row.accuracy)):
        if not front or row.accuracy > front[-1].accuracy:
            front.append(row)
    return front


def _logarithmic(axis, scale):
    scale("log")
    axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


PLOTS = {"modes": modes, "parts": parts, "scaling": scaling, "pareto": pareto}
