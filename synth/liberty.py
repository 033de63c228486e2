"""Standard cells: the part of a liberty file that pricing needs, and the kinds of cell that an area is made of."""

import re
from pathlib import Path

__all__ = ["KINDS_OF_CELL", "Cells"]

#: What an area is made of: name in reports' JSON to its heading in tables.
KINDS_OF_CELL = {"registers": "registers, clock gates", "full_adders": "full adders", "multiplexers": "multiplexers",
                 "xors": "xor, xnor", "other_gates": "other gates"}

_CELL = re.compile(r'\bcell\s*\(\s*"?([^")\s]+)"?\s*\)')
_AREA = re.compile(r"\barea\s*:\s*\"?([-+\d.eE]+)")
_REGISTER = re.compile(r"\b(ff|latch)\s*\(|\bclock_gating_integrated_cell\b")
#: Gates by the names that libraries give them: fa_1, FA_X1, full_adder; mux2; xor2, xnor2.
_BY_NAME = {"full_adders": re.compile(r"full_?adder|(^|_)fa[a-z]{0,3}(_|$)", re.IGNORECASE),
            "multiplexers": re.compile(r"mux", re.IGNORECASE), "xors": re.compile(r"xn?or", re.IGNORECASE)}


class Cells:
    """The cells of a liberty file.

    area: dict of cell name to its area, in the library's unit.
    kind: dict of cell name to one of :data:`KINDS_OF_CELL`.
    clock_gates, full_adders: whether the library has clock gating cells, and a cell of the name ``full_adder``.

    Raises ``ValueError`` for a file that is none, or that has no flip-flop.
    """

    def __init__(self, path):
        try:
            text = Path(path).read_text(errors="replace")
        except OSError as error:
            raise ValueError(f"liberty is {str(path)!r}: {(error.strerror or 'not readable').lower()}") from None
        if not re.search(r"\blibrary\s*\(", text) or not re.search(r"\bff\s*\(", text):
            raise ValueError(f"liberty is {str(path)!r}, allowed is a liberty file with a flip-flop (ff) cell")
        starts = list(_CELL.finditer(text))
        self.area, self.kind = {}, {}
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            body = text[start.end():following.start() if following else len(text)]
            area = _AREA.search(body)
            self.area[start[1]] = float(area[1]) if area else 0.0
            self.kind[start[1]] = "registers" if _REGISTER.search(body) else _gate(start[1])
        self.clock_gates = "clock_gating_integrated_cell" in text
        self.full_adders = "full_adder" in self.area

    def areas(self, counts):
        """Area of so many cells, a dict of name to number, by kind: a dict with every one of :data:`KINDS_OF_CELL`."""
        areas = dict.fromkeys(KINDS_OF_CELL, 0.0)
        for cell, count in counts.items():
            areas[self.kind[cell]] += count * self.area[cell]
        return {kind: round(area, 3) for kind, area in areas.items()}


def _gate(name):
    """The kind of a cell that is no register."""
    return next((kind for kind, pattern in _BY_NAME.items() if pattern.search(name)), "other_gates")
