"""Pictures of the report, each as SVG and PNG, of the first target.

==========================================  ==========================================================
`lowtide.synth.report.pictures.style`       sizes, colours, and axes that start at zero or show decades
`lowtide.synth.report.pictures.modes`       what modes cost beside the best conventional PE
`lowtide.synth.report.pictures.pes`         where the area of PEs goes, and how engines grow
`lowtide.synth.report.pictures.matched`     area, energy, delay and stored bits over what is lost
==========================================  ==========================================================
"""

import io
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from ..contents import Contents
from . import matched, modes, pes, style

__all__ = ["PICTURES", "SOURCES", "drawn"]

#: What pictures are of, and what draws them: by the names of their files, which their captions begin with.
PICTURES: dict[str, Callable[[Contents], dict[str, Figure | None]]] = {
    "modes": lambda contents: {"modes": modes.areas(contents)},
    "matched": lambda contents: dict(matched.networks(contents)),
    "energy": lambda contents: {"energy": modes.energies(contents)},
    "parts": lambda contents: {"parts": pes.parts(contents)},
    "scaling": lambda contents: {"scaling": pes.scaling(contents)},
}
SOURCES = tuple(sorted(Path(__file__).parent.glob("*.py")))  #: files that decide what pictures look like


def drawn(contents: Contents) -> dict[str, dict[str, tuple[str, bytes]]]:
    """Every picture that has something to show: dict of what it is of to dict of name to (SVG text, PNG bytes)."""
    found: dict[str, dict[str, tuple[str, bytes]]] = {}
    with style.pyplot.rc_context(style.SETTINGS):
        for what, draw in PICTURES.items():
            figures = {name: figure for name, figure in draw(contents).items() if figure is not None}
            if figures:
                found[what] = {name: _files(figure) for name, figure in figures.items()}
    return found


def _files(figure: Figure) -> tuple[str, bytes]:
    svg, png = io.StringIO(), io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=110, metadata={"Software": None})
    style.pyplot.close(figure)
    return svg.getvalue(), png.getvalue()
