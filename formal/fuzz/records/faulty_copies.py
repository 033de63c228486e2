"""LOAD and STORE that the machine must refuse before anything moves: they leave a memory or a window, by a unit or by
any distance, in any dimension."""

from typing import Any

import numpy as np

from lowtide.common.records.kinds import Load, Memory, Store
from lowtide.common.records.record import Record

from .maker import USED, Maker

__all__ = ["copied_address", "packed", "window"]


def packed(rng: np.random.Generator, choices: list[Record]) -> bytes:
    """The bytes of one of some records."""
    return choices[rng.integers(len(choices))].pack()


def copied_address(maker: Maker) -> bytes:
    """A copy leaves its local memory: by a unit, or in one dimension, by any distance."""
    config, rng, atoms = maker.config, maker.rng, maker.atoms
    n, count = int(rng.integers(1, 4)), int(rng.integers(2, 1 << int(rng.integers(2, 17))))
    pitch = int(rng.integers(atoms, 1 << int(rng.integers(atoms.bit_length(), 24)))) * int(rng.choice([-1, 1]))
    far: dict[str, Any] = {"local": rng.integers(atoms), f"count_{n}": count, f"local_pitch_{n}": pitch}
    choices: list[Record] = [
        Load(local=atoms - 1, units=2),
        Load(local=3, count_2=3, local_pitch_2=-2),
        Load(local=0, count_1=2, count_3=2, local_pitch_1=atoms // 2, local_pitch_3=atoms // 2, fill=1),
        Load(memory=Memory.WEIGHT, local=config.weight_words),
        Load(memory=Memory.PARAMETER, local=config.parameters - 1, units=2, fill=1),
        Load(memory=Memory.TAP, local=config.taps),
        Store(local=atoms, address=maker.room),
        Store(local=5, address=maker.room, count_1=4, local_pitch_1=-2),
        Load(units=atoms + (1 << int(rng.integers(23))), address=maker.base),
        Load(**far, address=maker.base, fill=1),
        Load(**far, address=maker.base),
        Store(**far, address=maker.room),
    ]
    return packed(rng, choices)


def window(maker: Maker) -> bytes:
    """A copy leaves its window of external memory: by a unit, or in one dimension, by any distance."""
    unit, rng, base = maker.config.atom_bytes, maker.rng, maker.base
    n, count = int(rng.integers(1, 4)), int(rng.integers(2, 1 << int(rng.integers(2, 17))))
    pitch = unit * int(rng.integers(USED // unit, 1 << int(rng.integers(18, 32)) - unit.bit_length() + 1))
    far: dict[str, Any] = {f"count_{n}": count, f"pitch_{n}": pitch * int(rng.choice([-1, 1]))}
    bits = int(rng.integers(2, 16))  # the reach is a multiple of the whole address space
    around: dict[str, Any] = {f"count_{n}": 1 + (1 << bits), f"pitch_{n}": 1 << 32 - bits}
    next_one: dict[str, Any] = {f"count_{n}": 2, f"pitch_{n}": unit}
    one_before: dict[str, Any] = {f"count_{n}": 2, f"pitch_{n}": -unit}
    last, last_written = (end // unit * unit - unit for end in (maker.read_end, maker.write_end))
    choices: list[Record] = [
        Store(address=maker.room - unit),
        Store(address=maker.room, count_1=2, pitch_1=-unit),
        Store(address=base),
        Store(address=last_written + unit),
        Store(address=last_written, units=2),
        Store(address=last_written, **next_one),
        Store(address=maker.room, **far),
        Store(address=maker.room, **around),
        Load(address=(base + (1 << 31)) % (1 << 32)),
        Load(address=last + unit),
        Load(address=last, units=2),
        Load(address=base, **one_before),
        Load(address=base, **far),
        Load(address=base, **around),
    ]
    return packed(rng, choices)
