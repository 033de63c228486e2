"""Standard cells: the part of a liberty file that pricing needs, and the kinds of cell that an area is made of."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path

from .groups import Group, parse

__all__ = ["KINDS_OF_CELL", "Cells"]

#: What an area is made of: name in reports' JSON to its heading in tables.
KINDS_OF_CELL = {
    "registers": "registers, clock gates",
    "full_adders": "full adders",
    "multiplexers": "multiplexers",
    "xors": "xor, xnor",
    "other_gates": "other gates",
}

_CELL = re.compile(r'\bcell\s*\(\s*"?([^")\s]+)"?\s*\)')
_AREA = re.compile(r"\barea\s*:\s*\"?([-+\d.eE]+)")
_REGISTER = re.compile(r"\b(ff|latch)\s*\(|\bclock_gating_integrated_cell\b")
#: Cells for other power domains, and those that the library itself advises against.
_SPECIAL = re.compile(
    r'\b(dont_use|is_isolation_cell|is_level_shifter|always_on|retention_cell)\s*:\s*"?true'
    r'|\bswitch_cell_type\b|_lpflow_|"KAPWR"',
    re.IGNORECASE,
)
#: Gates by the names that libraries give them: fa_1, FA_X1, full_adder; mux2; xor2, xnor2.
_BY_NAME = {
    "full_adders": re.compile(r"full_?adder|(^|_)fa[a-z]{0,3}\d?(_|$)", re.IGNORECASE),
    "multiplexers": re.compile(r"mux", re.IGNORECASE),
    "xors": re.compile(r"xn?or", re.IGNORECASE),
}


class Cells:
    """The cells of a liberty file.

    Parameters
    ----------
    path : str or Path
        The liberty file.

    Attributes
    ----------
    area : dict of str to float
        Name of a cell to its area, in the library's unit.
    kind : dict of str to str
        Name of a cell to one of :data:`KINDS_OF_CELL`.
    special : list of str
        Names of cells that synthesis is not to use: isolation, level shifters, ``dont_use``.
    clock_gates, timing : bool
        Whether the library has clock gating cells; delays.

    Raises
    ------
    ValueError
        The file is no liberty file, or has no flip-flop.
    """

    area: dict[str, float]
    kind: dict[str, str]
    special: list[str]
    _bodies: dict[str, str]

    def __init__(self, path: str | Path):
        try:
            text = Path(path).read_text(errors="replace")
        except OSError as error:
            raise ValueError(f"liberty is {str(path)!r}: {(error.strerror or 'not readable').lower()}") from None
        if not re.search(r"\blibrary\s*\(", text) or not re.search(r"\bff\s*\(", text):
            raise ValueError(f"liberty is {str(path)!r}, allowed is a liberty file with a flip-flop (ff) cell")
        starts = list(_CELL.finditer(text))
        self.path, self.header = Path(path), text[: starts[0].start()] if starts else text
        self.area, self.kind, self.special, self._bodies = {}, {}, [], {}
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            body = text[start.end() : following.start() if following else len(text)]
            area = _AREA.search(body)
            self.area[start[1]] = float(area[1]) if area else 0.0
            self.kind[start[1]] = "registers" if _REGISTER.search(body) else _gate(start[1])
            self._bodies[start[1]] = text[start.start() : start.end() + _closing(body)]
            if _SPECIAL.search(f"{start[1]} {body}"):
                self.special.append(start[1])
        self.timing = re.search(r"\bcell_rise\b|\bintrinsic_rise\b", text) is not None
        self.clock_gates = "clock_gating_integrated_cell" in text

    def cell(self, name: str) -> Group:
        """The :class:`lowtide.synth.targets.groups.Group` of a cell. ``ValueError`` where its text is broken."""
        try:
            return parse(self._bodies[name]).groups[0]
        except ValueError as error:
            raise ValueError(f"liberty is {str(self.path)!r}: cell {name}: {error}") from None

    @cached_property
    def full_adder(self) -> dict[str, str] | None:
        """The smallest full adder: a dict of ``cell``, inputs ``A``, ``B``, ``C``, and outputs ``CARRY`` and ``SUM`` to
        the names in the library. None where there is none of two outputs."""
        named = [name for name, kind in self.kind.items() if kind == "full_adders" and name not in self.special]
        for name in sorted(named, key=self.area.__getitem__):
            pins = {pin.arguments[0]: pin.attributes for pin in self.cell(name).of("pin")}
            inputs = sorted(pin for pin, said in pins.items() if said.get("direction") == "input")
            outputs = {pin: str(said["function"]) for pin, said in pins.items() if "function" in said}
            if len(inputs) != 3:
                continue
            tables = {pin: _truth_table(function, inputs) for pin, function in outputs.items()}
            found = {_ADDS.get(table): pin for pin, table in tables.items()}
            if {"CARRY", "SUM"} <= found.keys():
                return dict(zip("ABC", inputs, strict=True)) | {
                    "cell": name,
                    "CARRY": found["CARRY"],
                    "SUM": found["SUM"],
                }
        return None

    def areas(self, counts: Mapping[str, int]) -> dict[str, float]:
        """Area of so many cells, a dict of name to number, by kind: a dict with every one of :data:`KINDS_OF_CELL`."""
        areas = dict.fromkeys(KINDS_OF_CELL, 0.0)
        for cell, count in counts.items():
            areas[self.kind[cell]] += count * self.area[cell]
        return {kind: round(area, 3) for kind, area in areas.items()}


_ADDS: dict[tuple[int, ...], str] = {(0, 0, 0, 1, 0, 1, 1, 1): "CARRY", (0, 1, 1, 0, 1, 0, 0, 1): "SUM"}


def _truth_table(function: str, inputs: Sequence[str]) -> tuple[int, ...]:
    """The outputs of a liberty function for all values of its inputs, the last input changing first; () where it is not
    understood."""
    words = re.sub(r"\s*'", "'", function)
    words = re.sub(r"([\w\[\]]+|\([^()]*\))'", r"(!\1)", words)  # the postfix complement of older libraries
    words = re.sub(r"(?<=[\w)'])\s+(?=[\w(!])", " & ", words)  # a blank between two factors
    words = words.replace("!", "~").replace("*", "&").replace("+", "|")
    if not re.fullmatch(r"[\w\s&|^~()]+", words):
        return ()
    try:
        code = compile(words.strip(), "function", "eval")
    except SyntaxError:
        return ()
    if not set(code.co_names) <= set(inputs):
        return ()
    return tuple(
        eval(code, {"__builtins__": {}}, dict(zip(inputs, values, strict=True))) & 1
        for values in product((0, 1), repeat=len(inputs))
    )


def _closing(body: str) -> int:
    """Where the group ends that ``body`` begins in."""
    depth = 0
    for brace in re.finditer(r"[{}]", body):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(body)


def _gate(name: str) -> str:
    """The kind of a cell that is no register."""
    return next((kind for kind, pattern in _BY_NAME.items() if pattern.search(name)), "other_gates")
