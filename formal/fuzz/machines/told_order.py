"""The order of records as the machine tells it: when each begins and ends, and how long it has waited for tokens.

Tokens alone order the engines. What a record takes was given by records of other engines that have ended, so it begins
behind the last of them; if that is what its engine has waited for, it begins at once then.
"""

from collections.abc import Iterator, Mapping, Sequence

from lowtide.common.records.record import Kind, Record, TokenRecord
from lowtide.sim.machine import Entry

from ..records.more_tokens import RING, SIDES

__all__ = ["givers_of", "told_of_order"]

AT_ONCE = 1  #: cycles from the end of what has been waited for to the first cycle of what waits


def told_of_order(records: Sequence[Record], told: Mapping[int, Entry]) -> str:
    """A line where records are told to have run in an order that their tokens do not allow.

    Parameters
    ----------
    records : sequence of Record
        A legal list.
    told : mapping of int to Entry
        What is told of each record of an engine, by its number.
    """
    before: dict[Kind, int] = {}  # the end of the record before, by the engine
    givers = givers_of(records)
    for number, record in enumerate(records):
        if not isinstance(record, TokenRecord):
            before = dict.fromkeys(RING, max(before.values(), default=0))
            continue
        entry, free = told[number], before.get(record.kind, 0)
        there = max((told[giver].end for giver in givers[number]), default=0)
        if entry.begun < free or entry.begun < there:
            return f"record {number} is told to begin at cycle {entry.begun}, others end at {free} and {there}"
        if entry.token_waits > entry.begun - free or (entry.token_waits and not givers[number]):
            return f"record {number} is told to have waited for tokens for {entry.token_waits} cycles"
        if entry.token_waits and entry.begun != there + AT_ONCE:
            return f"record {number} is told to begin at cycle {entry.begun}, and to have waited for cycle {there}"
        before[record.kind] = entry.end
    return ""


def givers_of(records: Sequence[Record]) -> dict[int, list[int]]:
    """The records that must have ended before each, by its number: at most one of each other engine."""
    found: dict[int, list[int]] = {n: [] for n, record in enumerate(records) if isinstance(record, TokenRecord)}
    for taker in range(3):
        for distance in (1, 2):
            for number, giver in _given(records, (taker + distance) % 3, taker):
                found[number].append(giver)
    return found


def _given(records: Sequence[Record], giver: int, taker: int) -> Iterator[tuple[int, int]]:
    """Each record of one engine that takes tokens of another one, and the record that gave the last of them."""
    gives, takes = f"give_{SIDES[(taker - giver) % 3 - 1]}", f"take_{SIDES[(giver - taker) % 3 - 1]}"
    given = [n for n, each in enumerate(records) if each.kind == RING[giver] for _ in range(getattr(each, gives))]
    taken = 0
    for number, record in enumerate(records):
        if record.kind == RING[taker] and (count := getattr(record, takes)):
            taken += count
            yield number, given[taken - 1]
