"""What is drawn for a list: its machine, its records, how the bus behaves, and what goes wrong before."""

from dataclasses import dataclass

import numpy as np

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS
from lowtide.sim.machine.library import CHANNELS

from ..records.bus_faults import BusFault, random_bus_fault
from ..records.faults import FAULTS, FaultyList, faulty_list
from ..records.lists import RandomList, random_list

__all__ = ["EVENTS", "Bus", "Trial", "event_of", "kind_of", "trial"]

NOTHING, RECORD, BUS, RESET, START = "nothing", "wrong record", "bus error", "reset", "start"
EVENTS = (NOTHING, RECORD, BUS, RESET, START)  #: what goes wrong before a list
LONGEST_WAIT = 4000  #: cycles until a reset or a second start


@dataclass(frozen=True)
class Bus:
    """How the bus behaves: latency in cycles, and the share of cycles in which each channel stands still."""

    latency: int
    stalls: dict[str, float]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Bus":
        """A random one; every third never stands still."""
        most = rng.choice([0.0, 0.2, 0.7])
        latency = int(rng.choice([0, 1, int(rng.integers(2, 20)), int(rng.integers(20, 120))]))
        return cls(latency, {channel: float(most * rng.random()) for channel in CHANNELS})


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
        With a wrong record.
    fault : BusFault or None
        With an error of the bus.
    cycles : int
        Until a reset or a start.
    """

    config: AcceleratorConfig
    found: RandomList
    bus: Bus
    event: str
    bus_before: Bus
    faulty: FaultyList | None
    fault: BusFault | None
    cycles: int


def kind_of(number: int) -> str:
    """The kind of PE of list ``number``: one behind the other."""
    return list(KINDS)[number % len(KINDS)]


def event_of(seed: int, number: int) -> str:
    """What goes wrong before list ``number`` of a seed: nothing as often as something."""
    return EVENTS[int(np.random.default_rng([seed, number, 2]).choice([0, 0, 0, 0, 1, 2, 3, 4]))]


def trial(seed: int, number: int) -> Trial:
    """Trial ``number`` of a seed."""
    rng = np.random.default_rng([seed, number, 1])
    config = flexible_machine(kind_of(number))
    found = random_list(config, seed, number, records=int(rng.integers(12, 48)))
    event = event_of(seed, number)
    faulty = None
    if event == RECORD:
        name = list(FAULTS)[rng.integers(len(FAULTS))]
        faulty = faulty_list(config, seed, number, fault=name, records=int(rng.integers(8, 20)))
    fault = random_bus_fault(rng, found) if event == BUS else None
    return Trial(config, found, Bus.drawn(rng), event, Bus.drawn(rng), faulty, fault, int(rng.integers(LONGEST_WAIT)))
