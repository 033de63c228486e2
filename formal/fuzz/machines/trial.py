"""What is drawn for a list: its machine, its records, how the bus behaves, and what goes wrong before."""

from dataclasses import dataclass, replace

import numpy as np

from lowtide.common.records.record import TokenRecord
from lowtide.hw.bus.axi import ADDRESS_BITS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.identity import IDENTITY_BITS
from lowtide.hw.config.machines import MACHINES, flexible_machine
from lowtide.hw.pe import KINDS
from lowtide.sim.machine.host import NEVER
from lowtide.sim.machine.library import CHANNELS

from ..records.bus_faults import BusFault, random_bus_fault
from ..records.faults import FAULTS, STANDS, FaultyList, faulty_list
from ..records.lists import RandomList, random_list
from ..records.maker import USED
from .entries import EntryRoom

__all__ = ["EVENTS", "Bus", "Trial", "event_of", "kind_of", "other_identity", "trial"]

NOTHING, RECORD, BUS, RESET, START, FOREIGN, SOFTWARE, DEADLOCK, STANDING, ENTRIES = EVENTS = (
    "nothing",
    "wrong record",
    "bus error",
    "reset",
    "start",
    "foreign list",
    "software reset",
    "deadlock",
    "standing bus",
    "room of entries",
)  #: what goes wrong before a list
PAGE = 1 << 12
SPACE = 1 << 20  #: bytes of external memory and of what lies behind it
LONGEST_WAIT = 4000  #: cycles until a reset or a second start
RECORDS = 20, 320  #: of a list, at least and about at most, each power of two as often as the others
QUIET = 1500, 5000  #: cycles after which the watchdog tells, at least and at most, where it must


@dataclass(frozen=True)
class Bus:
    """How the bus behaves: latency in cycles, and the share of cycles in which each channel stands still."""

    latency: int
    stalls: dict[str, float]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Bus":
        """A random one; every fourth never stands still, and in every fourth it is addresses or responses that do."""
        most = rng.choice([0.0, 0.2, 0.7, 0.95])
        latency = int(rng.choice([0, 1, int(rng.integers(2, 20)), int(rng.integers(20, 120))]))
        slow = most if most < 0.9 else 0.1  # of data
        return cls(latency, {name: float((slow if name in "rw" else most) * rng.random()) for name in CHANNELS})


@dataclass(frozen=True, eq=False)
class Trial:
    """A list and what is around it.

    Parameters
    ----------
    config : AcceleratorConfig
    found : RandomList
        That must be right.
    bus : Bus
        While it runs.
    event : str
        One of :data:`EVENTS`, before it.
    bus_before : Bus
        While that happens.
    faulty : FaultyList or None
        With a wrong record, or a deadlock.
    fault : BusFault or None
        With an error of the bus, or with one that stands.
    room : EntryRoom or None
        With entries that may find none.
    cycles : int
        Until a reset or a start.
    program : int
        Identity of another machine.
    quiet : int
        Of the watchdog where it must tell.
    """

    config: AcceleratorConfig
    found: RandomList
    bus: Bus
    event: str
    bus_before: Bus
    faulty: FaultyList | None
    fault: BusFault | None
    room: EntryRoom | None
    cycles: int
    program: int
    quiet: int


def kind_of(number: int) -> str:
    """The kind of PE of list ``number``: one behind the other."""
    return list(KINDS)[number % len(KINDS)]


def event_of(seed: int, number: int) -> str:
    """What goes wrong before list ``number`` of a seed: nothing twice as often as each event."""
    return EVENTS[int(np.random.default_rng([seed, number, 2]).choice([0, *range(len(EVENTS))]))]


def other_identity(config: AcceleratorConfig, rng: np.random.Generator) -> int:
    """The identity of another machine than this one: 0, one bit off, that of a named one, or any."""
    named = [machine.identity for machine in MACHINES.values()]
    others = [
        0,
        config.identity ^ 1 << int(rng.integers(IDENTITY_BITS)),
        int(rng.choice(named)),
        int(rng.integers(1 << IDENTITY_BITS)),
    ]
    return int(rng.choice([other for other in others if other != config.identity]))


def random_base(rng: np.random.Generator) -> int:
    """An address at which external memory may begin, a multiple of 4,096: any one, or one with a power of 2 within what
    lists use. Every eighth is 0."""
    kind, most = rng.random(), (1 << ADDRESS_BITS) - SPACE
    if kind < 0.125:
        return 0
    page = int(rng.integers(1 << ADDRESS_BITS))
    if kind < 0.75:
        alignment = int(rng.integers(SPACE.bit_length(), ADDRESS_BITS))
        page = (page >> alignment << alignment) - int(rng.integers(USED))
    return min(max(page, 0), most) // PAGE * PAGE


def trial(seed: int, number: int) -> Trial:
    """Trial ``number`` of a seed."""
    rng = np.random.default_rng([seed, number, 1])
    config = flexible_machine(kind_of(number))
    base = random_base(rng)
    records = RECORDS[0] * (RECORDS[1] / RECORDS[0]) ** rng.random()
    found = random_list(config, seed, number, records=int(records), base=base)
    event = event_of(seed, number)
    faulty = None
    if event in (RECORD, DEADLOCK):
        name = str(rng.choice([name for name in FAULTS if name != STANDS])) if event == RECORD else STANDS
        faulty = faulty_list(config, seed, number, fault=name, records=int(rng.integers(8, 20)), base=base)
    fault = random_bus_fault(rng, found, of_lists=event == BUS) if event in (BUS, STANDING) else None
    if fault and event == STANDING:
        fault = replace(fault, response=NEVER)
    engines = sum(isinstance(record, TokenRecord) for record in found.records)
    room = EntryRoom.drawn(rng, engines) if event == ENTRIES else None
    bus, bus_before, cycles = Bus.drawn(rng), Bus.drawn(rng), int(rng.integers(LONGEST_WAIT))
    program, quiet = other_identity(config, rng), int(rng.integers(*QUIET))
    return Trial(config, found, bus, event, bus_before, faulty, fault, room, cycles, program, quiet)
