"""The page of delays: a table of areas at some periods, a picture of the curves, and all points as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from lowtide.common.markdown import table  # noqa: E402
from lowtide.common.output import output_folder  # noqa: E402

from .curve import PERIODS, Contender, Curve  # noqa: E402
from .timed_library import TimedLibrary  # noqa: E402

__all__ = ["markdown", "write"]

_PICTURE = "area_and_period.svg"


def markdown(curves: Sequence[Curve], library: TimedLibrary, command: str) -> str:
    """The page.

    Parameters
    ----------
    curves : sequence of Curve
    library : TimedLibrary
    command : str
        What measures the same again.
    """
    by_label = {curve.contender.label: curve for curve in curves}
    rows = []
    for curve in curves:
        beside = by_label.get(curve.contender.beside or "")
        cells = [text for period in PERIODS for text in _cells(curve, beside, period)]
        rows.append([_shown(curve.contender), *cells, f"{curve.points[0].mapped.period_ns:.1f}"])
    known = library.register_ns
    registers = f"the registers in it ({known:.3f} ns)" if known else "no time of registers in it"
    heads = [head for period in PERIODS for head in (f"{library.target.unit} at {period:g} ns", "ratio")]
    return "\n".join(
        [
            "# Area at a clock period",
            "",
            f"Written by `{command}`. PEs on standard cells ({library.name}), mapped for delay: in brackets the "
            "register stages in their sum and the adders of the smallest one that reaches the period. The ratio is to "
            "the conventional PE that does the same work in a cycle, at the same period: B1 multiplies and adds once, "
            "B8 eight times, each the best of a multiplier left to synthesis, with and without Booth digits, and of "
            "one with explicit Booth digits; without a ratio the PE takes several cycles for such work. "
            f"The period has {registers}, no wires and no clock skew. *Fastest* is the shortest period found, ns.",
            "",
            table(["PE", *heads, "fastest"], rows, right=range(1, 2 + len(heads))),
            "",
            f"![area over period of every PE]({_PICTURE})",
            "",
        ]
    )


def write(curves: Sequence[Curve], text: str, library: TimedLibrary, folder: Path) -> list[Path]:
    """Write ``delay.md``, ``delay.json`` and the picture; returns their paths.

    Raises
    ------
    ValueError
        The folder cannot be written to: one line.
    """
    listed = [curve.as_dict() for curve in curves]
    with output_folder(folder) as folder:
        paths = [folder / "delay.md", folder / "delay.json", folder / _PICTURE]
        paths[0].write_text(text, encoding="utf-8")
        paths[1].write_text(json.dumps({"library": library.name, "curves": listed}, indent=1) + "\n")
        figure = _picture(curves, library)
        with pyplot.rc_context({"svg.hashsalt": "lowtide"}):
            figure.savefig(paths[2], metadata={"Date": None})
        pyplot.close(figure)
    return paths


def _cells(curve: Curve, beside: Curve | None, period_ns: float) -> tuple[str, str]:
    """Area and ratio at one period."""
    point, ratio = curve.at(period_ns), curve.ratio(beside, period_ns)
    if point is None:
        return "-", "-"
    area = f"{point.mapped.area:,.0f} ({point.stages}, {point.recipe.adders.name})"
    return area, "-" if ratio is None else f"{ratio:.2f}"


def _shown(contender: Contender) -> str:
    return f"`{contender.label}`" if contender.configs == (contender.label,) else contender.label


def _picture(curves: Sequence[Curve], library: TimedLibrary) -> Figure:
    """Steps: between two points the smaller one that is fast enough counts."""
    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    colours = pyplot.colormaps["tab10"]
    for number, curve in enumerate(curves):
        periods = [point.mapped.period_ns for point in curve.points]
        areas = [point.mapped.area for point in curve.points]
        style = "-" if len(curve.contender.configs) == 1 else "--"
        axes.step(periods, areas, style, where="post", color=colours(number % 10), label=curve.contender.label)
        axes.plot(periods, areas, ".", color=colours(number % 10))
    axes.set(xlabel="clock period, ns", ylabel=f"area of the PE, {library.target.unit}", yscale="log")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_minor_formatter("{x:,.0f}")
    axes.tick_params(axis="y", which="minor", labelsize=7)
    axes.grid(color="0.92", which="both")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", fontsize=8)
    return figure
