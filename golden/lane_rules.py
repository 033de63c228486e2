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

from .reveal import check_group_and_budget
from .terms import check_integer, check_range, masks, max_terms, value_range


def ruled(array):
    """Whether some lane of the array sees a part of the group only."""
    return bool(array.dedicated) or array.window not in (None, array.group)


def check_rules(array):
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


def lane_views(array):
    """What each lane sees: a list of (first, end) of the built group's values, one for each lane."""
    check_rules(array)
    dedicated, window = _dedicated_lanes(array), array.window or array.group
    each = (array.lanes - dedicated) // _windows(array)
    views = [(value, value + 1) for value in range(dedicated)]
    return views + [(first, first + window) for first in range(0, array.group, window) for _ in range(each)]


def lossless_budget(array, terms):
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


def reveal_by_lanes(values, array, *, group, budget, encoding="hese", bits=8, signed=True, axis=-1):
    """Keep the terms that the lanes of the array take from every ``group`` values along ``axis``.

    values: integers of ``bits`` bits (2..16), at least one dimension. group: 1..array.group; a shorter last
    group is filled up with zeros. budget: >= 0. Returns int32 of the same shape, in `ruled_range`. Raises
    ValueError for an array, group, budget, encoding, axis, dtype or value that is not allowed.
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


def ruled_range(array, *, group, budget, encoding="hese", bits=8, signed=True):
    """Bounds (low, high) of what `reveal_by_lanes` can return, reached by some group unless HESE loses a -1 only
    where other values take all slots.

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


def _take(remaining, views, budget):
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


def _highest_term(terms):
    """Of every mask of at most 17 planes its highest bit, 0 of 0."""
    for shift in (1, 2, 4, 8, 16):
        if shift < 8 * terms.itemsize:
            terms = terms | terms >> shift
    return terms ^ (terms >> 1)


def _dedicated_lanes(array):
    return array.group if array.dedicated else 0


def _windows(array):
    return array.group // (array.window or array.group)
