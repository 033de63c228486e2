"""Orders in which the machine's three engines may end the records of a list."""

from itertools import permutations

from lowtide.common.records.record import Kind

__all__ = ["orders"]

RING = (Kind.LOAD, Kind.EXEC, Kind.STORE)


def orders(records, rng):
    """A random order in which three engines, each in order, may end the records, tokens obeyed; WAIT when all before it
    have ended, and all behind it then."""
    waits = [number for number, record in enumerate(records) if record.kind == Kind.WAIT]
    counts, found = {pair: 0 for pair in permutations(RING, 2)}, []
    for first, end in zip([-1, *waits], [*waits, len(records)], strict=True):
        queues = {kind: [n for n in range(first + 1, end) if records[n].kind == kind] for kind in RING}
        found += _between_waits(records, rng, queues, counts)
        found += [end] * (end in waits)
    assert not any(counts.values())
    return found


def _between_waits(records, rng, queues, counts):
    """An order of records, of which ``queues`` has those of each engine; ``counts`` of tokens are changed in place."""
    found = []
    while any(queues.values()):
        ready = []
        for place, kind in enumerate(RING):
            if queues[kind]:
                record = records[queues[kind][0]]
                a, b = RING[(place + 1) % 3], RING[(place + 2) % 3]
                if counts[a, kind] >= record.take_a and counts[b, kind] >= record.take_b:
                    ready.append((place, kind, a, b))
        assert ready, "a deadlock"
        place, kind, a, b = ready[rng.integers(len(ready))]
        number = queues[kind].pop(0)
        record = records[number]
        counts[a, kind] -= record.take_a
        counts[b, kind] -= record.take_b
        counts[kind, a] += record.give_a
        counts[kind, b] += record.give_b
        found.append(number)
    return found
