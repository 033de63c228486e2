"""Tables of the kinds of PE: operands and time for the architecture page; what to choose, at what cost, for README.

Areas are read from the file that ``make synth`` writes beside the page of prices.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from lowtide.common.markdown import table

from ...pe import KINDS

__all__ = ["PRICES", "choice_table", "kind_table", "with_table"]

PRICES = Path("docs", "results", "price", "kinds.json")  #: below the project's folder
MARKS = "<!-- kinds: written by `make docs` -->", "<!-- end of kinds -->"


def kind_table() -> str:
    """Operands and time of every kind, as a Markdown table."""
    rows = [
        (f"`{kind.name}`", kind.documents.west, kind.documents.north, kind.documents.cycles, kind.documents.values)
        for kind in KINDS.values()
    ]
    return table(("kind", "west, held", "north, each cycle", "cycles of a chunk", "values of a chunk"), rows)


def choice_table(folder: str | Path) -> str:
    """What every kind does, when to choose it and what it costs, as a Markdown table.

    Parameters
    ----------
    folder : str or Path
        The project's folder. Kinds without prices in its :data:`PRICES` have ``-`` for an area.

    Raises
    ------
    OSError, ValueError
        The prices cannot be read.
    """
    prices = json.loads(Path(folder, PRICES).read_text())
    rows = []
    for kind in KINDS.values():
        price = prices.get(kind.name)
        full, best = ("-", "-") if price is None else map(_area, (price["full_width"], price["best"]))
        best += f", {price['best']['mode']}" if price else ""
        documents = kind.documents
        what = documents.what or kind.summary
        rows.append((f"`{kind.name}`", what, documents.choose or "-", documents.cycles, full, best))
    headings = (
        "kind",
        "what it does",
        "when to choose it",
        "cycles of a chunk",
        "area, full width",
        "area, best mode",
    )
    return table(headings, rows, right=(4,))


def _area(price: Mapping[str, float]) -> str:
    """The ratio of the PE for a mode alone and, in brackets, of the one with all modes."""
    return f"{price['alone']:.2f} ({price['all_modes']:.2f})"


def with_table(text: str, rows: str, marks: tuple[str, str] = MARKS) -> str:
    """A document with what is between two marks exchanged. Raises ``ValueError`` where it has none."""
    before, rest = text.split(marks[0])
    _, after = rest.split(marks[1])
    return f"{before}{marks[0]}\n\n{rows}\n\n{marks[1]}{after}"
