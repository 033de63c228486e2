"""Units of a local memory to and from external memory, by records: those that are wanted, and what lies between."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import Load, Memory, Store

__all__ = ["loads", "runs", "stores"]

GAP = 64  #: units between two that are wanted, up to which one record is faster than two


def runs(wanted: NDArray[np.bool_]) -> Iterator[range]:
    """The wanted ones of a memory's units, bool [units], as ranges, small gaps among them."""
    places = np.flatnonzero(wanted)
    if places.size:
        for run in np.split(places, np.flatnonzero(np.diff(places) > GAP) + 1):
            yield range(int(run[0]), int(run[-1]) + 1)


def loads(memory: Memory, wanted: NDArray[np.bool_], address: int, unit: int) -> list[Load]:
    """LOADs of units that lie at an address as in the memory, each of so many bytes."""
    return [
        Load(memory=memory, address=address + unit * run.start, local=run.start, units=len(run)) for run in runs(wanted)
    ]


def stores(wanted: NDArray[np.bool_], address: int, unit: int) -> list[Store]:
    """The same of the feature memory, out of it."""
    return [
        Store(memory=Memory.FEATURE, address=address + unit * run.start, local=run.start, units=len(run))
        for run in runs(wanted)
    ]
