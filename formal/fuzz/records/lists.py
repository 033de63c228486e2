"""Whole lists of random legal records, and what external memory holds when they start."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import End, Wait, pack
from lowtide.common.records.record import Record
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .maker import Maker
from .more_tokens import more_tokens

__all__ = ["RandomList", "random_list"]


@dataclass(frozen=True, eq=False)
class RandomList:
    """A list, and all that it needs.

    Parameters
    ----------
    config : AcceleratorConfig
    records : tuple of Record
        With END.
    address : int
        Of the list.
    base : int
        Address at which external memory begins.
    external : ndarray of uint8 [bytes]
        External memory when the list starts.
    after : Interpreter
        The machine when it has ended: all its memories are those that hardware must have then.
    """

    config: AcceleratorConfig
    records: tuple[Record, ...]
    address: int
    base: int
    external: NDArray[np.uint8]
    after: Interpreter


def random_list(config: AcceleratorConfig, seed: int, number: int, *, records: int = 30, base: int = 0) -> RandomList:
    """List ``number`` of a seed: at least so many records, of which the first ones fill the local memories. External
    memory begins at ``base``, a multiple of 4,096."""
    maker = Maker(config, np.random.default_rng([seed, number]), base=base)
    maker.fill()
    while len(maker.schedule.records) < records:
        choice = maker.rng.random()
        if choice < 0.6:
            maker.execute()
        elif choice < 0.75:
            maker.load()
        elif choice < 0.95:
            maker.store()
        else:
            maker.add(Wait())
    whole = (*more_tokens(maker.rng, maker.schedule.records), End())
    address, external = maker.image(pack(whole))
    after = Interpreter(config, external.copy(), base=base)
    after.run_at(address)
    return RandomList(config, whole, address, base, external, after)
