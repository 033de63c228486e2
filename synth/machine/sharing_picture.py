"""The picture of shared requantisers: cycles of networks over the area of a machine."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402

from .sharing import Shared  # noqa: E402
from .sharing_section import counted  # noqa: E402

__all__ = ["picture", "save"]

MARKS = "os^vD"


def picture(shared: Sequence[Sequence[Shared]]) -> Figure:
    """A panel for each machine, a line for each network with a point for each number of rows that share a requantiser;
    along the dashed line area times cycles is that with one for each row."""
    figure, grid = pyplot.subplots(
        1, len(shared), squeeze=False, layout="constrained", figsize=(1 + 4.2 * len(shared), 4)
    )
    colours = matplotlib.color_sequences["Dark2"]
    names = list(dict.fromkeys(name for variants in shared for name in variants[0].cycles))
    handles = {}
    for axes, variants in zip(grid[0], shared, strict=True):
        base, target = variants[0], variants[0].machine.target
        areas = [each.machine.whole(target) / 1000 for each in variants]
        across = np.linspace(min(areas), areas[0])
        (handles["the same area times cycles"],) = axes.plot(across, 100 * areas[0] / across, "--", color="0.5")
        for number, name in enumerate(names):
            if name in base.cycles:
                cycles = [100 * each.cycles[name] / base.cycles[name] for each in variants]
                style = {"color": colours[number % len(colours)], "marker": MARKS[number % len(MARKS)]}
                (handles[name],) = axes.plot(areas, cycles, **style)
        for each, area in zip(variants, areas, strict=True):
            place, size = (area, 0.02), {"ha": "center", "fontsize": 8}
            axes.annotate(counted(each.rows, "row"), place, xycoords=axes.get_xaxis_transform(), **size)
        axes.set_title(base.machine.config.name, fontsize=10)
        axes.set_xlabel(f"engine and everything else, k{target.unit} ({target.name})")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.margins(0.12, 0.15)
        axes.grid(color="0.92")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    grid[0][0].set_ylabel("cycles, % of those for 1 row")
    figure.legend(handles.values(), handles, loc="outside upper left", ncols=4, frameon=False, fontsize=9)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write it as SVG, the same bytes each time."""
    with pyplot.rc_context({"svg.hashsalt": "lowtide"}):
        figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
