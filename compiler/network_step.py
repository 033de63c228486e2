"""Steps of a quantised network (`lowtide.golden.network.quantised.quantised_graph`) as kernels, to the same integers.

A step reads tensors that lie in the feature memory and writes one; scales become multipliers and shifts, zero points go
into the bias, activation functions are limits or tables. Flattening needs no kernel: a linear layer behind it takes the
picture as it lies.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.execute import Operand, Source
from lowtide.golden.checks import value_range
from lowtide.golden.functions import Table
from lowtide.golden.functions.codes import Codes
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.floating.pooling import pool_counts
from lowtide.golden.network.integers.requantisation import code_limits, multipliers
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.fixed_point import FixedPointQuantiser
from lowtide.golden.quantise import quantise_bias
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import FIELDS, Mode

from .convolution import convolution
from .kernel import Kernel
from .layout import Layout
from .requantise import Requantisation, Second
from .vector import copy, pool

__all__ = ["kernels_of", "mode_of"]

TABLE_BITS = 8  #: of the codes that the table memory is looked up by


def mode_of(network: QuantisedGraph, step: Step, base: Mode, *, diagonal: bool = False) -> Mode:
    """The mode of a step with weights: ``base`` with the fields of the layer's data and weights."""
    layer = network.layers[step.name]
    bits, signed = layer.x_form
    fields = dict(layer.weights.mode_fields or {})
    known = {field.name for field in FIELDS}
    assert fields.keys() <= known, f"fields {fields.keys() - known} of a mode"
    return base.change(**fields, x_bits=bits, x_signed=signed, data_terms=layer.data_terms, diagonal=diagonal)


def kernels_of(
    network: QuantisedGraph,
    step: Step,
    config: AcceleratorConfig,
    sources: Sequence[Layout],
    target: Layout,
    *,
    mode: Mode | None = None,
) -> list[Kernel]:
    """The kernels of a step, in order: one, but for a concatenation one for each part.

    Parameters
    ----------
    network : QuantisedGraph
        With static scales and the requantisation of hardware.
    step : Step
        Not "flatten".
    config : AcceleratorConfig
    sources : sequence of Layout
        Of the tensors that it reads, in order.
    target : Layout
        Of the one that it makes.
    mode : Mode, optional
        Of the array, for a step with weights: see :func:`mode_of`.

    Raises
    ------
    ValueError
        For a step that the machine or the assembler cannot do.
    """
    plan, made = network.plan, network.quantisers[step.name]
    if plan.scales != "static" or plan.requantisation == "real":
        raise ValueError(
            f"scales are {plan.scales} and requantisation is {plan.requantisation!r}, allowed are static scales, and "
            "multipliers and shifts"
        )
    if not isinstance(made, FixedPointQuantiser):
        raise ValueError(f"tensor {step.name} stays at its accumulators, allowed are quantised tensors")
    builder = Builder(network, step, config, made, target)
    if step.name in network.layers:
        if mode is None:
            raise ValueError(f"mode is None, allowed for step {step.name} is that of the array")
        return [builder.weighted(network.layers[step.name], sources[0], mode)]
    if step.op == "concat":
        first, found = 0, []
        for number, source in enumerate(sources):
            part = target.channels_from(first, source.channels)
            found.append(copy(config, source, part, zero=builder.zero(number), requantise=builder.scaled(number)))
            first += source.channels
        return found
    makers: dict[str, Any] = {
        "add": builder.add,
        "clip": builder.clip,
        "max_pool": builder.max_pool,
        "average_pool": builder.average_pool,
        "global_average_pool": builder.global_average_pool,
        "sigmoid": builder.table,
        "tanh": builder.table,
    }
    if step.op not in makers:
        raise ValueError(f"op of step {step.name} is {step.op}, allowed are {', '.join(makers)} and those with weights")
    return [makers[step.op](sources)]


class Builder:
    """What a step's kernel is made of.

    Parameters
    ----------
    network, step, config, target
        As of :func:`kernels_of`.
    made : FixedPointQuantiser
        Of the tensor that the step makes.
    """

    def __init__(
        self,
        network: QuantisedGraph,
        step: Step,
        config: AcceleratorConfig,
        made: FixedPointQuantiser,
        target: Layout,
    ) -> None:
        self.network, self.step, self.config, self.made, self.target = network, step, config, made, target
        low, high = code_limits(made, step.limits)
        self.target_zero = int(made.zero_point)
        self.low, self.high = low - self.target_zero, high - self.target_zero

    def read(self, number: int) -> FixedPointQuantiser:
        """The quantiser of a tensor that is read."""
        found = self.network.quantisers[self.step.inputs[number]]
        assert isinstance(found, FixedPointQuantiser), f"{self.step.inputs[number]} is not quantised"
        return found

    def zero(self, number: int) -> int:
        """Its zero point."""
        return int(self.read(number).zero_point)

    def factors(self, *scales: Any) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
        """Multipliers and shift of scales, those of the output taken off."""
        plan = self.network.plan
        method = plan.requantisation
        if method == "power of two" and "average" in self.step.op:
            method = "multiplier and shift"  # a count need not be a power of two
        ratios = [np.asarray(scale / self.made.scale) for scale in scales]
        return multipliers(ratios, method, plan.multiplier_bits)

    def scaled(self, number: int, count: int = 1) -> Requantisation:
        """The requantisation of a tensor that is read, or of sums of ``count`` of its values."""
        (factor,), shift = self.factors(self.read(number).scale / count)
        return self._rules(factor, shift)

    def _rules(self, factor: NDArray[np.int64], shift: NDArray[np.int64]) -> Requantisation:
        return Requantisation(multiplier=factor, shift=shift, zero=self.target_zero, low=self.low, high=self.high)

    def weighted(self, layer: QuantisedLayer, source: Layout, mode: Mode) -> Kernel:
        """A convolution, a linear layer or a batch norm."""
        x = self.read(0)
        geometry, weights = self._geometry(layer, source)
        if mode.select:  # what the array reveals to the layer's integers
            weights = np.clip(weights, *value_range(mode.w_bits, mode.w_signed))
        scale = layer.weights.column_scale * x.scale
        (factor,), shift = self.factors(scale)
        return convolution(
            self.config,
            mode,
            source,
            self.target,
            weights,
            bias=quantise_bias(layer.bias, scale),
            stride=geometry.stride,
            padding=geometry.padding[:2],
            dilation=geometry.dilation,
            groups=geometry.groups,
            zero=int(x.zero_point),
            column_sums=layer.weights.column_sums,
            requantise=self._rules(factor, shift),
        )

    def _geometry(self, layer: QuantisedLayer, source: Layout) -> tuple[Geometry, NDArray[np.int32]]:
        """The window of a layer over a picture, and its weights [size y, size x, channels, outputs]."""
        whole, geometry = layer.weights.whole, layer.geometry
        if geometry is None:
            is_picture = len(whole) != source.channels  # flattened: a window as large as the picture
            size = (source.rows, source.columns) if is_picture else (1, 1)
            geometry = Geometry(size=size, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1)
        return geometry, whole.reshape(*geometry.size, -1, whole.shape[1])

    def add(self, sources: Sequence[Layout]) -> Kernel:
        """The sum of two tensors."""
        if len(sources) != 2:
            raise ValueError(f"step {self.step.name} adds {len(sources)} tensors, allowed are 2")
        (own, other), shift = self.factors(self.read(0).scale, self.read(1).scale)
        second = Second(
            layout=sources[1],
            what=Operand.ADD,
            zero=self.zero(1),
            own=int(own),
            other=int(other),
            shift=int(shift),
            low=self.low,
            high=self.high,
        )
        rules = Requantisation(zero=self.target_zero, second=second)
        return copy(self.config, sources[0], self.target, zero=self.zero(0), requantise=rules)

    def clip(self, sources: Sequence[Layout]) -> Kernel:
        """A tensor at another scale, within limits."""
        return copy(self.config, sources[0], self.target, zero=self.zero(0), requantise=self.scaled(0))

    def max_pool(self, sources: Sequence[Layout]) -> Kernel:
        """The largest code of each window."""
        geometry = Geometry.of(self.step.node)
        return self._pool(sources[0], Source.VECTOR_MAX, geometry, 0, Requantisation())

    def average_pool(self, sources: Sequence[Layout]) -> Kernel:
        """The average of each window, all of as many values."""
        geometry = Geometry.of(self.step.node)
        counts = np.unique(pool_counts((sources[0].rows, sources[0].columns), geometry))
        if counts.size > 1:
            raise ValueError(
                f"windows of step {self.step.name} have {counts[0]} to {counts[-1]} values, allowed are equal numbers"
            )
        rules = self.scaled(0, int(counts[0]))
        return self._pool(sources[0], Source.VECTOR_SUM, geometry, self.zero(0), rules)

    def global_average_pool(self, sources: Sequence[Layout]) -> Kernel:
        """The average of a picture."""
        size = sources[0].rows, sources[0].columns
        geometry = Geometry(size=size, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1)
        rules = self.scaled(0, size[0] * size[1])
        return self._pool(sources[0], Source.VECTOR_SUM, geometry, self.zero(0), rules)

    def _pool(self, source: Layout, reduce: Source, geometry: Geometry, zero: int, rules: Requantisation) -> Kernel:
        return pool(
            self.config,
            source,
            self.target,
            reduce=reduce,
            size=geometry.size,
            stride=geometry.stride,
            padding=geometry.padding[:2],
            zero=zero,
            requantise=rules,
        )

    def table(self, sources: Sequence[Layout]) -> Kernel:
        """A function, looked up by the codes as they are."""
        x, y = self.read(0), self.made
        if x.format.bits > TABLE_BITS:
            raise ValueError(f"codes of {self.step.inputs[0]} have {x.format.bits} bits, allowed are {TABLE_BITS}")
        codes = Codes(
            function=self.step.op,
            x_scale=float(x.scale),
            x_zero=int(x.zero_point),
            x_bits=x.format.bits,
            x_signed=x.format.signed,
            y_bits=y.format.bits,
            one=round(1 / float(y.scale)),
        )
        low, high = x.format.integer_range
        table = np.zeros(1 << TABLE_BITS, np.int64)
        inputs = np.arange(low, high + 1)
        table[inputs & (1 << TABLE_BITS) - 1] = Table(codes)(inputs)
        return copy(self.config, sources[0], self.target, requantise=Requantisation(table=table))
