"""Area, energy, delay and stored bits over what is lost, a picture for each network."""

from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.figure import Figure

from ...accuracy.rows import NETWORKS
from ...comparisons.worth import CLOCK, MEASURES, Choice
from ..contents import Contents
from .style import decades, figure, legend, style_of

__all__ = ["networks"]

POINTS = 10  #: that a picture shows below the best
PANEL = 3.2  #: inches
_GREY = {"marker": "+", "color": "0.45"}  #: published units
_BLACK = {"marker": "x", "color": "black"}  #: conventional PEs


def networks(contents: Contents) -> Iterator[tuple[str, Figure]]:
    """The name and the figure of each network: a panel for each measure that is known, every choice within ten points
    of the best one with its standard error, and under it what no other choice beats in area."""
    target = contents.targets[0]
    units = {"area_per_mac": f"{target.unit} ({target.name})", "energy_fj": "fJ", "delay_ns": f"ns ({CLOCK})"}
    families = list(dict.fromkeys(row.family for row in contents.rows))
    for key, network in NETWORKS.items():
        mine = [each for each in contents.choices if (each.target, each.network) == (target.name, network)]
        if not mine:
            continue
        least = min(each.lost.loss for each in mine)
        panel = [each for each in mine if each.lost.loss <= least + POINTS / 100]
        measures = [name for name in MEASURES if any(each.measure(name) is not None for each in panel)]
        listed = _listed(panel)
        heights = [PANEL] * len(measures) + [0.3 + 0.16 * (listed.count("\n") + 1)]
        drawing, places = figure(sum(heights) + 0.6, rows=len(heights), height_ratios=heights)
        for axes, name in zip(places, measures, strict=False):
            _panel(axes, panel, name, families, 100 * least)
            axes.set_xlabel(f"{MEASURES[name]} of one multiplication, {units[name]}" if name in units else
                            f"{MEASURES[name]} of a weight")  # fmt: skip
        places[0].set_title(network)
        places[-1].set_axis_off()
        places[-1].text(0, 1, listed, transform=places[-1].transAxes, va="top", fontsize=8, linespacing=1.3)
        shown = [family for family in families if any(each.family == family for each in panel)]
        styles = [_BLACK, _GREY, *(style_of(family, families) for family in shown)]
        handles = [places[0].plot([], [], linestyle="none", **style)[0] for style in styles]
        legend(drawing, handles, ["conventional", "published", *shown])
        yield f"accuracy_{key}", drawing


def _marked(panel: Sequence[Choice]) -> list[Choice]:
    name = next(iter(MEASURES))
    return [choice for choice in panel if name in choice.unbeaten + choice.unbeaten_flexible]


def _listed(panel: Sequence[Choice]) -> str:
    """The numbered choices in words, a line each."""
    return "\n".join(
        f"{number}  {each.mode}, {each.pe}{', alone' * (each.built == 'alone')}"
        for number, each in enumerate(_marked(panel), start=1)
    )


def _panel(axes: Any, panel: Sequence[Choice], name: str, families: Sequence[str], least: float) -> None:
    """Marks of one measure with their errors, and lines through those that nothing beats."""
    known = [(choice, value) for choice in panel if (value := choice.measure(name)) is not None]
    for choice, value in known:
        axes.errorbar(
            value,
            100 * choice.lost.loss,
            yerr=100 * choice.lost.error,
            linestyle="none",
            markersize=5.5,
            elinewidth=0.5,
            **_style(choice, families),
        )
    for front, line in (("unbeaten", "-"), ("unbeaten_flexible", ":")):
        mine = sorted((value, 100 * choice.lost.loss) for choice, value in known if name in getattr(choice, front))
        axes.plot([value for value, _ in mine], [loss for _, loss in mine], line, color="0.5", linewidth=1, zorder=0)
    if name == next(iter(MEASURES)):
        for place, choice in enumerate(_marked(panel), start=1):
            where = choice.area_per_mac, 100 * choice.lost.loss
            axes.annotate(str(place), where, (-4, 6 if place % 2 else -13), textcoords="offset points", fontsize=8)
    decades(axes, "x", [value for _, value in known])
    axes.set_ylim(least + POINTS + 0.3, least - 1.5)
    axes.set_ylabel("points lost")
    axes.grid(axis="y", color="0.93")


def _style(choice: Choice, families: Sequence[str]) -> dict[str, Any]:
    if choice.built == "published":
        return _GREY
    if choice.built == "conventional":
        return _BLACK
    return style_of(choice.family, families) | ({} if choice.built == "flexible" else {"fillstyle": "none"})
