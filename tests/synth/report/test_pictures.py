"""Pictures: axes show whole decades, so a small difference looks small; colours and marks tell names apart."""

import pytest

from lowtide.synth.report.pictures.style import MARKS, decades, figure, pyplot, style_of


@pytest.mark.parametrize(
    "values, limits",
    [([1.0, 1.2], (1, 10)), ([0.27, 34.0], (0.1, 100)), ([100.0, 1000.0], (100, 1000)), ([5.0, 5.0], (1, 10))],
)
def test_a_logarithmic_axis_has_whole_decades(values, limits):
    drawing, axes = figure(2)
    decades(axes, "x", values)
    assert axes.get_xscale() == "log" and axes.get_xlim() == pytest.approx(limits)
    pyplot.close(drawing)


def test_names_have_styles_of_their_own():
    names = [f"kind_{place}" for place in range(len(MARKS))]
    styles = [style_of(name, names) for name in names]
    assert len({(style["color"], style["marker"]) for style in styles}) == len(names)
