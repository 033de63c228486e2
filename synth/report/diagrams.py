"""Block diagrams of PEs, one for each kind, drawn from what the kind says of itself: its operands and its steps."""

from collections.abc import Iterable
from dataclasses import dataclass

import jinja2

from lowtide.hw.pe import KINDS

from .page import TEMPLATES

__all__ = ["diagrams"]

WIDTH, GAP, LEFT = 104, 26, 128  #: of a box, between boxes, before the first; in pixels


@dataclass(frozen=True)
class Box:
    """A step: its left edge, and the lines of its text."""

    x: int
    lines: tuple[str, ...]


def diagrams(kinds: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The diagrams of kinds: dict of ``pe_KIND`` to (caption, SVG text)."""
    return {f"pe_{name}": (f"`{name}`: {KINDS[name].summary}.", _drawn(name)) for name in kinds}


def _drawn(name: str) -> str:
    documents = KINDS[name].documents
    texts = [tuple(step.splitlines()) for step in documents.steps or ("multiply\nand add",)]
    boxes = [Box(LEFT + place * (WIDTH + GAP), text) for place, text in enumerate([*texts, ("accumulator",)])]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("diagram.svg").render(
        name=name,
        boxes=boxes,
        width=WIDTH,
        gap=GAP,
        total=boxes[-1].x + WIDTH + 92,
        west=_wrapped(documents.west, 17),
        north=documents.north,
        cycles=documents.cycles,
        values=documents.values,
    )


def _wrapped(text: str, most: int) -> list[str]:
    """A text in lines of at most so many letters where its words allow it."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
