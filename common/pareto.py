"""The Pareto front: what no other one beats in everything that counts."""

from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["front"]

Item = TypeVar("Item")


def front(
    items: Iterable[Item],
    costs: Callable[[Item], tuple[float, ...]],
    *,
    margins: Callable[[Item], tuple[float, ...]] | None = None,
) -> list[Item]:
    """The items that no other item beats, in the order of their costs; of items of equal costs the first one.

    An item beats another where none of its costs is larger.

    Parameters
    ----------
    items : iterable
        What is compared.
    costs
        Of an item, as many for each, the one that sorts first; small is good, so state what is good when large with a
        minus.
    margins
        Of an item, one for each cost, 0 or more: an item that comes later in the order has to be better by more than
        this than each item of the front before it. None is 0 for all.

    Examples
    --------
    >>> front([(30, 0.9), (10, 0.5), (20, 0.4)], lambda item: (item[0], -item[1]))
    [(10, 0.5), (30, 0.9)]
    """
    found: list[tuple[Item, tuple[float, ...]]] = []
    for item in sorted(items, key=costs):
        mine = costs(item)
        least = (0.0,) * len(mine) if margins is None else margins(item)
        if not any(all(map(_as_good, other, mine, least)) for _, other in found):
            found.append((item, mine))
    return [item for item, _ in found]


def _as_good(other: float, cost: float, margin: float) -> bool:
    return other - margin <= cost
