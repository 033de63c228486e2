"""A kind of processing element: what its hardware does in each mode, stated in Python.

A kind is a :class:`Kind` and a :class:`lowtide.hw.pe.base.ProcessingElement` that does it, in one file of
``lowtide/hw/pe`` or in a folder there. The rest (edges, sequencer, engine, reports, tests) asks the kind and repeats
nothing. What can be asked stands in five chapters; a new kind must state what :class:`Kind` names, and what it does
otherwise than a chapter says.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ..base import ProcessingElement
from .configured import Configured
from .control import Beat, Control
from .documents import EVERY_FORMAT, Documents
from .modes import Modes, accepted_modes, field, numbers
from .operands import Operands
from .time import Time

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["EVERY_FORMAT", "Beat", "Documents", "Kind", "accepted_modes", "field", "numbers"]


class Kind(Time, Modes, Operands, Control, Configured):
    """A kind of processing element, and the units at the array's edges that feed it.

    A new kind must state ``name``, ``summary`` and ``documents``, ``chunk`` and ``values_per_beat`` (:class:`Time`),
    ``plain_modes`` (:class:`Modes`) and ``processing_element``. That is a kind whose PE takes a chunk of integers of
    ``x_width`` and ``w_width`` bits in one cycle.

    What the methods of all chapters are asked with:

    - ``config``, an :class:`lowtide.hw.config.array_config.ArrayConfig` of this kind;
    - ``mode``, a :class:`lowtide.hw.mode.word.Mode`;
    - ``word``, a mode in hardware: a view of :data:`lowtide.hw.mode.word.ModeWord`, whose fields hold value - bias;
    - ``side``, "x" (data, rows, west) or "w" (weights, columns, north).

    Attributes
    ----------
    name : str
        Of the kind, in configurations and documents.
    summary : str
        One line: what it is.
    documents : Documents
        What the project's documents say of it.
    """

    name: str
    summary: str
    documents: Documents

    @abstractmethod
    def processing_element(self, config: ArrayConfig) -> ProcessingElement:
        """A new PE, a :class:`ProcessingElement`."""
