"""A unit that stands still now and then has cycles of its own, in which it does not."""

from dataclasses import dataclass, field

__all__ = ["Clock"]

KEPT = 64  #: stands that are remembered


@dataclass
class Clock:
    """A unit's own cycles: what it does in its own cycle n it does in cycle ``n + stood``, as far as it has stood still
    by then.

    Parameters
    ----------
    stood : int
        Cycles in which it has stood still so far.
    stands : list of tuple
        The last of them, in order: its own cycle before which it stood, and for how long it had stood before and after.
    """

    stood: int = 0
    stands: list[tuple[int, int, int]] = field(default_factory=list)

    def cycle(self, own: int) -> int:
        """The cycle of one of its own."""
        stood = self.stood
        for at, before, _ in reversed(self.stands):
            if own >= at:
                break
            stood = before
        return own + stood

    def own(self, cycle: int) -> int:
        """The first of its own that is not before a cycle."""
        stood = self.stood
        for at, before, after in reversed(self.stands):
            if cycle >= at + after:
                break
            if cycle >= at + before:
                return at
            stood = before
        return cycle - stood

    def reached(self, own: int) -> int:
        """The cycle in which it comes to one of its own, before it stands still there."""
        return self.cycle(own - 1) + 1

    def stand(self, own: int, cycles: int) -> None:
        """It stands still for so many cycles before it does what it does in one of its own, none before the last."""
        if cycles:
            self.stands.append((own, self.stood, self.stood + cycles))
            self.stood += cycles
            if len(self.stands) > KEPT:
                del self.stands[: KEPT // 2]

    def key(self, reference: int, first: int) -> tuple[tuple[int, int], ...]:
        """Stands at its own cycle ``first`` and later, times from a cycle on as if it stood still no more."""
        found = []
        for at, before, after in reversed(self.stands):
            if at < first:
                break
            found.append((at + self.stood - reference, after - before))
        return tuple(found)

    def shift(self, own: int, stood: int) -> None:
        """So many of its own cycles later, and as many more in which it stood still."""
        self.stood += stood
        self.stands = [(at + own, before + stood, after + stood) for at, before, after in self.stands]
