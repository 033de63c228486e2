"""The named accelerators: what documents, tests and measurements speak of."""

from dataclasses import replace

from ..pe import KINDS
from .accelerator_config import POST, AcceleratorConfig
from .array_config import ArrayConfig
from .named import find, representative

__all__ = ["MACHINES", "find_machine", "flexible_machine"]


def _flexible(kind: str) -> AcceleratorConfig:
    """``KIND_flex``: the flexible array of a kind with four rows and columns, without exponents of data, and everything
    behind it."""
    array = representative(kind)
    if array.exponent_width("x"):
        array = replace(array, exponent_bits=0, guard_bits=0)
    return AcceleratorConfig(
        name=f"{kind}_flex",
        array=replace(array, name=f"{kind}_4x4_flex", rows=4, cols=4),
        feature_bytes=1 << 14,
        weight_bytes=1 << 14,
        parameters=64,
        taps=64,
        bus_bits=32,
        post=POST,
        top_k=5,
    )


#: What networks need behind the array: all but what only measures.
_OF_NETWORKS = tuple(part for part in POST if part != "measure")

_FLEXIBLE = {kind: _flexible(kind) for kind in KINDS}

#: Every named accelerator by its name. Shapes: tall ones keep short jobs and depthwise layers fast; of those with 2,048
#: multipliers 32x8 with 8 lanes has the highest mean share of its peak over four networks.
MACHINES = {
    machine.name: machine
    for machine in (
        AcceleratorConfig(
            name="tiny",
            array=ArrayConfig(name="parallel_8x4_l1", kind="parallel", rows=8, cols=4),
            feature_bytes=1 << 16,
            weight_bytes=1 << 14,
            rows_per_requantiser=4,
            digits_per_cycle=3,  # a third of them: all nine were its longest path on an FPGA
        ),
        AcceleratorConfig(
            name="small",
            array=find("parallel_32x4_l4_booth"),
            feature_bytes=1 << 19,
            weight_bytes=1 << 17,
            parameters=2048,
            taps=256,
            bus_bits=128,
            post=_OF_NETWORKS,
        ),
        AcceleratorConfig(
            name="large",
            array=ArrayConfig(
                name="parallel_32x8_l8_booth", kind="parallel", rows=32, cols=8, lanes=8, multiplier="booth"
            ),
            feature_bytes=1 << 20,
            weight_bytes=1 << 19,
            parameters=4096,
            taps=256,
            bus_bits=256,
            outstanding=16,
            post=_OF_NETWORKS,
        ),
        *_FLEXIBLE.values(),
    )
}


def flexible_machine(kind: str) -> AcceleratorConfig:
    """The flexible accelerator of a kind of PE, a small one: tests and proofs run every mode on it."""
    return _FLEXIBLE[kind]


def find_machine(name: str) -> AcceleratorConfig:
    """The accelerator of that name; ``ValueError`` where there is none."""
    if name not in MACHINES:
        raise ValueError(f"machine is {name!r}, allowed are {', '.join(MACHINES)}")
    return MACHINES[name]
