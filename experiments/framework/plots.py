"""Pictures of experiments: panels side by side, curves, frontiers; the same rows give the same bytes."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from lowtide.common.pareto import front  # noqa: E402

__all__ = ["COLOURS", "curve", "frontier", "panels", "save"]

COLOURS = [pyplot.colormaps["Dark2"](number) for number in range(8)]


def panels(
    titles: Sequence[str], *, across: int = 2, width: float = 7.5, height: float = 4.6
) -> tuple[Figure, list[Axes]]:
    """A figure of panels side by side.

    Parameters
    ----------
    titles : sequence of str
        Of the panels, one each.
    across : int
        How many are in a line.
    width, height : float
        Of a panel, inches.

    Returns
    -------
    (Figure, list of Axes)
        The figure, and its panels in order.
    """
    across = max(1, min(across, len(titles)))
    down = math.ceil(len(titles) / across)
    figure, grid = pyplot.subplots(
        down, across, squeeze=False, layout="constrained", figsize=(width * across, height * down)
    )
    axes = list(grid.flat)
    for place, title in zip(axes, titles, strict=False):
        place.set_title(title, fontsize=10)
        place.grid(color="0.92")
        place.set_axisbelow(True)
        place.spines[["top", "right"]].set_visible(False)
    for place in axes[len(titles) :]:
        place.set_visible(False)
    return figure, axes[: len(titles)]


def curve(
    axes: Axes,
    points: Iterable[tuple[float, float]],
    label: str,
    number: int,
    *,
    dashed: bool = False,
    marker: str = "o",
) -> None:
    """A line through points; nothing without points.

    Parameters
    ----------
    axes : Axes
        The panel.
    points : iterable of (float, float)
        x and y, in any order.
    label : str
        What the legend calls it.
    number : int
        Of the colour.
    dashed : bool
        Whether the line is.
    marker : str
        Of the points, as matplotlib names it.
    """
    points = sorted(points)
    if points:
        axes.plot(
            *zip(*points, strict=True),
            marker=marker,
            markersize=4,
            linewidth=1.3,
            label=label,
            color=COLOURS[number % len(COLOURS)],
            linestyle="--" if dashed else "-",
        )


def frontier(points: Iterable[tuple[float, float]], sign: int = 1) -> list[tuple[float, float]]:
    """The points that no point of smaller or equal x beats.

    Parameters
    ----------
    points : iterable of (float, float)
        x and y.
    sign : int
        1 if large y are better, -1 if small ones are.
    """
    return front(points, lambda point: (point[0], -sign * point[1]))


def save(figure: Figure, path: Path) -> None:
    """Write the figure as SVG without date and names of programs, and let go of it."""
    with matplotlib.rc_context({"svg.hashsalt": "lowtide", "svg.fonttype": "path"}):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
