"""What a target is: a technology that designs are mapped to."""

import re
from abc import ABC, abstractmethod
from pathlib import Path

__all__ = ["HERE", "RECIPES", "Target"]

HERE = Path(__file__).parent
RECIPES = ("plain", "booth")  #: multipliers as Yosys makes them, and as radix-4 Booth multipliers


class Target(ABC):
    """A technology.

    name: as on the command line.
    unit: of its area.
    recipes: ways to map a design, of which the one of the smallest area counts.
    files, texts: what its commands read, name in the working folder to path, or to text.
    parts: the resources that sum up to the area, as name and heading; empty where it is not taken apart.
    extra: the resources beside the area, as name and heading.
    stat: the command that counts the cells.
    """

    name: str
    unit: str
    recipes = RECIPES
    files: dict[str, Path] = {}
    texts: dict[str, str] = {}
    parts: dict[str, str] = {}
    extra: dict[str, str] = {}
    stat = "stat -json"

    def needed(self, verilog):
        """Its recipes whose results can differ for this Verilog: they differ in multipliers only."""
        return self.recipes if re.search(r" \* ", verilog) else self.recipes[:1]

    @abstractmethod
    def commands(self, top, recipe):
        """Yosys commands from a read design to a mapped one, as a list of lines. The hierarchy is kept."""

    @abstractmethod
    def resources(self, cells, stat, children):
        """What one module takes by itself, without its children: a dict, the price first, as ``area``.

        ``cells`` counts its cells by type, ``stat`` is all that Yosys' ``stat -json`` says of it, ``children`` are
        pairs of a count and the ``stat`` of a child. Raises ``ValueError`` where a cell was left unmapped.
        """
