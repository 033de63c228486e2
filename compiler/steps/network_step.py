"""The kernels of a step of a quantised network (`lowtide.golden.network.quantised.quantised_graph`).

A step reads tensors that lie in the feature memory and writes one; scales become multipliers and shifts, zero points go
into the bias, activation functions are limits or tables. Flattening needs no kernel: a linear layer behind it takes the
picture as it lies.
"""

from collections.abc import Sequence

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import FIELDS, Mode

from ..kernels.kernel import Kernel
from ..layouts.layout import Layout
from .builder import Builder
from .on_machine import check_on_machine
from .part import Part
from .vector_steps import VECTOR_STEPS, concatenated, sum_with
from .weighted import weighted

__all__ = ["check_plan", "kernels_of", "mode_of"]


def mode_of(network: QuantisedGraph, step: Step, base: Mode, *, diagonal: bool = False) -> Mode:
    """The mode of a step with weights: ``base`` with the fields of the layer's data and weights."""
    layer = network.layers[step.name]
    bits, signed = layer.x_form
    fields = dict(layer.weights.mode_fields or {})
    known = {field.name for field in FIELDS}
    assert fields.keys() <= known, f"fields {fields.keys() - known} of a mode"
    return base.change(**fields, x_bits=bits, x_signed=signed, data_terms=layer.data_terms, diagonal=diagonal)


def check_plan(network: QuantisedGraph) -> None:
    """``ValueError`` unless a network's scales are numbers that a record can hold."""
    plan = network.plan
    if plan.scales != "static" or plan.requantisation == "real":
        raise ValueError(
            f"scales are {plan.scales} and requantisation is {plan.requantisation!r}, allowed are static scales, and "
            "multipliers and shifts"
        )


def kernels_of(
    network: QuantisedGraph,
    step: Step,
    config: AcceleratorConfig,
    sources: Sequence[Layout],
    target: Layout,
    *,
    mode: Mode | None = None,
    part: Part | None = None,
    added: Step | None = None,
) -> list[Kernel]:
    """The kernels of a step, in order: one, but for a concatenation one for each input.

    Parameters
    ----------
    network : QuantisedGraph
        With static scales and the requantisation of hardware.
    step : Step
        Not "flatten".
    config : AcceleratorConfig
    sources : sequence of Layout
        Of the tensors that it reads, in order; the last one is the other tensor of ``added``.
    target : Layout
        Of the one that it makes.
    mode : Mode, optional
        Of the array, for a step with weights: see :func:`mode_of`.
    part : Part, optional
        Which part of the step is made; all if None. Of a concatenation all channels.
    added : Step, optional
        An addition of this step's tensor and another one, in the same kernel: it makes the target. For steps with
        weights.

    Raises
    ------
    ValueError
        For a step that the machine or the assembler cannot do.
    """
    check_plan(network)
    part = part or Part()
    check_on_machine(network, step, config, (part.source_rows or sources[0].rows, sources[0].columns))
    builder = Builder(network, step, config, target, part)
    if step.name in network.layers:
        if mode is None:
            raise ValueError(f"mode is None, allowed for step {step.name} is that of the array")
        second = None
        if added is not None:
            own = added.inputs.index(step.name)
            of_sum = Builder(network, added, config, target, part)
            second = sum_with(of_sum, 1 - own, sources[-1], own), of_sum.target_zero
        return [weighted(builder, network.layers[step.name], sources[0], mode, added=second)]
    if step.op == "concat":
        first, found = 0, []
        for number, source in enumerate(sources):
            builder.target = target.channels_from(first, source.channels)
            found.append(concatenated(builder, number, source))
            first += source.channels
        return found
    return [VECTOR_STEPS[step.op](builder, sources)]
