"""Lane rules of `term`: which values of the group a lane sees.

A *free* lane sees the whole group. *Dedicated* lanes, as many as the group has values, see one value each. What a lane
sees is what its multiplexer in every PE can choose from, so rules save area and cost terms. The lanes that are not
dedicated are dealt to the *windows* of the group, runs of ``window`` values, in equal numbers and in order.

A budget is handed out in rounds, one cycle each, of as many slots as there are lanes; the last round may be shorter.
In a round the lanes take turns in order: each takes the largest remaining term of the values that it sees (the highest
exponent, of equal ones the lowest index), or stays empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = [
    "budget_of_one",
    "check_rules",
    "dedicated_lanes",
    "lossless_budget",
    "rule_name",
    "ruled",
    "slots_of_a_value",
    "window_lanes",
    "windows",
]


def dedicated_lanes(config: ArrayConfig) -> int:
    """Number of lanes that see one value each: the first ones."""
    return config.group if config.dedicated else 0


def window_values(config: ArrayConfig) -> int:
    """Values that a lane which is not dedicated sees."""
    return config.window or config.group


def windows(config: ArrayConfig) -> list[tuple[int, int]]:
    """The windows, as (first value, number of values)."""
    size = window_values(config)
    return [(first, size) for first in range(0, config.group, size)] if window_lanes(config) else []


def window_lanes(config: ArrayConfig) -> int:
    """Number of lanes of each window."""
    return (config.lanes - dedicated_lanes(config)) * window_values(config) // config.group


def ruled(config: ArrayConfig) -> bool:
    """Whether some lane sees less than the whole group."""
    return bool(config.dedicated) or window_values(config) < config.group


def check_rules(config: ArrayConfig) -> None:
    """Raise ``ValueError`` where lanes, group, ``dedicated`` and ``window`` do not fit each other."""
    dedicated, size = dedicated_lanes(config), window_values(config)
    if config.lanes < dedicated:
        raise ValueError(f"lanes is {config.lanes}, with dedicated lanes it must be at least group, {config.group}")
    if size > config.group or config.group % size:
        raise ValueError(f"window is {size}, allowed are divisors of group, {config.group}")
    count, others = config.group // size, config.lanes - dedicated
    if others % count:
        raise ValueError(
            f"lanes is {config.lanes}, the {others} that are not dedicated must be a multiple of the "
            f"number of windows, {count}"
        )
    if count > 1 and not others:
        raise ValueError(f"window is {size}, but every lane is dedicated: leave it out")


def lossless_budget(config: ArrayConfig, group: int, terms: int) -> int:
    """The budget with which a group loses no term.

    With dedicated lanes each round takes a term of every value, and the last needs no other lanes. In windows alone a
    window's values can have all the terms, whatever the group of the mode.

    Parameters
    ----------
    config : ArrayConfig
    group : int
        Values of the mode's group, 1 to the one built in.
    terms : int
        The most terms that a value can have.
    """
    if config.dedicated:
        return (terms - 1) * config.lanes + config.group
    if ruled(config):
        return -(-window_values(config) * terms // window_lanes(config)) * config.lanes
    return group * terms


def lane_views(config: ArrayConfig) -> list[tuple[int, int]]:
    """What each lane sees, as (first value, number of values)."""
    views = [(value, 1) for value in range(dedicated_lanes(config))]
    return views + [view for view in windows(config) for _ in range(window_lanes(config))]


def budget_of_one(config: ArrayConfig, terms: int) -> int:
    """The budget with which a value that is alone in its chunk loses no term, at any place of the group: the slots up
    to the one in which its last term is taken.

    Parameters
    ----------
    config : ArrayConfig
    terms : int
        The most terms that the value can have.
    """
    most, views = 0, lane_views(config)
    for value in range(config.group):
        seeing = [lane for lane, (first, size) in enumerate(views) if first <= value < first + size]
        rounds, place = divmod(terms - 1, len(seeing))
        most = max(most, rounds * config.lanes + seeing[place] + 1)
    return most


def slots_of_a_value(config: ArrayConfig, group: int, budget: int) -> int:
    """The most slots of a budget whose lanes see one value of a group: the most terms that one value can keep.

    Parameters
    ----------
    config : ArrayConfig
    group : int
        Values of the mode's group, 1 to the one built in.
    budget : int
        Slots of a group, handed out to the lanes in turn.
    """
    rounds, rest = divmod(budget, config.lanes)
    return max(
        sum(
            (rounds + (lane < rest)) * (first <= value < first + size)
            for lane, (first, size) in enumerate(lane_views(config))
        )
        for value in range(group)
    )


def rule_name(config: ArrayConfig) -> str:
    """What the lanes see, in a few words."""
    others = config.lanes - dedicated_lanes(config)
    windowed = window_values(config) < config.group
    shared = f"{others} in windows of {window_values(config)}" if windowed else f"{others} shared"
    if config.dedicated:
        return f"{config.group} dedicated" + (f" + {shared}" if others else "")
    return shared if windowed else "free"
