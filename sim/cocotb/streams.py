"""cocotb drivers of one stream: a source that offers items and a sink that takes them, both stalled at random."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from cocotb.handle import HierarchyObject, LogicArrayObject, LogicObject

__all__ = ["Sink", "Source", "pin"]


def pin(dut: HierarchyObject, name: str) -> LogicObject:
    """A pin of one bit."""
    found: LogicObject = getattr(dut, name)
    return found


@dataclass
class Source:
    """Drives a stream. Once offered, an item stays until it is taken; between items it stalls at random.

    Parameters
    ----------
    dut : HierarchyObject
        The engine.
    name : str
        Of the stream.
    stall : float
        Chance of a stall in a cycle, 0 to 1.
    random : Random
    items : deque of int
        Payloads that wait.
    taken : list of int
        The cycles of the transfers.
    """

    dut: HierarchyObject
    name: str
    stall: float
    random: Random
    items: deque[int] = field(default_factory=deque)
    taken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.valid, self.ready = (pin(self.dut, f"{self.name}_{end}") for end in ("valid", "ready"))
        self.data: LogicArrayObject = getattr(self.dut, f"{self.name}_data")
        self.offered = False
        self.valid.value = 0

    def drive(self) -> None:
        """Before a cycle: perhaps offer the next item."""
        if not self.offered and self.items and self.random.random() >= self.stall:
            self.offered = True
            self.data.value = self.items[0]
            self.valid.value = 1

    def sample(self, cycle: int) -> None:
        """In a cycle: note whether the item is taken."""
        if self.offered and int(self.ready.value):
            self.taken.append(cycle)
            self.items.popleft()
            self.offered = False

    def release(self) -> None:
        """After a cycle: withdraw ``valid`` where nothing is offered."""
        if not self.offered:
            self.valid.value = 0


@dataclass
class Sink:
    """Takes a stream, ready at random, and checks that an item waits unchanged until it is taken.

    Parameters
    ----------
    dut : HierarchyObject
        The engine.
    name : str
        Of the stream.
    stall : float
        Chance of not being ready in a cycle, 0 to 1.
    random : Random
    got : list of (int, int)
        Cycle and payload of each transfer.
    """

    dut: HierarchyObject
    name: str
    stall: float
    random: Random
    got: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.valid, self.ready = (pin(self.dut, f"{self.name}_{end}") for end in ("valid", "ready"))
        self.data: LogicArrayObject = getattr(self.dut, f"{self.name}_data")
        self.is_ready = False
        self.waiting: int | None = None
        self.ready.value = 0

    def drive(self) -> None:
        """Before a cycle: be ready or not."""
        self.is_ready = self.random.random() >= self.stall
        self.ready.value = self.is_ready

    def sample(self, cycle: int) -> None:
        """In a cycle: take the item where both sides are ready."""
        item = int(self.data.value) if int(self.valid.value) else None
        if self.waiting is not None:
            assert item == self.waiting, f"{self.name} changed before it was taken, in cycle {cycle}"
        if item is not None and self.is_ready:
            self.got.append((cycle, item))
        self.waiting = None if self.is_ready else item
