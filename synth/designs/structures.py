"""The structures of sums that every PE is priced with, the conventional ones and all others alike.

``tree`` adds the lanes in pairs, ``chains`` in a row for each digit, which saves a quarter of the LUTs where these have
six inputs and costs a fifth of the clock. The smaller of the two counts, on each target by itself. ``chain``, all
digits in one row, is smaller still but has a third of the clock: the report shows its area, and it does not count.
"""

from collections.abc import Iterable
from dataclasses import replace

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.fields import BY_NAME

__all__ = ["COUNTED", "STRUCTURES", "structures"]

STRUCTURES = tuple(str(each) for each in BY_NAME["sums"].allowed)
COUNTED = ("tree", "chains")


def structures(config: ArrayConfig, among: Iterable[str] = COUNTED) -> dict[str | None, ArrayConfig]:
    """The configurations that differ from one in the structure of their sums alone.

    Parameters
    ----------
    config : ArrayConfig
        Where its own structure is none of ``among`` there is no other.
    among : iterable of str
        Those that are wanted, of :data:`STRUCTURES`.

    Returns
    -------
    dict of str or None to ArrayConfig
        By structure, those that its kind can build; the configuration itself under None where its kind has no choice.
    """
    if config.sums is None or config.sums not in (wanted := tuple(among)):
        return {config.sums: config}
    found: dict[str | None, ArrayConfig] = {}
    for sums in wanted:
        try:
            found[sums] = replace(config, sums=sums)
        except ValueError:  # the kind, or its multiplier, has no such sums
            continue
    return found
