"""The comparison as pictures: accuracy against area-time and against term pairs, and the cycles of every mode.

The accuracy axis is logarithmic in the distance from the best row, so that 97.3 % and 97.0 % stand apart and 65 % still
fits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.patheffects import withStroke  # noqa: E402
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

from .families import Family  # noqa: E402
from .measure import Row  # noqa: E402

__all__ = ["write"]

#: What a picture shows of a row.
Value = Callable[[Row], float]
#: Colour and marker of a family, by its name.
Styles = Mapping[str, dict[str, Any]]
OFFSET = 0.4  #: per cent that are added to the distance from the best row before its logarithm is taken
STEPS = (0.2, 0.5, 1, 2, 5, 10, 20, 35, 60)  #: ticks below the best row, about, per cent
MARKERS = "osD^vPXp"
#: Places of a label around its point, in points, near ones first.
NEAR = ((7, 0), (-7, 0), (0, 8), (0, -8), (6, 7), (6, -7), (-6, 7), (-6, -7), (12, 4), (12, -4), (-12, 4), (-12, -4))
PLACES = [(x * far, y * far) for far in (1, 1.8, 2.8, 4) for x, y in NEAR]


def write(rows: Sequence[Row], families: Sequence[Family], images: int, path: Path) -> Path:
    """Write the figure.

    Parameters
    ----------
    rows : sequence of Row
        The float one first.
    families : sequence of Family
        For colours and legend, in order.
    images : int
        Of the test split that ran.
    path : Path
        The file, which is returned.
    """
    baseline, *rows = rows
    palette = plt.colormaps["Dark2"]
    colours = [palette(number) for number in range(palette.N)]
    styles = {
        family.name: {"color": colours[number % len(colours)], "marker": MARKERS[number % len(MARKERS)]}
        for number, family in enumerate(families)
    }
    titles = {family.name: f"{family.name}: {family.title}" for family in families}
    figure = plt.figure(figsize=(19, 0.2 * len(rows) + 5), dpi=100, layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=(2.6, 1), height_ratios=(1.25, 1))
    area, pairs, cycles = (figure.add_subplot(place) for place in (grid[0, 0], grid[1, 0], grid[:, 1]))
    for axes, value in ((area, _area_time), (pairs, _pairs)):
        _scatter(axes, baseline, rows, value, styles, titles)
        axes.set_ylabel(f"accuracy on {images} test images (%)")
    area.set(
        xlabel="area of one PE by its cycles for a multiplication (GE, log scale; left is better)",
        title="accuracy against area-time",
    )
    area.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    area.xaxis.set_minor_formatter(NullFormatter())
    area.xaxis.set_major_formatter("{x:,g}")
    pairs.set(xlabel="term pairs per multiplication (log scale)", title="accuracy against arithmetic work")
    pairs.xaxis.set_major_locator(FixedLocator(_ticks(map(_pairs, rows))))
    pairs.xaxis.set_minor_locator(NullLocator())
    pairs.xaxis.set_major_formatter("{x:g}")
    area.legend(loc="lower right", fontsize=10)
    _bars(cycles, rows, styles)
    for axes in (area, pairs, cycles):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="x" if axes is cycles else "both", color="0.92")
        axes.set_axisbelow(True)
    figure.canvas.draw()  # places everything; labels are then put where there is room
    figure.set_layout_engine("none")
    for axes, value in ((area, _area_time), (pairs, _pairs)):
        _label(axes, rows, value, styles)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)
    return path


def _scatter(
    axes: Axes, baseline: Row, rows: Sequence[Row], value: Value, styles: Styles, titles: Mapping[str, str]
) -> None:
    """The points of every family, and a dashed line for the float network."""
    best = 100 * max(row.accuracy for row in [baseline, *rows])
    axes.set_xscale("log")
    axes.set_yscale(
        "function",
        functions=(
            lambda accuracy: -np.log(np.maximum(best - accuracy + OFFSET, OFFSET / 2)),
            lambda height: best + OFFSET - np.exp(-height),
        ),
    )
    axes.axhline(100 * baseline.accuracy, color="0.5", linestyle="--", linewidth=1, label="float", zorder=1)
    for name, style in styles.items():
        members = [row for row in rows if row.family == name]
        axes.scatter(
            [value(row) for row in members],
            [100 * row.accuracy for row in members],
            s=44,
            **style,
            label=titles[name],
            zorder=3,
            edgecolors="white",
            linewidths=0.6,
        )
    axes.margins(x=0.06, y=0.08)
    ticks = [round(best, 1), *(round(best - step, int(step < 1)) for step in STEPS)]
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")


def _bars(axes: Axes, rows: Sequence[Row], styles: Styles) -> None:
    """Cycles per inference of every row, a colour a family."""
    bars = axes.barh(
        range(len(rows)),
        [_cycles(row) for row in rows],
        color=[styles[row.family]["color"] for row in rows],
    )
    axes.bar_label(bars, fmt="{:,.1f}", padding=4, fontsize=9)
    axes.set_yticks(range(len(rows)), [f"{row.mode}  {row.family}" for row in rows], fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(left=5, right=3 * max(map(_cycles, rows)))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set(xlabel="cycles per inference (log scale)", title="cycles of each mode, 8x8 arrays")


def _ticks(values: Iterable[float]) -> list[float]:
    """Those of the values that stand at least a seventh apart."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value > 1.15 * found[-1]:
            found.append(value)
    return found


def _number(value: float | None) -> float:
    """What every row has that ran on an array."""
    assert value is not None
    return value


def _area_time(row: Row) -> float:
    return _number(row.area_time)


def _pairs(row: Row) -> float:
    return _number(row.pairs_per_mac)


def _cycles(row: Row) -> float:
    return _number(row.cycles_per_inference)


def _name(row: Row) -> str:
    """A quantisation as short as a label should be: ``8x4``, ``k=12 s=2``, ``codebook16``, ``e2m1 2^e``."""
    assert row.quantisation is not None
    quantisation = row.quantisation
    if (terms := quantisation.terms) is not None:
        return f"k={terms.budget}" + (f" s={terms.data_terms}" if terms.data_terms else "")
    numbers = quantisation.w_format or f"{quantisation.x_bits}x{quantisation.w_bits}"
    return numbers + (" 2^e" if quantisation.groups else "")


def _label(axes: Axes, rows: Sequence[Row], value: Value, styles: Styles) -> None:
    """Name every point where its name covers neither a point nor another name; a thin line leads there from afar.

    Points of one family that lie on each other share a label. A name that finds no room is left to the table.
    """
    shared: dict[tuple[str, float, float], list[str]] = {}
    for row in rows:
        shared.setdefault((row.family, value(row), 100 * row.accuracy), []).append(_name(row))
    canvas: Any = axes.figure.canvas  # that of Agg has a renderer
    scale, renderer = axes.figure.dpi / 72, canvas.get_renderer()
    points = [axes.transData.transform(place[1:]) for place in shared]
    taken = [Bbox.from_extents(x - 5 * scale, y - 5 * scale, x + 5 * scale, y + 5 * scale) for x, y in points]
    if legend := axes.get_legend():
        taken.append(legend.get_window_extent(renderer))
    inside = axes.get_window_extent(renderer)
    for (family, across, up), names in shared.items():
        for x, y in PLACES:
            text = axes.annotate(
                ", ".join(names),
                (across, up),
                xytext=(x, y),
                textcoords="offset points",
                fontsize=9,
                color=styles[family]["color"],
                ha=("right", "center", "left")[(x > 0) - (x < 0) + 1],
                va=("top", "center", "bottom")[(y > 0) - (y < 0) + 1],
                zorder=4,
                arrowprops={
                    "arrowstyle": "-",
                    "color": styles[family]["color"],
                    "linewidth": 0.5,
                    "shrinkB": 4,
                    "shrinkA": 0,
                }
                if max(abs(x), abs(y)) > 12
                else None,
            )
            text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])  # over the grid
            box = text.get_window_extent(renderer).padded(1)
            if inside.x0 < box.x0 and box.x1 < inside.x1 and all(not box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
