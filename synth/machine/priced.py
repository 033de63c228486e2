"""A machine, and what it takes on several targets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.machine.machine import Machine

from ..prices.collect import ModulePrice
from ..targets import Target
from .memories import Memory, memories_of
from .modules import modules, prices_of
from .rooms import Room, engine_area, rooms_of

__all__ = ["Priced", "priced"]


@dataclass(frozen=True)
class Priced:
    """A machine, and what it takes.

    Parameters
    ----------
    config : AcceleratorConfig
        Which.
    rooms : dict of Target to dict of Room to float
        The area of each room on each target.
    modules : dict of str to ModulePrice
        On the first target.
    memories : list of Memory
    """

    config: AcceleratorConfig
    rooms: dict[Target, dict[Room, float]]
    modules: dict[str, ModulePrice]
    memories: list[Memory]

    @property
    def target(self) -> Target:
        """The first target."""
        return next(iter(self.rooms))

    def engine(self, target: Target) -> float:
        """What the engine takes."""
        return engine_area(self.rooms[target])

    def rest(self, target: Target) -> float:
        """What everything else takes, memories aside."""
        return self.whole(target) - self.engine(target)

    def whole(self, target: Target) -> float:
        """What all of it takes, memories aside."""
        return sum(self.rooms[target].values())


def priced(
    config: AcceleratorConfig,
    targets: Sequence[Target],
    *,
    processes: int | None = None,
    progress: Callable[[Target], Callable[[int, int], None]] = lambda target: lambda done, total: None,
) -> Priced:
    """What a machine takes. Syntheses are kept.

    Parameters
    ----------
    config : AcceleratorConfig
    targets : sequence of Target
    processes : int or None
        Syntheses at a time, by default one a core.
    progress
        Called with each target before its work; what it returns is called after each synthesis with the numbers of
        those done and of all.

    Raises
    ------
    lowtide.synth.flow.SynthesisError
    """
    found = modules(Machine(config))
    areas = {each: prices_of(found, each, processes=processes, progress=progress(each)) for each in targets}
    rooms = {each: rooms_of(found, area) for each, area in areas.items()}
    return Priced(config, rooms, areas[targets[0]], memories_of(found))
