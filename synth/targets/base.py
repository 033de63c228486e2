"""What a target is: a technology that designs are mapped to."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["HERE", "RECIPES", "Target"]

HERE = Path(__file__).parent
RECIPES = ("plain", "booth")  #: multipliers as Yosys makes them, and as radix-4 Booth multipliers
#: A product as it is emitted, one factor of fewer than four bits: a constant, or some bits of a word. Yosys makes no
#: Booth multiplier of it.
_NARROW = r"(?:[123]'h\w+|(?:\$signed\()?\w+\[(?P<high>\d+):(?P<low>\d+)\]\)?)"
_PRODUCTS = [re.compile(rf" *assign .+ = {pair};") for pair in (rf"{_NARROW} \* .+", rf"[^*]+ \* {_NARROW}")]


class Target(ABC):
    """A technology.

    Attributes
    ----------
    name : str
        As on the command line.
    unit : str
        Of its area.
    recipes : tuple of str
        Ways to map a design, of which the one of the smallest area counts.
    files : dict of str to Path
        Files that its commands read, by their names in the working folder.
    texts : dict of str to str
        The same for files whose text is made here.
    parts : dict of str to str
        Resources that sum up to the area, name to heading; empty where it is not taken apart.
    extra : dict of str to str
        Resources beside the area, name to heading.
    block : str or None
        Which of these are its multiplier blocks, if designs are mapped to any.
    packs : str or None
        The ``multiplier`` of the configurations that put several products into one of these blocks.
    stat : str
        The Yosys command that counts the cells.
    """

    name: str
    unit: str
    recipes: tuple[str, ...] = RECIPES
    files: dict[str, Path] = {}
    texts: dict[str, str] = {}
    parts: dict[str, str] = {}
    extra: dict[str, str] = {}
    block: str | None = None
    packs: str | None = None
    stat: str = "stat -json"

    def needed(self, verilog: str) -> tuple[str, ...]:
        """Its recipes whose results can differ for this Verilog: they differ in multipliers that are not narrow."""
        wide = any(" * " in line and not _is_narrow(line) for line in verilog.splitlines())
        return self.recipes if wide else self.recipes[:1]

    @abstractmethod
    def commands(self, top: str, recipe: str) -> list[str]:
        """Yosys commands from a read design to a mapped one, as a list of lines. The hierarchy is kept."""

    @abstractmethod
    def resources(
        self,
        cells: Mapping[str, int],
        stat: Mapping[str, Any],
        children: Sequence[tuple[int, Mapping[str, Any]]],
    ) -> dict[str, float]:
        """What one module takes by itself, without its children.

        Parameters
        ----------
        cells : mapping of str to int
            How many cells it has, by type.
        stat : mapping
            All that Yosys' ``stat -json`` says of it.
        children : sequence of pairs
            How many there are of a child, and the ``stat`` of it.

        Returns
        -------
        dict of str to float
            Resource to amount, the price first, as ``area``, in :attr:`unit`.

        Raises
        ------
        ValueError
            A cell was left unmapped.
        """


def _is_narrow(line: str) -> bool:
    """Whether a line of Verilog is a product with a factor of fewer than four bits."""
    found = [match for each in _PRODUCTS if (match := each.fullmatch(line))]
    return any(match["high"] is None or int(match["high"]) - int(match["low"]) < 3 for match in found)
