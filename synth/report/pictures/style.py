"""What pictures share: sizes that are readable at 500 pixels, colours, axes that do not stretch small differences."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

__all__ = ["COLOURS", "MARKS", "SETTINGS", "WIDTH", "decades", "figure", "legend", "pyplot", "style_of"]

WIDTH = 6.6  #: inches of every picture: 500 pixels show its letters with 7 pixels and more
SETTINGS: Any = {"svg.hashsalt": "lowtide", "svg.fonttype": "path", "font.size": 10, "axes.spines.top": False,
            "axes.spines.right": False, "axes.axisbelow": True}  # fmt: skip
COLOURS: Any = matplotlib.color_sequences["Dark2"]
MARKS = "os^vDP*X"


def figure(height: float, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """(figure, axes) of the common width, panels one below the other."""
    return pyplot.subplots(rows, 1, figsize=(WIDTH, height), layout="constrained", **options)


def style_of(name: str, names: Iterable[str]) -> dict[str, Any]:
    """Colour and mark of one of several names."""
    place = list(names).index(name)
    return {"color": COLOURS[place % len(COLOURS)], "marker": MARKS[place % len(MARKS)]}


def legend(figure: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """A legend above everything, never over the data."""
    figure.legend(handles, labels, loc="outside upper left", ncols=4, frameon=False)


def decades(axes: Any, which: str, values: Sequence[float]) -> None:
    """A logarithmic axis, ``which`` is x or y, from one power of ten to another around all values."""
    least, most = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    getattr(axes, f"set_{which}scale")("log")
    getattr(axes, f"set_{which}lim")(10.0**least, 10.0 ** max(most, least + 1))
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}" if value < 1e6 else f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
    axes.grid(axis=which, color="0.9")
