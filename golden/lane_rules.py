"""Structured term revealing: which terms a budget keeps when every lane sees a part of the group only.

Lanes that see one value, or a window of the group, need smaller multiplexers. A budget of k slots is handed
out in rounds of ``lanes`` slots, the last round may be shorter. In a round the lanes take turns in order, and
each takes the largest remaining term (exponent descending, then index ascending) of the values that it sees, or
stays empty.

- array.dedicated: lane ``i < array.group`` sees value ``i`` only.
- array.window: the group is cut into ``array.group / window`` windows of consecutive values; the lanes that are
  not dedicated are dealt to the windows in equal numbers, in order: the first n lanes see window 0, and so on.

Lanes and windows are those of the built group: in a mode with a smaller group the values beyond it are absent,
and lanes that see nothing else stay empty. Without dedicated lanes and with one window, the whole group, this is
`lowtide.golden.reveal`. A value always loses its lowest terms first, so revealing again changes nothing.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, for the order of terms; the rules are Lowtide's own.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_integer, check_range, value_range
from .duck_types import Lanes
from .reveal import check_group_and_budget
from .terms import masks, max_terms


def ruled(array: Lanes) -> bool:
    """Whether some lane of the array sees a part of the group only."""
    return bool(array.dedicated) or array.window not in (None, array.group)


def check_rules(array: Lanes) -> None:
    """ValueError unless every lane of the array sees a value or a window, and every window has as many lanes."""
    if array.window is not None:
        check_integer("array.window", array.window, 1, array.group)
        if array.group % array.window:
            raise ValueError(f"array.window is {array.window}, allowed are divisors of array.group {array.group}")
    shared = array.lanes - _dedicated_lanes(array)
    if shared < 0:
        raise ValueError(
            f"array.lanes is {array.lanes}, allowed with array.dedicated are integers >= {array.group} (array.group)"
        )
    if shared % _windows(array):
        raise ValueError(
            f"array.lanes is {array.lanes}, allowed are numbers whose {shared} lanes that are not dedicated divide "
            f"among {_windows(array)} windows"
        )


def lane_views(array: Lanes) -> list[tuple[int, int]]:
    """What each lane sees: (first, end) of the built group's values, one for each lane."""
    check_rules(array)
    dedicated, window = _dedicated_lanes(array), array.window or array.group
    each = (array.lanes - dedicated) // _windows(array)
    views = [(value, value + 1) for value in range(dedicated)]
    return views + [(first, first + window) for first in range(0, array.group, window) for _ in range(each)]


def lossless_budget(array: Lanes, terms: int) -> int:
    """The budget that keeps every term of any group of values of at most ``terms`` terms each.

    With dedicated lanes every value gets rid of a term in each round, of which the last needs no other lanes;
    without, each window's lanes must have slots for all its terms.
    """
    check_rules(array)
    if array.dedicated:
        return (terms - 1) * array.lanes + array.group
    window = array.window or array.group
    each = array.lanes // _windows(array)
    return -(-window * terms // each) * array.lanes


def budget_of_one(array: Lanes, terms: int) -> int:
    """The budget that keeps every term of a value of at most ``terms`` terms whose group is zero but for it, at any
    place of the group: the slots up to the one that takes its last term."""
    needed = []
    for value in range(array.group):
        seeing = [lane for lane, (first, end) in enumerate(lane_views(array)) if first <= value < end]
        slots = [cycle * array.lanes + lane for cycle in range(terms) for lane in seeing]
        needed.append(slots[terms - 1] + 1)
    return max(needed)


def reveal_by_lanes(
    values: ArrayLike,
    array: Lanes,
    *,
    group: int,
    budget: int,
    encoding: str = "hese",
    bits: int = 8,
    signed: bool = True,
    axis: int = -1,
) -> NDArray[np.int32]:
    """Keep the terms that the lanes of the array take from every ``group`` values along ``axis``.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, at least one dimension.
    array : Array
        Of which lanes, group, dedicated and window count.
    group : int
        Values that share a budget, 1..array.group; a shorter last group is filled up with zeros.
    budget : int
        Slots of a group, 0 or more.
    encoding : str
        One of `lowtide.golden.ENCODINGS`.
    bits : int
        2..16.
    signed : bool
    axis : int

    Returns
    -------
    ndarray of int32
        The shape of ``values``, in `ruled_range`.

    Raises
    ------
    ValueError
        For an array, group, budget, encoding, axis, dtype or value that is not allowed.
    """
    views = lane_views(array)
    check_group_and_budget(group, budget, encoding)
    check_integer("group", group, 1, array.group)
    values = check_range("values", values, bits, signed)
    if values.ndim == 0:
        raise ValueError("values has 0 dimensions, allowed are 1 or more")
    check_integer("axis", axis, -values.ndim, values.ndim - 1)
    lines = np.moveaxis(values, axis, 0)
    groups = -(-lines.shape[0] // group)
    padded = np.zeros((groups * group, *lines.shape[1:]), values.dtype)
    padded[: lines.shape[0]] = lines
    grouped = np.moveaxis(padded.reshape(groups, group, *lines.shape[1:]), 1, 0)  # [group, groups, ...]
    plus, minus = masks(grouped, encoding, bits, signed)
    views = [(first, min(end, group)) for first, end in views]
    kept = _take(plus | minus, views, budget)
    revealed = np.moveaxis((plus & kept) - (minus & kept), 0, 1).reshape(padded.shape)
    return np.moveaxis(revealed[: lines.shape[0]], 0, axis).astype(np.int32)


def ruled_range(
    array: Lanes, *, group: int, budget: int, encoding: str = "hese", bits: int = 8, signed: bool = True
) -> tuple[int, int]:
    """Bounds (low, high) of what `reveal_by_lanes` can return with these parameters, reached by some group unless HESE
    loses a -1 only where other values take all slots.

    A value alone in its group takes a term from each slot that sees it: so many ones has the largest binary
    value. HESE may cut the -1 of ``2^p - 1``, unless the budget keeps every term.
    """
    low, high = value_range(bits, signed)
    most = max_terms(encoding, bits, signed)
    if budget == 0:
        return 0, 0
    if encoding != "binary":
        return low, high + (most > 1 and budget < lossless_budget(array, most))
    views = lane_views(array)
    slots = [views[slot % array.lanes] for slot in range(min(budget, most * array.lanes))]
    seen = max(sum(first <= value < end for first, end in slots) for value in range(group))
    cut = max(0, high.bit_length() - seen)
    return low, high >> cut << cut


def _take(remaining: NDArray[np.integer], views: list[tuple[int, int]], budget: int) -> NDArray[np.integer]:
    """The masks of the terms taken, of the masks ``remaining`` [group, ...], which lose them."""
    kept = np.zeros_like(remaining)
    for slot in range(budget):
        first, end = views[slot % len(views)]
        if slot % len(views) == 0 and not remaining.any():
            break
        if first >= end:
            continue
        seen = remaining[first:end]
        highest = _highest_term(seen)
        chosen = highest.argmax(axis=0)[None]  # the first of the largest
        term = np.take_along_axis(highest, chosen, axis=0)
        np.put_along_axis(seen, chosen, np.take_along_axis(seen, chosen, axis=0) ^ term, axis=0)
        taken = kept[first:end]
        np.put_along_axis(taken, chosen, np.take_along_axis(taken, chosen, axis=0) | term, axis=0)
    return kept


def _highest_term(terms: NDArray[np.integer]) -> NDArray[np.integer]:
    """Of every mask of at most 17 planes its highest bit, 0 of 0."""
    for shift in (1, 2, 4, 8, 16):
        if shift < 8 * terms.itemsize:
            terms = terms | terms >> shift
    return terms ^ (terms >> 1)


def _dedicated_lanes(array: Lanes) -> int:
    return array.group if array.dedicated else 0


def _windows(array: Lanes) -> int:
    return array.group // (array.window or array.group)
