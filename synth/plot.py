"""Plot: the ratio to the conventional unit in every mode, a line of dots for each configuration."""

from collections import defaultdict

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

from .comparison import by_family, distinct  # noqa: E402

__all__ = ["UNITS", "plot"]

UNITS = {"pe": "one PE", "array": "array, without edges", "engine": "engine: array, edges, control"}


def plot(table, path):
    """Area per multiplication per cycle, as ratio to the best conventional unit of equal widths: PEs and engines, a
    column for each target. PEs of signed data only are in the tables alone."""
    panels = defaultdict(lambda: defaultdict(list))
    shown = [row for row in distinct(table, most=1)
             if row.ratio_to_conventional is not None and not row.config.endswith("_signed")]
    order = by_family(shown)
    for row in sorted(shown, key=lambda row: order.index(row.config)):
        panels[row.target, row.unit][row.config].append(row)
    targets = list(dict.fromkeys(target for target, _ in panels)) or [""]
    units = [unit for unit in UNITS if unit != "array" and any(key[1] == unit for key in panels)] or ["pe"]
    heights = [max([len(panels[target, unit]) for target in targets] + [3]) for unit in units]
    figure, axes = pyplot.subplots(len(units), len(targets), squeeze=False, layout="constrained",
                                   figsize=(10.5 * len(targets), 0.24 * sum(heights) + 1.1 * len(units)),
                                   gridspec_kw={"height_ratios": heights})
    for line, unit in zip(axes, units, strict=True):
        for axis, target in zip(line, targets, strict=True):
            _panel(axis, panels[target, unit], f"{target}: {UNITS[unit]}")
    figure.savefig(path, dpi=100, metadata={"Software": None})
    pyplot.close(figure)


def _panel(axis, configs, title):
    """One line for each configuration: from its smallest ratio to its largest, a dot for each group of modes, filled
    for the first mode (full width, every term)."""
    families = list(dict.fromkeys(modes[0].family for modes in configs.values()))
    for line, modes in enumerate(configs.values()):
        colour = f"C{families.index(modes[0].family)}"
        ratios = [row.ratio_to_conventional for row in modes]
        axis.plot([min(ratios), max(ratios)], [line, line], color=colour, linewidth=1, alpha=0.5)
        axis.scatter(ratios, [line] * len(ratios), s=16, facecolor="white", edgecolor=colour, zorder=2)
        axis.scatter(ratios[:1], [line], s=16, color=colour, zorder=3)
        if len(modes) > 1:
            for row, side, shift in ((min(modes, key=_ratio), "right", -6), (max(modes, key=_ratio), "left", 6)):
                axis.annotate(row.scheme, (row.ratio_to_conventional, line), (shift, 0),
                              textcoords="offset points", ha=side, va="center", fontsize=6.5, color="0.35",
                              bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axis.axvline(1, color="black", linewidth=1, zorder=0)
    axis.set_xscale("log")
    ratios = [row.ratio_to_conventional for modes in configs.values() for row in modes] or [1]
    axis.set_xlim(min(ratios) / 6, max(ratios) * 10)
    axis.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.grid(axis="x", linewidth=0.3)
    axis.set_yticks(range(len(configs)), list(configs), fontsize=7)
    axis.set_ylim(max(len(configs), 1) - 0.5, -0.5)
    axis.tick_params(axis="x", labelsize=7)
    axis.set_title(title, fontsize=9)
    axis.set_xlabel("area per multiplication per cycle, ratio to the best conventional unit (left of 1: smaller; "
                    "filled: full width, every term)", fontsize=7)


def _ratio(row):
    return row.ratio_to_conventional
