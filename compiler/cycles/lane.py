"""What stands before an engine: its next record, and the tokens that order it behind those of the other engines."""

from dataclasses import dataclass, field

from lowtide.common.records.record import Kind, TokenRecord

__all__ = ["RING", "Lane", "Tokens"]

RING = (Kind.LOAD, Kind.EXEC, Kind.STORE)  #: an engine's `a` is the next one, its `b` the one behind that


@dataclass
class Tokens:
    """The first cycles in which tokens are there, by who gives and who takes them."""

    given: dict[tuple[Kind, Kind], list[int]] = field(default_factory=lambda: {(a, b): [] for a in RING for b in RING})
    taken: dict[tuple[Kind, Kind], int] = field(default_factory=lambda: {(a, b): 0 for a in RING for b in RING})

    @staticmethod
    def sides(kind: Kind) -> tuple[Kind, Kind]:
        """The engines that are `a` and `b` of one."""
        place = RING.index(kind)
        return RING[(place + 1) % 3], RING[(place + 2) % 3]

    def there(self, record: TokenRecord) -> int | None:
        """The first cycle in which all tokens of a record are there; None where that is not known."""
        found = 0
        for giver, count in zip(self.sides(record.kind), (record.take_a, record.take_b), strict=True):
            if count:
                pair = giver, record.kind
                last = self.taken[pair] + count
                if last > len(self.given[pair]):
                    return None
                found = max(found, self.given[pair][last - 1])
        return found

    def take(self, record: TokenRecord) -> None:
        """A record takes its tokens."""
        for giver, count in zip(self.sides(record.kind), (record.take_a, record.take_b), strict=True):
            self.taken[giver, record.kind] += count

    def give(self, record: TokenRecord, cycle: int) -> None:
        """A record that ends in a cycle gives its own."""
        for taker, count in zip(self.sides(record.kind), (record.give_a, record.give_b), strict=True):
            self.given[record.kind, taker] += [cycle + 1] * count


@dataclass
class Lane:
    """The next record of an engine, and the one that runs.

    Parameters
    ----------
    free : int, optional
        The first cycle in which words of the next record are taken; None while one waits.
    waiting : int, optional
        Number of the record that waits.
    ready : int
        The first cycle in which it is checked.
    idle : int, optional
        The first cycle in which the engine can begin a record; None while one runs.
    planned : bool
        It is known when the record that waits begins.
    running : int
        Number of the record that runs, or ran last.
    begun, token_waits : int
        The cycle in which it began, and for how many before the engine only waited for its tokens.
    """

    free: int | None = 0
    waiting: int | None = None
    ready: int = 0
    idle: int | None = 0
    planned: bool = False
    running: int = -1
    begun: int = 0
    token_waits: int = 0
