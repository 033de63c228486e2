"""Where the area of PEs goes, and how engines grow."""

from collections import defaultdict

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ...comparisons.breakdown import PARTS
from ..contents import Contents
from .style import COLOURS, decades, figure, legend, style_of

__all__ = ["parts", "scaling"]


def parts(contents: Contents) -> Figure | None:
    """What the area of each PE is for, stacked."""
    target = contents.targets[0]
    found = {
        config.name: areas
        for config in contents.wanted.modes
        if (areas := contents.parts.get((config.name, target.name)))
    }
    if not found:
        return None
    drawing, axes = figure(0.2 * len(found) + 1.3)
    left = [0.0] * len(found)
    bars = []
    for number, part in enumerate(PARTS):
        sizes = [areas[part] for areas in found.values()]
        bars.append(axes.barh(range(len(found)), sizes, left=left, color=COLOURS[number]))
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    axes.set_yticks(range(len(found)), list(found), fontsize=8)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlabel(f"area of one PE, {target.unit} ({target.name})")
    axes.grid(axis="x", color="0.9")
    legend(drawing, bars, PARTS)
    return drawing


def scaling(contents: Contents) -> Figure | None:
    """Area for each PE, and the edges' share, over the size of the array."""
    target = contents.targets[0]
    lines: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for scale in contents.scales:
        if scale.target == target.name and scale.square and scale.area_per_pe is not None and scale.edges is not None:
            lines[scale.config].append((scale.rows, scale.area_per_pe, 100 * scale.edges))
    if not lines:
        return None
    drawing, (area, edges) = figure(7.5, rows=2, sharex=True)
    handles = []
    for name, points in lines.items():
        style = style_of(name, lines) | {"markersize": 4.5, "linewidth": 1.2}
        rows, areas, shares = zip(*points, strict=True)
        handles += area.plot(rows, areas, **style)
        edges.plot(rows, shares, **style)
    decades(area, "y", [each for points in lines.values() for _, each, _ in points])
    area.set_ylabel(f"area of the engine per PE, {target.unit}")
    edges.set_ylabel("share of the edges, %")
    edges.set_ylim(0, 100)
    edges.grid(axis="y", color="0.9")
    sizes = sorted({rows for points in lines.values() for rows, _, _ in points})
    edges.set_xscale("log", base=2)
    edges.set_xticks(sizes)
    edges.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x{value:g}"))
    drawing.legend(handles, list(lines), loc="outside upper left", ncols=2, frameon=False)
    return drawing
