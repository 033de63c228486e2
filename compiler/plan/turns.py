"""When the host has its turns: few of them, each of as many stages as can be had."""

from collections.abc import Callable, Sequence

from .stage import Stage
from .ways.cascade import Cascade

__all__ = ["few_turns", "one_turn_each"]


def few_turns(stages: Sequence[Stage], *sources: str) -> list[Stage]:
    """Stages in an order in which those of the host come late and together; without any, the order that is given.

    Parameters
    ----------
    stages : sequence of Stage
        In an order in which they can run.
    *sources : str
        The tensors that come from outside.
    """
    if not any(stage.host for stage in stages):
        return list(stages)
    made, ordered, left = set(sources), list[Stage](), list(stages)

    def take(wanted: Callable[[Stage], bool]) -> None:
        """All stages that can run, one behind the other."""
        for stage in list(left):
            if wanted(stage) and made.issuperset(stage.reads):
                ordered.append(stage)
                made.add(stage.makes)
                left.remove(stage)

    while left:
        take(lambda stage: not stage.host)
        take(lambda stage: bool(stage.host))
    return ordered


def one_turn_each(cascades: Sequence[Cascade], stages: Sequence[Stage]) -> list[Cascade]:
    """Cascades with neighbouring ones of the host as one: the list waits once."""
    found: list[Cascade] = []
    for cascade in cascades:
        if found and stages[cascade.first].host and stages[found[-1].last].host:
            found[-1] = Cascade(first=found[-1].first, last=cascade.last)
        else:
            found.append(cascade)
    return found
