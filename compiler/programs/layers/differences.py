"""In what the memories that a layer leaves are not golden's, and which record and tensor that is of."""

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import Memory, Wait
from lowtide.common.records.record import TokenRecord
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..host_step import HostTurns
from .states import Crossing

__all__ = ["first_difference"]


def first_difference(
    config: AcceleratorConfig,
    golden: Crossing,
    external: NDArray[np.uint8],
    features: NDArray[np.uint8],
) -> str:
    """What a layer left otherwise than golden, in one line; empty where it is the same.

    Parameters
    ----------
    config : AcceleratorConfig
    golden : Crossing
        The layer on golden's machine.
    external : ndarray of uint8 [bytes]
        External memory, as the layer left it.
    features : ndarray of uint8 [atoms, bytes of an atom]
        The feature memory.
    """
    for memory, found, expected in (
        (Memory.FEATURE, features, golden.after.local[Memory.FEATURE]),
        (None, external[:, None], golden.after.external[:, None]),
    ):
        places = np.flatnonzero((found != expected).any(axis=1))
        if places.size:
            place = int(places[0])
            unit, where = ("byte", "external") if memory is None else ("atom", "the feature")
            more = f", and {places.size - 1:,} more" if places.size > 1 else ""
            values = f"{found[place][::-1].tobytes().hex()}, golden's is {expected[place][::-1].tobytes().hex()}"
            return f"{_whose(config, golden, memory, place)} {unit} {place:#x} of {where} memory is {values}{more}"
    return ""


def _whose(config: AcceleratorConfig, golden: Crossing, memory: Memory | None, place: int) -> str:
    """The tensor and the record that golden has a place of memory from."""
    machine, part = golden.before.machine(config), golden.part
    host, writer = HostTurns(part.turns, machine.memories.external), None
    for number, record in enumerate(part.records):
        old = _value(machine, memory, place)
        if isinstance(record, TokenRecord):
            machine.execute(record)
        elif isinstance(record, Wait):
            host.turn()
        if _value(machine, memory, place) != old:
            writer = part.first + number
    if writer is None:
        return "no record changes this:"
    return f"tensor {part.layer.tensor(writer)}, record {writer}:"


def _value(machine: Interpreter, memory: Memory | None, place: int) -> bytes:
    units = machine.memories.external if memory is None else machine.local(memory)
    value: bytes = units[place].tobytes()
    return value
