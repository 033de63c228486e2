"""Which layers of a program: ``--layers``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

__all__ = ["Layers", "layers_option"]

ALLOWED = "all, a number N, or A:B, from layer A up to the one before B"


@dataclass(frozen=True)
class Layers:
    """Neighbouring layers, counted from 0.

    Parameters
    ----------
    text : str
        As it was said: ``all``, ``N``, ``A:B``, ``A:`` or ``:B``.

    Raises
    ------
    ValueError
        Another text.
    """

    text: str

    def __post_init__(self) -> None:
        if self.text != "all" and not all(each.isascii() and each.isdigit() for each in self._ends if each):
            raise ValueError(f"layers is {self.text!r}, allowed are {ALLOWED}")
        if not self.text or self.text.count(":") > 1:
            raise ValueError(f"layers is {self.text!r}, allowed are {ALLOWED}")

    @property
    def _ends(self) -> list[str]:
        return self.text.split(":")

    def of(self, count: int) -> range:
        """Their numbers in a program of so many layers. ``ValueError`` for layers that it does not have, and for
        none."""
        if self.text == "all":
            return range(count)
        first, *end = self._ends
        low = int(first or 0)
        high = low + 1 if not end else int(end[0] or count)
        if not 0 <= low < high <= count:
            raise ValueError(
                f"layers is {self.text!r}, allowed in a program of {count} layers are all, N from 0 to {count - 1}, "
                f"and A:B with A below B and B at most {count}"
            )
        return range(low, high)


def layers_option(help: str) -> Callable[[Any], Any]:
    """``--layers``: :class:`Layers`, or None."""

    def said(context: click.Context, param: click.Parameter, text: str | None) -> Layers | None:
        return None if text is None else Layers(text)

    return click.option("--layers", callback=said, metavar="all|N|A:B", help=help)
