"""The comparison as a table (terminal, Markdown, JSON) and as a plot."""

import json
from dataclasses import asdict

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.ticker import FixedLocator, NullLocator  # noqa: E402
from rich.table import Table  # noqa: E402

__all__ = ["COLUMNS", "notes", "table", "write"]

#: Heading and text of each column of the table, from a `families.Row`; None is shown as a dash.
COLUMNS = (
    ("mode", lambda row: row.mode),
    ("array", lambda row: row.configuration),
    ("accuracy", lambda row: f"{100 * row.accuracy:.2f} %"),
    ("cycles / inference", lambda row: row.bit_exact is not None and f"{row.cycles_per_inference:.2f}"),
    ("pairs / mult.", lambda row: row.bit_exact is not None and f"{row.pairs_per_mac:g}"),
    ("non-zero pairs / mult.", lambda row: row.bit_exact is not None and f"{row.measured_pairs_per_mac:.2f}"),
    ("mult. / cycle / PE", lambda row: row.bit_exact is not None and f"{row.multiplications_per_cycle_per_pe:.3g}"),
    ("bit-exact", lambda row: row.bit_exact is not None and ("yes" if row.bit_exact else "NO")),
)


def _cells(row):
    return [text(row) or "-" for _, text in COLUMNS]


def table(rows):
    """The rows as a rich table."""
    made = Table(title="handwritten digits: accuracy and work of each mode")
    for number, (heading, _) in enumerate(COLUMNS):
        made.add_column(heading, justify="left" if number < 2 else "right", no_wrap=number < 2)
    for row in rows:
        made.add_row(*_cells(row), style="bold red" if row.bit_exact is False else None)
    return made


def notes(rows):
    """What a reader must know to compare the rows: a list of sentences."""
    kinds = {row.kind: row for row in rows if row.kind}
    lanes = ", ".join(f"{kind} {row.lanes}" for kind, row in kinds.items())
    return [
        f"Cycles depend on the lanes of a PE ({lanes}): a lane of `parallel` is a whole 8-bit multiplier, a lane of "
        "`term` one shifter. Cycles alone do not say which is better; the cost report has the areas.",
        "A group with a budget of k terms takes ceil(k / lanes) cycles, so budgets up to the number of lanes all take "
        "one cycle; and a tile takes at least as many cycles as the array has columns, in which results leave.",
        "Pairs are term pairs per multiplication as the term revealing paper counts them: what the arithmetic "
        "reserves, all terms of a datum times the budget per weight; 64 for a conventional 8-bit multiplier. Non-zero "
        "pairs are counted on the operands that went through.",
        "Bit-exact: every accumulator of every layer, and the cycles, from the RTL equal those of the golden model.",
    ]


def write(rows, images, network, folder):
    """Write ``demo.md``, ``demo.json`` and ``demo.png`` into ``folder``, which exists. Returns their paths.

    rows: of `families.Row`, the float one first. images: their number. network: one line that says what ran.
    """
    paths = [folder / f"demo.{suffix}" for suffix in ("md", "json", "png")]
    paths[0].write_text(_markdown(rows, network))
    paths[1].write_text(json.dumps({"rows": [asdict(row) for row in rows], "images": images}, indent=1) + "\n")
    _plot(rows, images, paths[2])
    return paths


def _markdown(rows, network):
    lines = ["# Handwritten digits on the arrays", "", network, "",
             "| " + " | ".join(heading for heading, _ in COLUMNS) + " |",
             "|---|---|" + "---:|" * (len(COLUMNS) - 2)]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    lines += ["", *(f"- {note}" for note in notes(rows)), "", "![accuracy and cycles of each mode](demo.png)"]
    return "\n".join(lines) + "\n"


def _plot(rows, images, path):
    baseline, *rows = rows
    families = list(dict.fromkeys(row.family for row in rows))
    colours = dict(zip(families, plt.colormaps["tab10"].colors, strict=False))
    figure, (left, right) = plt.subplots(1, 2, figsize=(12.5, 5), layout="constrained")
    left.axhline(100 * baseline.accuracy, color="0.5", linestyle="--", linewidth=1, label="float", zorder=1)
    for family in families:
        members = [row for row in rows if row.family == family]
        left.plot([row.pairs_per_mac for row in members], [100 * row.accuracy for row in members], "o-",
                  color=colours[family], label=family, markersize=6)
    for row in rows:
        alone = sum(row.family == other.family for other in rows) == 1  # else below and right of its family's curve
        left.annotate(row.mode.split()[-1] if not alone else row.mode, (row.pairs_per_mac, 100 * row.accuracy),
                      fontsize=9, xytext=(0, 8) if alone else (5, -5), textcoords="offset points",
                      ha="center" if alone else "left", va="bottom" if alone else "top")
    left.set_xscale("log")
    ticks = sorted({row.pairs_per_mac for row in rows})
    left.xaxis.set_major_locator(FixedLocator(ticks))
    left.xaxis.set_minor_locator(NullLocator())
    left.xaxis.set_major_formatter("{x:g}")
    left.margins(x=0.1, y=0.14)
    left.set(xlabel="term pairs per multiplication (log scale)", ylabel=f"accuracy on {images} test images (%)",
             title="accuracy against arithmetic work")
    left.legend(loc="lower right", fontsize=9)
    configurations = dict.fromkeys(row.configuration for row in rows)
    bars = right.barh([row.mode for row in rows], [row.cycles_per_inference for row in rows],
                      color=[colours[row.family] for row in rows])
    right.bar_label(bars, fmt="%.1f", padding=4, fontsize=9)
    right.invert_yaxis()
    right.margins(x=0.12)
    right.set(xlabel="cycles per inference", title="cycles on " + " and ".join(configurations))
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="both" if axes is left else "x", color="0.9", zorder=0)
        axes.set_axisbelow(True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
