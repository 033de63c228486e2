"""The rooms of a machine: what its modules are for, and what each room takes.

A module belongs to the room that its class, or that of the nearest module around it, is at the door of; so what several
rooms have, rotators and buffers, counts in each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lowtide.hw.array.array import PEArray
from lowtide.hw.array.engine import Engine
from lowtide.hw.bus.master import Master
from lowtide.hw.control.lists.lists import Lists
from lowtide.hw.control.movers.load import Load
from lowtide.hw.control.movers.store import Store
from lowtide.hw.control.registers.registers import Registers
from lowtide.hw.feeders.feeders import Feeders
from lowtide.hw.logic.unit import Unit
from lowtide.hw.machine.machine import Machine
from lowtide.hw.machine.result_groups import ResultGroups
from lowtide.hw.memory.feature_memory import FeatureMemory
from lowtide.hw.memory.tap_memory import TapMemory
from lowtide.hw.memory.weight_memory import WeightMemory
from lowtide.hw.post.columns.columns import Columns
from lowtide.hw.post.post import Post
from lowtide.hw.post.values.values import Values

from ..prices.collect import ModulePrice
from .modules import Modules

__all__ = ["ROOMS", "Room", "engine_area", "rooms_of"]


@dataclass(frozen=True)
class Room:
    """A part of a machine.

    Parameters
    ----------
    name : str
        For readers.
    doors : tuple of types
        Units that are it, with what is in them.
    engine : bool
        Whether it is part of the engine, what there is without a machine.
    """

    name: str
    doors: tuple[type[Unit], ...]
    engine: bool = False


ROOMS = (
    Room("array: the PEs", (PEArray,), engine=True),
    Room("sequencer, edges and readout of the engine", (Engine,), engine=True),
    Room("feeders: addresses and buffers of operands", (Feeders, TapMemory)),
    Room("ports of the feature and the weight memory", (FeatureMemory, WeightMemory)),
    Room("post-processing: requantisers, sums, tables", (Values,)),
    Room("post-processing: columns and parameters", (Columns,)),
    Room("post-processing: operands, packing and writing", (Post, ResultGroups)),
    Room("movers LOAD and STORE", (Load, Store)),
    Room("master of the bus", (Master,)),
    Room("lists: fetch, checks of records, tokens, errors", (Lists,)),
    Room("registers", (Registers,)),
    Room("what joins them", (Machine,)),
)


def rooms_of(found: Modules, areas: Mapping[str, ModulePrice]) -> dict[Room, float]:
    """What each room takes, all instances, in the unit of the areas; the rooms in their order.

    Parameters
    ----------
    found : Modules
        Of a :class:`lowtide.hw.machine.machine.Machine`.
    areas : mapping of str to ModulePrice
        What :func:`lowtide.synth.machine.modules.prices_of` says of them.
    """
    total = dict.fromkeys(ROOMS, 0.0)

    def walk(name: str, around: Room, instances: int) -> None:
        if name in found.memories:
            return
        room = next((room for room in ROOMS if isinstance(found.units[name], room.doors)), around)
        total[room] += instances * areas[name].area
        for child, times in found.hierarchy.children[name].items() if name not in found.whole else ():
            walk(child, room, instances * times)

    walk(found.hierarchy.top, ROOMS[-1], 1)
    return total


def engine_area(rooms: Mapping[Room, float]) -> float:
    """What the engine alone takes."""
    return sum(area for room, area in rooms.items() if room.engine)
