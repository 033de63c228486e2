"""Term revealing (TR): of a group of values only the highest terms show.

Encode every value of a group, sort the group's terms by exponent descending, then index ascending, and keep
the first ``budget``. The mean number of terms per value is ``alpha = budget / group``. With a group of one
value this is top-s truncation, used for activations (``s`` = data terms).

The order is computed as receding water: plane ``e`` of a group shows whole while ``sum_{f >= e} ones(f) <=
budget``; in the first plane that does not fit, the terms are granted in index order; below it everything
stays under water. No sort is needed, and groups that fit their budget are left as they are.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, sections on term revealing and the receding water
algorithm.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_integer, check_range, value_range
from .terms import check_encoding, masks, max_terms, positions

LARGEST_GROUP = 32
_BLOCK = 1 << 16  # values worked on at a time, so that the planes stay in the cache


def revealed_range(
    *, group: int, budget: int, encoding: str = "hese", bits: int = 8, signed: bool = True
) -> tuple[int, int]:
    """(smallest, largest) value that `reveal` can return with these parameters; both are reached by some group.

    Binary terms share a sign, so cutting shrinks a value: the largest has ``budget`` ones at most. HESE and
    Booth may cut the -1 of ``2^p - 1``: the largest value becomes ``2^p``, one past the range, unless the
    budget always leaves a value its two highest terms.
    """
    check_group_and_budget(group, budget, encoding)
    low, high = value_range(bits, signed)
    if budget == 0:
        return 0, 0
    most = max_terms(encoding, bits, signed)
    if encoding == "binary":
        cut = max(0, high.bit_length() - budget)
        high = high >> cut << cut
    elif most > 1 and budget <= (group - 1) * most + 1:
        high += 1
    return low, high


def reveal(
    values: ArrayLike,
    *,
    group: int,
    budget: int,
    encoding: str = "hese",
    bits: int = 8,
    signed: bool = True,
    axis: int = -1,
) -> NDArray[np.int32]:
    """Keep the ``budget`` highest terms of every ``group`` consecutive values along ``axis``.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, at least one dimension.
    group : int
        Values that share a budget, 1..32; a shorter last group is a group of its own with the same budget.
    budget : int
        Terms that are kept of a group, 0 or more.
    encoding : str
        One of `lowtide.golden.ENCODINGS`.
    bits : int
        2..16.
    signed : bool
    axis : int

    Returns
    -------
    ndarray of int32
        The shape of ``values``, in the range that `revealed_range` gives.

    Raises
    ------
    ValueError
        For a group, budget, encoding, axis, dtype or value that is not allowed.
    """
    check_group_and_budget(group, budget, encoding)
    values = check_range("values", values, bits, signed)
    if values.ndim == 0:
        raise ValueError("values has 0 dimensions, allowed are 1 or more")
    check_integer("axis", axis, -values.ndim, values.ndim - 1)
    if values.size == 0 or budget >= group * max_terms(encoding, bits, signed):
        return values.astype(np.int32)
    if group == 1:
        return top_terms(values, budget, encoding=encoding, bits=bits, signed=signed)
    axis %= values.ndim
    length = values.shape[axis]
    shape = (math.prod(values.shape[:axis]), length, math.prod(values.shape[axis + 1 :]))
    grouped = _to_groups(values.reshape(shape), group, np.int16 if bits <= 12 else np.int32)
    lines = grouped.reshape(group, -1)
    step = max(1, _BLOCK // group)
    for start in range(0, lines.shape[1], step):
        _reveal_block(lines[:, start : start + step], budget, encoding, bits, signed)
    result = np.empty((shape[0], grouped.shape[2] * group, shape[2]), np.int32)
    result.reshape(shape[0], grouped.shape[2], group, shape[2])[...] = grouped.transpose(1, 2, 0, 3)
    return result[:, :length].reshape(values.shape)


def top_terms(
    values: ArrayLike, terms: int, *, encoding: str = "hese", bits: int = 8, signed: bool = True
) -> NDArray[np.int32]:
    """Keep the ``terms`` highest terms of every value: `reveal` with a group of one.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape.
    terms : int
        0 or more.
    encoding : str
        One of `lowtide.golden.ENCODINGS`.
    bits : int
        2..16.
    signed : bool

    Returns
    -------
    ndarray of int32
        The shape of ``values``.
    """
    check_group_and_budget(1, terms, encoding, "terms")
    values = check_range("values", values, bits, signed)
    most = max_terms(encoding, bits, signed)
    if terms >= most:
        return values.astype(np.int32)
    low, high = value_range(bits, signed)
    if values.size <= high - low + 1:
        return _top_terms(values, terms, encoding, bits, signed)
    every_value = np.r_[0 : high + 1, low:0]  # a negative one is found at its index from the end
    return _top_terms(every_value, terms, encoding, bits, signed)[values]


def _top_terms(values: NDArray[np.integer], terms: int, encoding: str, bits: int, signed: bool) -> NDArray[np.int32]:
    """`top_terms` of values that are in range."""
    most = max_terms(encoding, bits, signed)
    plus, minus = masks(values, encoding, bits, signed)
    shown = plus | minus
    excess = np.bitwise_count(shown).astype(np.int8) - np.int8(terms)
    for cut in range(most - terms):
        shown = np.where(excess > cut, shown & (shown - 1), shown)  # clears the lowest term
    return np.asarray((plus & shown) - (minus & shown), np.int32)


def check_group_and_budget(group: int, budget: int, encoding: str, budget_name: str = "budget") -> None:
    """ValueError unless group, budget and encoding are what `reveal` allows."""
    check_integer("group", group, 1, LARGEST_GROUP)
    check_integer(budget_name, budget, 0)
    check_encoding(encoding)


def _to_groups(values: NDArray[np.integer], group: int, dtype: type[np.integer]) -> NDArray[np.integer]:
    """[A, K, B] -> [group, A, ceil(K/group), B]; the last group is filled up with zeros: no terms."""
    before, length, after = values.shape
    whole, rest = divmod(length, group)
    grouped = np.zeros((group, before, whole + bool(rest), after), dtype)
    full = values[:, : whole * group].reshape(before, whole, group, after)
    grouped[:, :, :whole] = full.transpose(2, 0, 1, 3)
    if rest:
        grouped[:rest, :, whole] = values[:, whole * group :].transpose(1, 0, 2)
    return grouped


def _reveal_block(block: NDArray[np.integer], budget: int, encoding: str, bits: int, signed: bool) -> None:
    """Reveal every column of ``block`` [group, groups] in place."""
    plus, minus = masks(block, encoding, bits, signed)
    shown = plus | minus
    over = np.bitwise_count(shown).sum(axis=0, dtype=np.uint16) > budget
    if not over.any():
        return
    some = not over.all()
    if some:
        plus, minus, shown = (np.compress(over, mask, axis=1) for mask in (plus, minus, shown))
    planes = positions(encoding, bits, signed)
    kept = _recede(shown.astype(np.uint8) if planes <= 8 else shown, planes, budget)
    revealed = (plus & kept) - (minus & kept)
    if some:
        block[:, over] = revealed
    else:
        block[...] = revealed


def _recede(terms: NDArray[np.integer], planes: int, budget: int) -> NDArray[np.integer]:
    """The masks of the terms kept, of ``terms`` [group, groups], ``planes`` bits; all groups over budget."""
    groups = terms.shape[1]
    seen = np.zeros(groups, np.int16)  # terms in this plane and above
    used = np.zeros(groups, np.int16)  # terms in the planes that show whole
    partial = np.full(groups, planes, np.int8)  # the plane that shows in part
    for exponent in reversed(range(planes)):
        seen += ((terms & terms.dtype.type(1 << exponent)) != 0).sum(axis=0, dtype=np.uint8)
        fits = seen <= budget
        np.copyto(used, seen, where=fits)
        partial -= fits
    partial -= 1
    plane = np.left_shift(1, partial, dtype=np.int32)
    whole = (-(plane << 1)).astype(terms.dtype)  # every plane above the partial one
    plane = plane.astype(terms.dtype)
    kept = terms & whole
    left = (budget - used).astype(np.int8)  # budget that is left for the partial plane: below the group size
    for index in range(terms.shape[0]):
        bit = terms[index] & plane
        bit *= left > 0
        kept[index] |= bit
        left -= bit != 0
    return kept
