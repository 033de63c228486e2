"""Pictures of the report, each as SVG and PNG, of the first target.

==========================================  ==========================================================
`lowtide.synth.report.pictures.style`       sizes, colours, and axes that start at zero or show decades
`lowtide.synth.report.pictures.modes`       what modes cost beside the best conventional PE
`lowtide.synth.report.pictures.pes`         where the area of PEs goes, and how engines grow
`lowtide.synth.report.pictures.pareto`      area over accuracy
==========================================  ==========================================================
"""

import io
from pathlib import Path

from ..contents import Contents
from . import modes, pareto, pes, style

__all__ = ["PICTURES", "SOURCES", "drawn"]

PICTURES = {
    "modes": modes.areas,
    "pareto": pareto.pareto,
    "energy": modes.energies,
    "parts": pes.parts,
    "scaling": pes.scaling,
}
SOURCES = tuple(sorted(Path(__file__).parent.glob("*.py")))  #: files that decide what pictures look like


def drawn(contents: Contents) -> dict[str, tuple[str, bytes]]:
    """Every picture that has something to show: dict of name to (SVG text, PNG bytes)."""
    found = {}
    with style.pyplot.rc_context(style.SETTINGS):
        for name, picture in PICTURES.items():
            figure = picture(contents)
            if figure is None:
                continue
            svg, png = io.StringIO(), io.BytesIO()
            figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
            figure.savefig(png, format="png", dpi=110, metadata={"Software": None})
            style.pyplot.close(figure)
            found[name] = svg.getvalue(), png.getvalue()
    return found
