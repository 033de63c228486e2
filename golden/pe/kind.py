"""A kind of processing element: what it multiplies and how long it takes, per mode, stated from its definition.

The names are those of the hardware's kinds, which state the same from what is built; tests compare them. ``mode`` and
``array`` are a `lowtide.golden.mode.Mode` and an `Array`, or any objects with the same attributes.

The reduction axis K is cut into chunks of ``values_per_beat`` values. A job makes one or more passes over its chunks;
in each a chunk takes a beat of one or more rounds, and a round has slots, of which ``slots_per_cycle`` a cycle::

    cycles_per_beat = ceil(slots / slots_per_cycle) * rounds * passes
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from ..checks import check_range
from ..duck_types import AnyArray, AnyMode
from ..product import product
from ..storage_formats import PLAIN, WEIGHT_FORMATS, find
from .fields import TERM_FIELDS, check_defaults, check_operand_bits

__all__ = ["Kind"]


class Kind(ABC):
    """What golden states of a kind. A new kind says its name, and what of the following is not as it stands here.

    Attributes
    ----------
    name : str
        The hardware's name of the kind.
    x_formats, w_formats : tuple of str
        Storage formats of either operand that the kind can have.
    unused : tuple of str
        Mode fields without meaning for the kind, which must be at their defaults.
    group_exponents : bool
        Whether each chunk of weights may have an exponent (mode.group_exponent).
    """

    name: str
    x_formats: tuple[str, ...] = (PLAIN.name,)
    w_formats: tuple[str, ...] = WEIGHT_FORMATS
    unused: tuple[str, ...] = TERM_FIELDS
    group_exponents: bool = False

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless the kind can run the mode: here, the array has the widths and no other field is used."""
        check_operand_bits(mode, array)
        check_defaults(mode, self.name, self.unused)

    # Time -----------------------------------------------------------------------------------------------------------

    @abstractmethod
    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        """Values of the reduction axis that one beat consumes."""

    def slots(self, mode: AnyMode, array: AnyArray) -> int:
        """Work items of a round."""
        return 1

    def slots_per_cycle(self, array: AnyArray) -> int:
        """Work items that are done each cycle."""
        return 1

    def rounds(self, mode: AnyMode, array: AnyArray) -> int:
        """Rounds of a beat."""
        return 1

    def passes(self, mode: AnyMode, array: AnyArray) -> int:
        """Passes over all chunks of a job."""
        return 1

    def cycles_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        """Cycles that a chunk takes, all passes together."""
        cycles = -(-self.slots(mode, array) // self.slots_per_cycle(array))
        return cycles * self.rounds(mode, array) * self.passes(mode, array)

    # Memory ---------------------------------------------------------------------------------------------------------

    def stream_bits(self, array: AnyArray, side: str) -> int:
        """Bits of one row's data of a beat ("x"), of one column's weights ("w"), without an exponent."""
        return array.lanes * (array.x_width if side == "x" else array.w_width)

    def element_bits(self, mode: AnyMode, array: AnyArray, side: str) -> int:
        """Bits of one value there. Values lie without gaps, value 0 lowest."""
        return array.x_width if side == "x" else array.w_width

    def data_sizes(self, array: AnyArray) -> tuple[int, ...]:
        """The numbers of bits that a datum can have there, by the mode; 1 stands for bit planes."""
        return (array.x_width,)

    def plane_pairs(self, mode: AnyMode, array: AnyArray) -> list[tuple[int, int]] | None:
        """The bit planes of data and of weights that each pass takes, in order; None where passes take whole values."""
        return None

    # Numbers --------------------------------------------------------------------------------------------------------

    def effective_data(self, mode: AnyMode, array: AnyArray) -> tuple[int, int]:
        """(smallest, largest) datum that is multiplied, whatever ``x``."""
        return find(mode.x_format).decoded_range(mode.x_bits, mode.x_signed)

    def effective_weights(self, mode: AnyMode, array: AnyArray) -> tuple[int, int]:
        """(smallest, largest) weight that is multiplied, whatever ``w``."""
        return find(mode.w_format).decoded_range(mode.w_bits, mode.w_signed)

    def weights(self, w: NDArray[np.integer], mode: AnyMode, array: AnyArray) -> NDArray[np.integer]:
        """The integers that are multiplied.

        Parameters
        ----------
        w : ndarray of int [K, ...]
            Decoded weights.
        mode : Mode
        array : Array

        Returns
        -------
        ndarray of int
            The shape of ``w``.

        Raises
        ------
        ValueError
            For weights out of the mode's range.
        """
        return check_range("w", w, mode.w_bits, mode.w_signed)

    def multiply(
        self, x: NDArray[np.integer], w: NDArray[np.integer], mode: AnyMode, array: AnyArray
    ) -> NDArray[np.int64]:
        """x[M, K] @ w[K, N] as the kind computes it, int64 [M, N] modulo 2^64."""
        return product(x, w)

    def bound_on_k(self, mode: AnyMode, array: AnyArray) -> int | None:
        """A limit of the reduction length beside the accumulator's, or None."""
        return None

    def term_pair_bound(self, mode: AnyMode, array: AnyArray) -> float:
        """Term pairs per multiplication as the term revealing paper counts them: all pairs of bits, a float."""
        return float(mode.x_bits * mode.w_bits)
