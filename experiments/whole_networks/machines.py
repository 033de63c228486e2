"""The machines that whole networks run on, by name."""

from dataclasses import replace

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.machines import MACHINES

__all__ = ["measured_machines"]


def _shorter(rows: int) -> AcceleratorConfig:
    """``small`` with fewer rows: the same memories and bus for fewer multipliers."""
    small = MACHINES["small"]
    return replace(
        small, name=f"small_{rows}x4", array=replace(small.array, name=f"parallel_{rows}x4_l4_booth", rows=rows)
    )


def measured_machines() -> dict[str, AcceleratorConfig]:
    """The named machines; ``small`` with 8 and 16 rows; and ``with_32``, 32 multipliers on a bus of eight bytes."""
    with_32 = AcceleratorConfig(
        name="with_32",
        array=ArrayConfig(name="parallel_8x4_l1", kind="parallel", rows=8, cols=4),
        feature_bytes=1 << 15,
        weight_bytes=1 << 14,
        parameters=64,
        taps=64,
        bus_bits=64,
        post=("operand", "vector"),
    )
    return {machine.name: machine for machine in (_shorter(8), _shorter(16), with_32, *MACHINES.values())}
