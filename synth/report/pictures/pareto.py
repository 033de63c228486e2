"""Area for one multiplication per cycle over the accuracy that is lost, a panel for each network."""

from collections import defaultdict
from typing import Any

from matplotlib.figure import Figure

from ...worth import Choice
from ..contents import Contents
from .style import decades, figure, legend, style_of

__all__ = ["pareto"]

POINTS = 10  #: of accuracy that a picture shows below the best
PANEL = 4.0  #: inches


def pareto(contents: Contents) -> Figure | None:
    """Every choice within ten points of the best one of its network, and under it what no other choice beats."""
    target = contents.targets[0]
    panels = defaultdict(list)
    for choice in contents.choices:
        if choice.target == target.name:
            panels[choice.network].append(choice)
    if not panels:
        return None
    shown = {network: _near_the_best(panel) for network, panel in panels.items()}
    families = list(dict.fromkeys(row.family for row in contents.rows))
    heights = [height for panel in shown.values() for height in (PANEL, 0.3 + 0.16 * len(_marked(panel)))]
    drawing, places = figure(sum(heights) + 0.5, rows=len(heights), height_ratios=heights)
    for axes, below, (network, panel) in zip(places[::2], places[1::2], shown.items(), strict=True):
        best = max(choice.accuracy for choice in panel)
        _choices(axes, panel, best, families)
        axes.set_title(network)
        axes.set_xlabel(f"area for one multiplication per cycle, {target.unit} ({target.name})")
        axes.set_ylabel("points below the best")
        below.set_axis_off()
        below.text(0, 1, _listed(panel), transform=below.transAxes, va="top", fontsize=8, linespacing=1.3)
    axes = places[0]
    handles = [axes.plot([], [], linestyle="none", marker="x", color="black")[0]]
    handles += [axes.plot([], [], linestyle="none", **style_of(family, families))[0] for family in families]
    legend(drawing, handles, ["conventional", *families])
    return drawing


def _near_the_best(panel: list[Choice]) -> list[Choice]:
    least = max(choice.accuracy for choice in panel) - POINTS / 100
    return [choice for choice in panel if choice.accuracy >= least]


def _marked(panel: list[Choice]) -> list[Choice]:
    return [choice for choice in panel if choice.unbeaten or choice.unbeaten_flexible]


def _listed(panel: list[Choice]) -> str:
    """The numbered choices in words, a line each."""
    return "\n".join(
        f"{number}  {each.mode}, {each.pe}{', alone' * (each.built == 'alone')}"
        for number, each in enumerate(_marked(panel), start=1)
    )


def _choices(axes: Any, panel: list[Choice], best: float, families: list[str]) -> None:
    """Marks of one network, and lines through those that nothing beats."""
    for choice in panel:
        style = {"marker": "x", "color": "black"}
        if choice.family in families and choice.built != "conventional":
            style = style_of(choice.family, families)
            style |= {} if choice.built == "flexible" else {"fillstyle": "none"}
        lost = 100 * (best - choice.accuracy)
        axes.plot(choice.area_per_mac, lost, linestyle="none", markersize=5.5, **style)
    for name, line in (("unbeaten", "-"), ("unbeaten_flexible", ":")):
        front = [choice for choice in panel if getattr(choice, name)]
        losses = [100 * (best - choice.accuracy) for choice in front]
        axes.plot([choice.area_per_mac for choice in front], losses, line, color="0.5", linewidth=1, zorder=0)
    for place, choice in enumerate(_marked(panel), start=1):
        where = choice.area_per_mac, 100 * (best - choice.accuracy)
        axes.annotate(str(place), where, (-4, 6 if place % 2 else -13), textcoords="offset points", fontsize=8)
    decades(axes, "x", [choice.area_per_mac for choice in panel])
    axes.set_ylim(POINTS + 0.3, -0.5)
    axes.grid(axis="y", color="0.93")
