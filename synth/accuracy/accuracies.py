"""The accuracy that a mode keeps, from the JSON files of ``make experiments`` where they are there.

On every network of :data:`NETWORKS` where the quantisation was measured, each with how many pictures it was measured on
and the standard error of the loss beside the float network, paired. Integers and term revealing: every layer in the
mode, compensated with the terms of least error where that was measured, else with the largest terms, else rounded; not
the best of them, which would be chosen on the pictures that it is reported on. PEs whose lanes have rules keep other
terms: their accuracy is that of the same rule. Storage formats, and integers on Fashion-MNIST: the method of the
summary table that stands for the quantisation, after fine-tuning; widths of data are the method's own there. Groups
with an exponent, two digits and FP4: compensated, and the rows of ``lowtide evaluate --pictures FOLDER`` on a folder of
pictures of one's own, where they were written to the same place.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from lowtide.common.quantisation import Quantisation

from .rows import NETWORKS, Kept, Measured, evaluated, grouped, rounded, tuned

__all__ = ["Accuracies"]

#: Files of a folder, without their ending, and what reads their rows; experiments do not write the optional ones.
_FILES = {
    "term_revealing": rounded,
    "compensation": rounded,
    "group_exponents": grouped,
    "summary": tuned,
    "pictures": evaluated,
}
_OPTIONAL = ("pictures",)


class Accuracies:
    """What the files of a folder say.

    Parameters
    ----------
    folder : str or Path
        That of the experiments' JSON.

    Attributes
    ----------
    missing : list of str
        Names of the files that are not there.
    """

    def __init__(self, folder: str | Path) -> None:
        self.missing: list[str] = []
        self._measured = [each for name, measured in _FILES.items() for each in self._read(folder, name, measured)]

    def of(self, quantisation: Quantisation) -> tuple[Kept, ...]:
        """What networks keep in a quantisation, those where it was measured, in the order of :data:`NETWORKS`."""
        mine = [each for each in self._measured if each.quantisation == quantisation]
        found = (self._on(network, mine) for network in NETWORKS.values())
        return tuple(each for each in found if each is not None)

    def _on(self, network: str, measured: Iterable[Measured]) -> Kept | None:
        """The first of: compensated as it is best, compensated, rounded, fine-tuned."""
        mine = [each for each in measured if each.kept.network == network]
        return min(mine, key=lambda each: each.rank).kept if mine else None

    def _read(
        self, folder: str | Path, name: str, measured: Callable[[Mapping[str, Any]], Measured | None]
    ) -> list[Measured]:
        try:
            rows = json.loads(Path(folder, f"{name}.json").read_text())["rows"]
            return [found for row in rows if (found := measured(row)) is not None]
        except (OSError, ValueError, KeyError, TypeError):  # not there, or of another version
            if name not in _OPTIONAL or Path(folder, f"{name}.json").exists():
                self.missing.append(f"{name}.json")
            return []
