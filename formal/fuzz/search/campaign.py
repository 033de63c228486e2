"""A search at random: numbers that are not kept yet are examined in child processes, and each result is kept."""

from collections.abc import Callable, Hashable, Sequence

from .children_progress import ChildrenProgress
from .kept import Kept, Thing
from .workers import in_children

__all__ = ["examine_all"]

BATCH = 16  #: numbers that a child examines


def examine_all(
    numbers: Sequence[int],
    held: Kept[Thing],
    work: Callable[[list[int]], list[Thing]],
    *,
    lost: Callable[[int, int], Thing],
    together: Callable[[int], Hashable] = lambda number: None,
    doing: str,
    jobs: int,
) -> list[Thing]:
    """Examine those that are not kept yet.

    Parameters
    ----------
    numbers : sequence of int
    held : Kept
        What is kept; the results are added as they come.
    work : callable
        The results of some numbers.
    lost : callable
        The result of a number whose child has died, of it and the status that the child ended with.
    together : callable
        Numbers for which it gives the same can be worked on at once.
    doing : str
        What is shown.
    jobs : int
        Processes at a time.

    Returns
    -------
    list
        The results of all numbers, in their order.
    """
    left = [number for number in numbers if number not in held.found]
    if len(left) < len(numbers):
        print(f"{len(numbers) - len(left)} of them were examined before")
    groups: dict[Hashable, list[int]] = {}
    for number in left:
        groups.setdefault(together(number), []).append(number)
    batches = [group[start : start + BATCH] for group in groups.values() for start in range(0, len(group), BATCH)]
    with ChildrenProgress(doing, len(left)) as progress:
        for batch, found in in_children(work, batches, jobs=jobs, patience=1.0):
            if isinstance(found, int):
                found = [lost(batch[0], found)]
            if found is not None:
                held.add(found)
                progress.advance(len(batch), sum(each.is_bad for each in found))
            progress.show()
    return [held.found[number] for number in numbers]
