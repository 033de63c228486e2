"""Softmax steps on a machine: by tables, over the channels."""

from lowtide.golden.functions import TableSoftmax
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.network.quantised.tables import table_softmax
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..kernels.kernel import Kernel
from ..kernels.softmax import softmax
from ..layouts.layout import Layout

__all__ = ["softmax_function", "softmax_kernels", "sums_mode"]


def softmax_function(network: QuantisedGraph, step: Step, values: int) -> TableSoftmax:
    """What a softmax of so many values computes. ``ValueError`` where that is not by tables."""
    if network.plan.softmax != "tables":
        raise ValueError(f"softmax of step {step.name} is by {network.plan.softmax}, allowed on machines is by tables")
    x, y = (network.quantisers[name] for name in (*step.inputs, step.name))
    assert isinstance(x, FixedPointQuantiser) and isinstance(y, FixedPointQuantiser), f"{step.name} is not quantised"
    found = table_softmax(x, y, values)
    if found is None:
        raise ValueError(
            f"softmax of step {step.name} has {values} codes of {x.format.bits} bits, allowed are 255 of 8 bits, and "
            "results that are unsigned, of 8 bits, a whole number of steps to 1"
        )
    return found


def sums_mode(base: Mode) -> Mode:
    """The mode that the powers are summed in, of unsigned bytes."""
    return base.change(x_bits=8, x_signed=False, diagonal=False)


def softmax_kernels(
    network: QuantisedGraph,
    step: Step,
    config: AcceleratorConfig,
    mode: Mode,
    source: Layout,
    target: Layout,
    base: int,
) -> list[Kernel]:
    """The kernels of a softmax; ``mode`` and ``base`` as of :func:`lowtide.compiler.kernels.softmax.softmax`."""
    return softmax(config, mode, source, target, base, softmax_function(network, step, source.channels))
