"""Where the area of PEs goes, and how engines grow."""

from collections import defaultdict

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ...breakdown import PARTS
from ..contents import Contents
from .style import COLOURS, decades, figure, legend, style_of

__all__ = ["parts", "scaling"]


def parts(contents: Contents) -> Figure | None:
    """What the area of each PE is for, stacked."""
    target = contents.targets[0]
    found = {
        config.name: contents.parts[config.name, target.name]
        for config in contents.wanted.modes
        if contents.parts.get((config.name, target.name))
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
    lines = defaultdict(list)
    for scale in contents.scales:
        if scale.target == target.name and scale.failed is None and scale.square:
            lines[scale.config].append(scale)
    if not lines:
        return None
    drawing, (area, edges) = figure(7.5, rows=2, sharex=True)
    handles = []
    for name, scales in lines.items():
        style = style_of(name, lines) | {"markersize": 4.5, "linewidth": 1.2}
        sizes = [scale.rows for scale in scales]
        handles += area.plot(sizes, [scale.area_per_pe for scale in scales], **style)
        edges.plot(sizes, [100 * scale.edges for scale in scales], **style)
    decades(area, "y", [scale.area_per_pe for scales in lines.values() for scale in scales])
    area.set_ylabel(f"area of the engine per PE, {target.unit}")
    edges.set_ylabel("share of the edges, %")
    edges.set_ylim(0, 100)
    edges.grid(axis="y", color="0.9")
    sizes = sorted({scale.rows for scales in lines.values() for scale in scales})
    edges.set_xscale("log", base=2)
    edges.set_xticks(sizes)
    edges.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x{value:g}"))
    drawing.legend(handles, list(lines), loc="outside upper left", ncols=2, frameon=False)
    return drawing
