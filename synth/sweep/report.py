"""What a sweep found: a page of Markdown, a picture of the front as PNG and SVG. The same rows give the same bytes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402

from lowtide.common import markdown  # noqa: E402

from .choices import FIELDS  # noqa: E402
from .front import best, front, targets_of  # noqa: E402
from .rows import LARGE, Row, Value  # noqa: E402

__all__ = ["cells", "headings", "write"]

LABELS = {
    "area_per_mac": "area of the PE per (multiplication per cycle)",
    "pe_area": "area of the PE",
    "macs_per_cycle": "multiplications per cycle of a PE",
    "array_area": "area of the array",
    "array_area_per_mac": "area of the array per (multiplication per cycle)",
    "accuracy": "accuracy",
    "x_storage": "bits of a datum, stored",
    "w_storage": "bits of a weight, stored",
}
WHAT = "what"  #: the column of what is not in another one
SHOWN = (
    "target",
    "family",
    "mode",
    WHAT,
    "pe_area",
    "recipe",
    "macs_per_cycle",
    "area_per_mac",
    "array_area",
    "array_area_per_mac",
    "w_storage",
    "accuracy",
)


def write(
    rows: Sequence[Row],
    folder: Path,
    *,
    among: Sequence[Row],
    columns: Sequence[str],
    by: str,
    top: int,
    where: str | None,
) -> tuple[Path, ...]:
    """Write ``sweep.md``, ``front.png`` and ``front.svg`` to a folder.

    Parameters
    ----------
    rows, among : sequence of Row
        What is shown, chosen by the condition ``where``, and all that there are.
    folder : Path
        It exists.
    columns : sequence of str
        Of the front.
    by, top : str, int
        How many rows of each target to list, by which column.
    where : str or None
        The condition.

    Returns
    -------
    tuple of Path
        The files.
    """
    page, *pictures = (Path(folder, name) for name in ("sweep.md", "front.png", "front.svg"))
    page.write_text(_page(rows, among, columns, by, top, where))
    with pyplot.rc_context({"svg.hashsalt": "lowtide", "svg.fonttype": "none"}):
        figure = _picture(rows, columns)
        for path, metadata in zip(pictures, ({"Software": None}, {"Date": None, "Creator": None}), strict=True):
            figure.savefig(path, dpi=100, metadata=metadata)
        pyplot.close(figure)
    return page, *pictures


def headings(rows: Sequence[Row]) -> list[str]:
    """Columns of a table of these rows: without those that are empty in all of them."""
    return [name for name in SHOWN if name == WHAT or any(row.value(name) is not None for row in rows)]


def right(rows: Sequence[Row]) -> list[int]:
    """The numbers of those columns that hold numbers."""
    return [place for place, name in enumerate(headings(rows)) if name != WHAT and rows[0].number(name) is not None]


def cells(rows: Sequence[Row], among: Iterable[Row]) -> list[list[str]]:
    """The texts of a table, one list a row. What a row is beside its family and mode stands in one cell: the fields of
    its configuration in which rows of its family differ, ``among`` all rows of the sweep."""
    among = list(among)
    differ = {
        family: _differing([row for row in among if row.family == family and row.status == "ok"])
        for family in {row.family for row in rows}
    }
    return [
        [_what(row, differ[row.family]) if name == WHAT else _text(row.value(name)) for name in headings(rows)]
        for row in rows
    ]


def _page(
    rows: Sequence[Row], among: Sequence[Row], columns: Sequence[str], by: str, top: int, where: str | None
) -> str:
    status = Counter(row.status for row in rows)
    lines = [
        "# Sweep",
        "",
        f"{len(rows)} points"
        + (f" where `{where}`" if where else "")
        + ": "
        + (", ".join(f"{count} {name}" for name, count in sorted(status.items())) or "none")
        + ".",
        "",
        "Areas are those of the smaller recipe: gate equivalents (NAND2 = 1) on `ge`, LUTs on FPGAs. "
        "`sweep.sqlite` has every point with both recipes.",
        "",
    ]
    lines += [
        f"## Front: {_names(columns)}",
        "",
        "No other point of the target is as good in all of these and better in one.",
        "",
        _table(front(rows, columns), among),
        "",
        "![Front](front.png)",
        "",
    ]
    lines += [f"## The best {top} of each target by {by}", "", _table(best(rows, by, top), among), ""]
    for name, title in (("failed", "Failed"), ("refused", "Refused")):
        reasons = Counter((row.family, row.target or "-", row.reason or "-") for row in rows if row.status == name)
        if reasons:
            counted = [
                (family, target, count, reason.replace("|", "\\|"))
                for (family, target, reason), count in sorted(reasons.items())
            ]
            table = markdown.table(("family", "target", "points", "reason"), counted, right=[2])
            lines += [f"## {title}", "", table, ""]
    return "\n".join(lines)


def _table(rows: Sequence[Row], among: Iterable[Row]) -> str:
    return markdown.table(headings(rows), cells(rows, among), right=right(rows)) if rows else "None."


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f"{'large' if column in LARGE else 'small'} {column}" for column in columns)


def _differing(rows: Sequence[Row]) -> list[str]:
    return [name for name in FIELDS if len({row.value(name) for row in rows}) > 1]


def _what(row: Row, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {_text(row.value(name))}" for name in names if row.value(name) not in (None, "")) or "-"


def _text(value: Value) -> str:
    return (
        "-"
        if value is None
        else f"{value:.4g}"
        if isinstance(value, float) and value < 1000
        else (f"{value:.0f}" if isinstance(value, float) else str(value))
    )


def _picture(rows: Sequence[Row], columns: Sequence[str]) -> Figure:
    """A panel for each target: every point, its family by colour, and the front of the first two columns as a line."""
    across, up = (*columns[1:], "macs_per_cycle")[0], columns[0]
    targets = targets_of(rows) or [""]
    families = sorted({row.family for row in rows})
    figure, axes = pyplot.subplots(
        1, len(targets), squeeze=False, layout="constrained", figsize=(7.5 * len(targets), 5)
    )
    for axis, target in zip(axes[0], targets, strict=True):
        mine = [
            row
            for row in rows
            if row.target == target and row.status == "ok" and None not in (row.value(across), row.value(up))
        ]
        for family in families:
            points = [(row.value(across), row.value(up)) for row in mine if row.family == family]
            if points:
                axis.scatter(
                    *zip(*points, strict=True),
                    s=14,
                    alpha=0.6,
                    linewidths=0,
                    label=family,
                    color=pyplot.colormaps["Dark2"](families.index(family) % 8),
                )
        best_ones = sorted((row.number(across), row.number(up)) for row in front(mine, (up, across)))
        if best_ones:
            axis.plot(
                *zip(*best_ones, strict=True), color="black", linewidth=1, marker="o", markersize=3, label="front"
            )
            axis.legend(fontsize=8, frameon=False)
        for scale, column in ((axis.set_xscale, across), (axis.set_yscale, up)):
            if mine and column != "accuracy" and min(row.number(column) or 0 for row in mine) > 0:
                scale("log")
        for side in (axis.xaxis, axis.yaxis):
            side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            side.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        axis.grid(color="0.92")
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_title(f"{target}: {len(mine)} points" if target else "no points", fontsize=10)
        axis.set_xlabel(LABELS.get(across, across))
        unit = f", {mine[0].unit}" if mine and "area" in up else ""
        axis.set_ylabel(LABELS.get(up, up) + unit)
    return figure
