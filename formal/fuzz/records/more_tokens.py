"""More tokens than a list needs: one to seven at a time, from records that nothing has to wait for as well.

Those that a record gives to an engine are taken by later ones of it, in order and all of them, so each record still
waits for the end of the one that gave the last of what it takes, and no list can deadlock.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lowtide.common.records.record import Kind, Record, TokenRecord

__all__ = ["RING", "SIDES", "more_tokens"]

RING = (Kind.LOAD, Kind.EXEC, Kind.STORE)
SIDES = ("a", "b")  #: the next engine of the ring, and the one behind that
MOST = 7  #: tokens that a record gives or takes


def more_tokens(rng: np.random.Generator, records: Sequence[Record]) -> tuple[Record, ...]:
    """The records with more tokens. They have one for each pair of records of which one waits for the other."""
    found = list(records)
    for taker in range(3):
        for distance in (1, 2):
            _between(rng, found, (taker + distance) % 3, taker)
    return tuple(found)


def _between(rng: np.random.Generator, records: list[Record], giver: int, taker: int) -> None:
    """Add to what one engine gives another."""
    gives, takes = f"give_{SIDES[(taker - giver) % 3 - 1]}", f"take_{SIDES[(giver - taker) % 3 - 1]}"
    givers = [n for n, record in enumerate(records) if record.kind == RING[giver]]
    takers = [n for n, record in enumerate(records) if record.kind == RING[taker]]
    waiting = [n for n in givers if getattr(records[n], gives)]  # that a later record takes the token of
    first = 0
    for number in takers:
        taken = getattr(records[number], takes)
        highest = waiting[0] if waiting else len(records)  # what is taken now must not be behind that
        if taken:
            first = waiting.pop(0)
            _add(rng, records, first, gives, number, takes)
        choices = [n for n in givers if first <= n <= min(highest, number - 1)]
        if choices and not taken and rng.random() < 0.3:
            first = int(rng.choice(choices))
            _add(rng, records, first, gives, number, takes)


def _add(rng: np.random.Generator, records: list[Record], giver: int, gives: str, taker: int, takes: str) -> None:
    """Give and take so many more that neither is too many."""
    one, other = records[giver], records[taker]
    assert isinstance(one, TokenRecord) and isinstance(other, TokenRecord)
    given, taken = getattr(one, gives), getattr(other, takes)
    more = int(rng.integers(0, MOST + 1 - max(given, taken)))
    records[giver] = replace(one, **{gives: given + more})
    records[taker] = replace(other, **{takes: taken + more})
