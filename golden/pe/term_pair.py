"""The term-pair PE, the published tMAC: one pair of terms, of a weight and of a datum, a cycle.

A weight term ``±2^f`` and a data term ``±2^e`` multiply to ``±2^(e+f)``. A group with the budget of ``k`` weight
terms and ``s`` terms of each datum takes a fixed ``k s`` cycles. The weight side is that of `lowtide.golden.pe.term`.

With array.accumulation "direct" the accumulator adds the pairs: the exact product. With "coefficients" a
coefficient vector counts them, and a binary stream converter sums it at the end::

    c_j = sum over the pairs with e + f = j of the product of their signs        y = sum_j c_j 2^j

Each ``c_j`` is two's complement of array.coefficient_width bits and wraps.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, the tMAC.
"""

import numpy as np
from numpy.typing import NDArray

from ..checks import check_integer
from ..duck_types import AnyArray, AnyMode
from ..lane_rules import ruled
from ..product import product
from ..reveal import LARGEST_GROUP, revealed_range
from ..storage_formats import PLAIN
from ..terms import decode, masks, positions
from .fields import check_choice
from .term import Term, encoding

__all__ = ["TermPair", "coefficient_vector"]

ACCUMULATIONS = ("direct", "coefficients")
MOST_DATA_TERMS = 16


class TermPair(Term):
    """One group of values a beat; every slot of the budget with every term that a datum can have, filled or empty."""

    name = "term_pair"
    unused = ("block_floating",)

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError as on a term array, and unless the accumulation is one that exists; lanes have no rules."""
        check_integer("array.group", array.group, 1, LARGEST_GROUP)
        if ruled(array):
            raise ValueError(
                f"array.dedicated, array.window are {array.dedicated!r}, {array.window!r}, allowed on a term_pair "
                f"array are False, None"
            )
        check_choice("array.accumulation", array.accumulation, ACCUMULATIONS)
        if array.accumulation == "coefficients":
            _coefficient_width(array)
        check_integer("mode.data_terms", mode.data_terms, 0, MOST_DATA_TERMS)
        self.check_terms(mode, array)

    def slots_per_cycle(self, array: AnyArray) -> int:
        return 1

    def rounds(self, mode: AnyMode, array: AnyArray) -> int:
        """The terms of a datum, one in each round."""
        return self.data_terms(mode)

    def effective_data(self, mode: AnyMode, array: AnyArray) -> tuple[int, int]:
        """After top-s truncation to the data terms; binary data have one term, which is always kept."""
        if not mode.data_terms or mode.x_format != PLAIN.name:
            return super().effective_data(mode, array)
        return revealed_range(
            group=1, budget=mode.data_terms, encoding=encoding(mode), bits=mode.x_bits, signed=mode.x_signed
        )

    def multiply(
        self, x: NDArray[np.integer], w: NDArray[np.integer], mode: AnyMode, array: AnyArray
    ) -> NDArray[np.int64]:
        """x[M, K] @ w[K, N] modulo 2^64 as int64, by way of wrapped coefficients if the array accumulates those."""
        if array.accumulation == "direct":
            return product(x, w)
        unused = 64 - _coefficient_width(array)
        return decode(coefficient_vector(x, w, mode) << unused >> unused)

    def bound_on_k(self, mode: AnyMode, array: AnyArray) -> int | None:
        """The largest reduction length for which no coefficient can wrap, None if the array has none.

        Two terms of one value have different exponents. So for a given j each weight term ``2^f`` of a value meets
        at most one data term, ``2^(j-f)``, and a group adds no more to ``|c_j|`` than it has weight terms: the budget,
        or all terms that a group can have if those are fewer. A shorter last group has the whole budget, so only whole
        groups count: ``group * floor((2^(width-1) - 1) / terms of a group)``.
        """
        if array.accumulation == "direct":
            return None
        weights = 1 if mode.diagonal else mode.group
        terms = min(mode.budget, weights * self.weight_terms(mode))
        return mode.group * (((1 << (_coefficient_width(array) - 1)) - 1) // terms)


def coefficient_vector(x: NDArray[np.integer], w: NDArray[np.integer], mode: AnyMode) -> NDArray[np.int64]:
    """The coefficients ``c_j``, not wrapped.

    Parameters
    ----------
    x : ndarray of int [M, K]
        Of mode.x_bits bits, or what top-s truncation made of them.
    w : ndarray of int [K, N]
        Of mode.w_bits bits, or what term revealing made of them.
    mode : Mode

    Returns
    -------
    ndarray of int64 [M, N, coefficients]
        The one of 2^0 first; as many as pairs of such operands need: 15 of two signed 8-bit operands in HESE, 16 of an
        unsigned and a signed one.
    """
    x_planes = _planes(x, mode, "x")
    w_planes = _planes(w, mode, "w")
    shape = (x.shape[0], w.shape[1], len(x_planes) + len(w_planes) - 1)
    coefficients = np.zeros(shape, np.int64)
    for e, x_plane in enumerate(x_planes):
        for f, w_plane in enumerate(w_planes):
            coefficients[:, :, e + f] += product(x_plane, w_plane)
    return coefficients


def _coefficient_width(array: AnyArray) -> int:
    """Bits of a coefficient, 2..64; ValueError where the array states none."""
    return check_integer("array.coefficient_width", array.coefficient_width, 2, 64)


def _planes(values: NDArray[np.integer], mode: AnyMode, side: str) -> list[NDArray[np.int8]]:
    """The digit planes -1, 0, 1 of operands, least significant first: int8, as many as the format needs."""
    bits, signed = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
    plus, minus = masks(values, encoding(mode), bits, signed)
    return [
        (plus >> exponent & 1).astype(np.int8) - (minus >> exponent & 1).astype(np.int8)
        for exponent in range(positions(encoding(mode), bits, signed))
    ]
