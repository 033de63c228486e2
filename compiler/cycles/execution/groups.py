"""Groups of rows: how many pixels each has, and when each is there."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.execute import Exec

__all__ = ["FIRST_PIXEL", "Groups", "group_sizes", "size_period"]

FIRST_PIXEL = 2  #: cycle in which the walker over pixels offers the first one; the record begins in cycle 0
MOST_GROUPS = 300  #: of a pattern of sizes that is looked for


def group_sizes(record: Exec, rows: int) -> list[int]:
    """Pixels of each group: as many as stay in different banks, pixel r in bank ``bank of pixel 0 + r``, in the output
    shuffled where columns are stored apart by 2."""
    apart = record.out_apart
    y, x = np.divmod(np.arange(record.out_rows * record.out_columns), record.out_columns)
    into = record.in_base + y * record.in_row_step + x * record.in_column_step
    second = record.operand_base + y * record.operand_row_step + x
    out = record.out_base + y % apart * record.out_row_phase + y // apart * record.out_row_step
    out += x % apart * record.out_column_phase + x // apart
    goes_on = np.diff(into) % rows == 1 % rows
    if record.operand:
        goes_on &= np.diff(second) % rows == 1 % rows
    if apart != 2:
        goes_on &= np.diff(out) % rows == 1 % rows
    ends = np.append(np.flatnonzero(~goes_on) + 1, len(y))  # of stretches whose pixels follow each other
    if apart == 2:
        return _shuffled_sizes(out, ends, rows)
    sizes: list[int] = []
    for length in np.diff(ends, prepend=0).tolist():
        sizes += [rows] * (length // rows) + [length % rows] * (length % rows > 0)
    return sizes


def _shuffled_sizes(out: NDArray[np.int64], ends: NDArray[np.int64], rows: int) -> list[int]:
    """The same where the banks of outputs are shuffled, which depends on where a group begins."""
    r = np.arange(rows)
    shuffled = r % 2 * rows // 2 + r // 2
    sizes, first = [], 0
    for end in ends.tolist():
        while first < end:
            part = out[first : min(end, first + rows)]
            fits = (part - part[0] - shuffled[: len(part)]) % rows == 0
            size = len(part) if fits.all() else int(np.argmin(fits))
            sizes.append(size)
            first += size
    return sizes


def size_period(sizes: list[int]) -> tuple[int, int]:
    """After how many groups the sizes repeat, and up to which group they do; 0, 0 where they do not."""
    found = np.array(sizes)
    for period in range(1, min(len(sizes) // 2, MOST_GROUPS) + 1):
        if (found[period:-1] == found[: -1 - period]).all():
            return period, len(sizes) - (sizes[-1] != sizes[-1 - period])
    return 0, 0


@dataclass
class Groups:
    """A buffer of groups: when the last one is whole, and when it can be used.

    Parameters
    ----------
    sizes : list of int
    """

    sizes: list[int]
    number: int = 0  #: groups so far
    whole: int = 0  #: cycle in which the last one is whole
    usable: int = 0  #: the first in which it is the current one
    enters: int = field(default=FIRST_PIXEL)

    def next(self, released: int) -> None:
        """The next group, where the current one is done with in cycle ``released``."""
        self.whole = self.enters + self.sizes[self.number]
        self.number += 1
        moved = max(self.whole, released)
        self.usable = self.enters = moved + 1

    def key(self, reference: int) -> tuple[int, ...]:
        """Its state, times from a cycle on."""
        return (self.whole - reference, self.usable - reference, self.enters - reference)

    def shift(self, cycles: int, groups: int) -> None:
        """So many groups and cycles later."""
        self.number += groups
        self.whole, self.usable, self.enters = self.whole + cycles, self.usable + cycles, self.enters + cycles
