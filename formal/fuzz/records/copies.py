"""LOAD and STORE of tensors of three dimensions, forwards and backwards, with and without gaps."""

from typing import Any

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.compiler.lists.tokens import Place
from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["random_copy"]

FAR = 1 << 10  #: bytes of external memory from one run to the next


def random_copy(
    rng: np.random.Generator, config: AcceleratorConfig, first: int, end: int
) -> tuple[dict[str, Any], Place, Place]:
    """Fields of a LOAD or STORE between the feature memory and bytes ``first`` to ``end`` of external memory.

    Returns
    -------
    fields : dict
    local, external : Place
        What is touched, and what lies between.
    """
    unit, atoms = config.atom_bytes, config.feature_atoms
    counts = rng.choice([1, 1, 2, 3], 3)
    units = int(rng.integers(1, 3 + 40 // int(counts.prod())))
    local = rng.integers(-atoms // 16, atoms // 16, 3)
    outside = rng.integers(-FAR // unit, FAR // unit, 3)
    if rng.random() < 0.5:  # runs that do not meet
        outside = units * np.array([1, counts[0], counts[0] * counts[1]])
    spans = []
    for pitches, scale, size in ((local, 1, atoms), (outside, unit, (end - first) // unit)):
        reach = (counts - 1) * pitches
        low, high = int(np.minimum(reach, 0).sum()), int(np.maximum(reach, 0).sum()) + units
        ends = -low, size - high
        start = int(rng.choice(ends) if rng.random() < 0.2 else rng.integers(ends[0], ends[1] + 1))
        spans.append((start * scale, (start + low) * scale, (start + high) * scale))
    (near, near_low, near_high), (far, far_low, far_high) = spans
    fields: dict[str, Any] = dict(local=near, address=first + far, units=units)
    for number in range(3):
        fields[f"count_{number + 1}"] = int(counts[number])
        fields[f"pitch_{number + 1}"] = unit * int(outside[number])
        fields[f"local_pitch_{number + 1}"] = int(local[number])
    return fields, Place(Memory.FEATURE, near_low, near_high), Place(None, first + far_low, first + far_high)
