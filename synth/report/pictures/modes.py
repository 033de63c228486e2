"""What each mode costs on each kind of PE, beside the best conventional PE of its widths: a line for each mode."""

from typing import Any

from matplotlib.figure import Figure

from ...comparisons.mode_rows import ModeRow
from ..contents import Contents
from .style import decades, figure, legend, style_of

__all__ = ["areas", "energies"]


def areas(contents: Contents) -> Figure | None:
    """Area: filled with all modes of the kind, open for the mode alone."""
    rows = _flexible(contents, "ratio_to_conventional")
    if not rows:
        return None
    drawing, axes, lines, kinds = _lines(rows)
    for row in rows:
        style = style_of(row.pe, kinds)
        axes.plot(row.ratio_to_conventional, lines[row.mode], linestyle="none", markersize=5.5, **style)
        axes.plot(row.ratio_dedicated, lines[row.mode], linestyle="none", markersize=5.5, fillstyle="none", **style)
    _axis(axes, [value for row in rows for value in (row.ratio_to_conventional, row.ratio_dedicated)])
    axes.set_xlabel(f"area per multiplication, ratio to the best conventional PE ({contents.targets[0].name})")
    return drawing


def energies(contents: Contents) -> Figure | None:
    """Energy, with all modes of the kind."""
    rows = _flexible(contents, "energy_ratio")
    if not rows:
        return None
    drawing, axes, lines, kinds = _lines(rows)
    for row in rows:
        axes.plot(row.energy_ratio, lines[row.mode], linestyle="none", markersize=5.5, **style_of(row.pe, kinds))
    _axis(axes, [row.energy_ratio for row in rows])
    axes.set_xlabel(f"energy per multiplication, ratio to the best conventional PE ({contents.targets[0].name})")
    return drawing


def _flexible(contents: Contents, field: str) -> list[ModeRow]:
    """Rows of the PEs with all modes of their kind that have a value, on the first target."""
    names = {config.name for config in contents.wanted.flexible}
    return [
        row
        for row in contents.rows
        if row.target == contents.targets[0].name and row.config in names and getattr(row, field) is not None
    ]


def _lines(rows: list[ModeRow]) -> tuple[Figure, Any, dict[str, int], list[str]]:
    """(figure, axes, dict of mode to its line, kinds): exact modes first, term revealing below them."""
    orders = {row.mode: _order(row) for row in rows}
    modes = sorted(orders, key=orders.__getitem__)
    kinds = list(dict.fromkeys(row.pe for row in rows))
    drawing, axes = figure(0.21 * len(modes) + 1.5)
    axes.set_yticks(range(len(modes)), modes)
    axes.set_ylim(len(modes) - 0.4, -0.6)
    axes.grid(axis="y", color="0.94")
    axes.axvline(1, color="black", linewidth=1)
    handles = [axes.plot([], [], linestyle="none", markersize=5.5, **style_of(kind, kinds))[0] for kind in kinds]
    legend(drawing, handles, kinds)
    return drawing, axes, {mode: line for line, mode in enumerate(modes)}, kinds


def _axis(axes: Any, ratios: list[float | None]) -> None:
    decades(axes, "x", [1.0, *(ratio for ratio in ratios if ratio is not None)])


def _order(row: ModeRow) -> tuple[bool, bool, tuple[int, int], int, int, str]:
    """Integers from wide to narrow, storage formats, term revealing from large budgets to small."""
    quantisation = row.quantisation
    terms = quantisation.terms
    budget = (0, 0) if terms is None else (-(terms.budget or 0), -terms.data_terms)
    return terms is not None, not quantisation.is_integer, budget, -row.x_bits, -row.w_bits, row.mode
