"""Counts how often signals of a module change while the compiled model runs.

:func:`counters` is Verilog for the end of a module with a port ``clk``. At every rising edge it hands the bits that
differ from the edge before, as they are just before the edge, to C++, which adds them up over all instances of the
module. So a bit counts once a cycle at most: the simulation has no delays, and there are no glitches in the numbers.
"""

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.hw.config.array_config import ArrayConfig

from .model import Model, Result

__all__ = ["Counted", "CountingModel", "counters"]

SOURCE = Path(__file__).with_suffix(".cpp")


@dataclass(frozen=True)
class Counted:
    """What a run did.

    Parameters
    ----------
    result : lowtide.sim.Result
    cycles : int
        Clock cycles in which was counted.
    counts : ndarray of int64 [signals]
        Over all instances, in the order of :func:`counters`, changes first.
    """

    result: Result
    cycles: int
    counts: NDArray[np.int64]


def counters(changes: Sequence[str], pulses: Sequence[str]) -> str:
    """Verilog that counts, before each rising edge of ``clk``, which signals have changed and which are 1.

    Parameters
    ----------
    changes : sequence of str
        One-bit expressions, counted where they are not what they were at the edge before; not empty.
    pulses : sequence of str
        One-bit expressions, counted where they are 1; not empty.
    """
    total, kept = len(changes) + len(pulses), len(changes)
    return "\n".join(
        [
            f'  import "DPI-C" function void lowtide_transitions(input bit [{total - 1}:0] changed);',
            f"  reg [{kept - 1}:0] counted_now, counted_before;",
            "  always @(posedge clk) begin",
            f"    counted_now = {{{', '.join(reversed(changes))}}};",
            f"    lowtide_transitions({{{', '.join(reversed(pulses))}, counted_now ^ counted_before}});",
            "    counted_before = counted_now;",
            "  end",
            "",
        ]
    )


class CountingModel(Model):
    """A :class:`lowtide.sim.Model` of Verilog with :func:`counters` in one of its modules.

    The counters belong to the library, so two models of one text may not count at a time.

    Parameters
    ----------
    config : ArrayConfig
    verilog_text : str
        Of the engine, with the counters.
    signals : int
        Bits that are counted.
    instances : int
        Of the module with the counters.
    """

    def __init__(self, config: ArrayConfig, verilog_text: str, *, signals: int, instances: int) -> None:
        self._signals, self._instances = signals, instances
        super().__init__(
            config, verilog_text=verilog_text, quick=True, sources=(SOURCE,), defines=(f"COUNTED={signals}",)
        )
        self._library.lowtide_counts.restype = ctypes.c_uint64
        self._library.lowtide_counts.argtypes = [ctypes.c_void_p]

    def counted(self, products: Iterable[Sequence[Any]]) -> Counted:
        """Run ``products`` as :meth:`lowtide.sim.Model.run` does, with its errors, and count."""
        self._library.lowtide_count(1)
        try:
            result = self.run(products)
        finally:
            self._library.lowtide_count(0)
            counts = np.empty(self._signals, np.uint64)
            calls = self._library.lowtide_counts(counts.ctypes.data)
        return Counted(result, calls // self._instances, counts.astype(np.int64))
