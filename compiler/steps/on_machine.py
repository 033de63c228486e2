"""Which steps a machine has: what is refused here, a host can compute between two parts of the list."""

from collections.abc import Sequence

import numpy as np

from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.floating.functions import FUNCTIONS
from lowtide.golden.network.floating.largest import LARGEST
from lowtide.golden.network.floating.pooling import pool_counts
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.kernel import check_built
from .vector_steps import TABLE_BITS, VECTOR_STEPS, neighbouring_columns

__all__ = ["ON_MACHINE", "check_on_machine"]

#: Ops without weights that a machine can have.
ON_MACHINE = ("concat", "matmul", "reshape", "softmax", "transpose", *VECTOR_STEPS)
#: What is built behind the requantiser for steps without weights, beside the vector source.
NEEDS = {"add": "operand", "mul": "product", **dict.fromkeys(FUNCTIONS, "table")}


def check_on_machine(network: QuantisedGraph, step: Step, config: AcceleratorConfig, size: Sequence[int]) -> None:
    """``ValueError`` with the reason for a step that a machine does not have, whatever its layouts are.

    Parameters
    ----------
    network : QuantisedGraph
    step : Step
        Not "flatten", which needs no kernel.
    config : AcceleratorConfig
    size : (int, int)
        Rows and columns of the first tensor that it reads.
    """
    if step.name in network.layers or step.op in ("matmul", "softmax"):  # see `products` and `softmax` beside this
        return
    if step.op not in ON_MACHINE:
        known = ", ".join(sorted(set(ON_MACHINE) - FUNCTIONS.keys()))
        raise ValueError(
            f"op of step {step.name} is {step.op}, allowed are {known}, functions of one value and those with weights"
        )
    check_built(config, "vector")
    if step.op in NEEDS:
        check_built(config, NEEDS[step.op])
    if step.op in NEEDS and step.op not in FUNCTIONS and len(step.inputs) != 2:
        raise ValueError(f"step {step.name} takes {len(step.inputs)} tensors, allowed are 2")
    if step.op in LARGEST:
        _check_largest(step, config, size)
    if step.op == "slice":
        neighbouring_columns(step, size[1])
    if step.op == "average_pool":
        counts = np.unique(pool_counts(size, Geometry.of(step.node)))
        if counts.size > 1:
            raise ValueError(
                f"windows of step {step.name} have {counts[0]} to {counts[-1]} values, allowed are equal numbers"
            )
    if step.op in FUNCTIONS:
        x = network.quantisers[step.inputs[0]]
        assert isinstance(x, FixedPointQuantiser), f"{step.inputs[0]} is not quantised"
        if x.format.bits > TABLE_BITS:
            raise ValueError(
                f"codes of {step.inputs[0]} have {x.format.bits} bits, allowed for a table are {TABLE_BITS}"
            )


def _check_largest(step: Step, config: AcceleratorConfig, size: Sequence[int]) -> None:
    k = step.node.attributes["k"]
    if k > config.top_k:
        raise ValueError(f"top_k of {config.name} is {config.top_k}, allowed for step {step.name} are {k} and more")
    if step.op == "largest_places" and config.atom_bits < 16:
        raise ValueError(f"atoms of {config.name} have {config.atom_bits} bits, allowed for places are 16 and more")
    if tuple(size) != (1, 1):
        raise ValueError(
            f"step {step.name} reads {size[0]} x {size[1]} pixels, allowed is one: the largest values of a vector"
        )
