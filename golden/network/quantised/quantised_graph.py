"""A quantised network and its evaluation in integers.

Tensors are codes with a quantiser, ``x = scale (code - zero_point)``, and every step is integer arithmetic::

    linear, conv, batch_norm   Y = clip(round(s_c (H X + V)) + z)          s_c = s_H s_X / s_Y, per output channel
    add, concat, clip          Y = clip(round(sum_i s_i / s_Y (X_i - z_i)) + z)
    mul                        Y = clip(round(s_X s_W / s_Y (X - z_X) (W - z_W)) + z), of two tensors X and W
    matmul                     Y = clip(round(s_X s_W / s_Y sum (X - z_X) (W - z_W)) + z)
    average pools              Y = clip(round(s_X / (s_Y count) sum (X - z)) + z)
    sigmoid, tanh, softmax     tables, `lowtide.golden.functions`
    other functions            tables, `lowtide.golden.network.quantised.tables`
    layer_norm                 in floating point, of the numbers that the codes stand for: the host's work
    max_pool, flatten          the codes as they are, and so for all that moves values; padding has the code z

Scales are multipliers of 16 bits and shifts, and halves round upwards, unless the plan says otherwise
(`lowtide.golden.network.integers.requantisation`); sums that 32 bits do not hold are refused. The clipping limits are
the range of Y or those of the activation function fused in. With dynamic scales ``s_Y`` comes from the smallest and
largest sum of the step itself, over the whole batch.

Source: Jacob et al., arXiv 1712.05877.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...number_formats.fixed_point import FixedPointQuantiser
from ...number_formats.format import Quantiser
from ..floating.convolution import Geometry
from ..floating.functions import FUNCTIONS
from ..floating.graph import Graph, walk
from ..floating.moving import MOVING
from ..floating.operations import evaluate, matrix_inputs, product_inputs, same_shapes
from ..floating.pooling import pool_counts, pool_sums
from ..integers.accumulators import in_32_bits
from ..integers.integer_tensor import Accumulators, IntegerTensor
from ..integers.requantisation import Part, requantise_sum, sum_range
from .layer import Product, QuantisedLayer
from .plan import Plan
from .steps import Step
from .tables import TABLES, integer_function

__all__ = ["SAME", "QuantisedGraph", "fitted"]

SAME = ("max_pool", *MOVING)  # ops that keep codes and quantiser


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedGraph:
    """A network after quantisation, made by `lowtide.golden.network.quantised.post_training.quantise_graph`.

    Parameters
    ----------
    graph : Graph
        The float network, batch norms folded.
    plan : Plan
        How it was quantised.
    steps : tuple of Step
        What is computed, in order.
    layers : dict of str to QuantisedLayer
        By name of the step.
    quantisers : dict of str to Quantiser or None
        Of each tensor by name, the input's included; None where it stays real or at its accumulators.
    """

    graph: Graph
    plan: Plan
    steps: tuple[Step, ...]
    layers: dict[str, QuantisedLayer]
    quantisers: dict[str, Quantiser | None]

    def run(
        self,
        x: ArrayLike,
        *,
        product: Product | None = None,
        record: Callable[[str, IntegerTensor], object] | None = None,
    ) -> NDArray[np.float64]:
        """The real output of real data, computed in integers.

        Parameters
        ----------
        x : array_like of real numbers [batch, *shape]
        product : Product or None
            The GEMM, see `QuantisedLayer.accumulators`; None is the exact product.
        record : callable, optional
            Called as ``record(name, tensor)`` with every `IntegerTensor`.

        Returns
        -------
        ndarray of float64 [batch, ...]

        Raises
        ------
        ValueError
            For what integers cannot do: real tensors, weights without integers, a bias or a sum beyond 32 bits (with
            the name).
        """
        return self.run_integers(x, product=product, record=record).real()

    def run_integers(
        self,
        x: ArrayLike,
        *,
        product: Product | None = None,
        record: Callable[[str, IntegerTensor], object] | None = None,
    ) -> IntegerTensor:
        """The output as an `IntegerTensor`. Arguments and errors as `run`."""
        obstacle = self.obstacle()
        if obstacle:
            raise ValueError(obstacle)
        return walk(
            self.steps,
            self.graph.input,
            self.quantised_input(x),
            lambda step, inputs: self._step(step, inputs, product),
            record,
        )

    def obstacle(self) -> str | None:
        """What keeps the network from being computed in integers, in one line with the tensor or layer; None if nothing
        does."""
        for name, quantiser in self.quantisers.items():
            fixed = isinstance(quantiser, FixedPointQuantiser)
            if not fixed and not (quantiser is None and self.keeps_accumulators(name)):
                return f"activations of {name} are not fixed point, allowed in integers is fixed point"
        for layer in self.layers.values():
            if layer.weights.integers is None:
                return (
                    f"weights of {layer.name} are {layer.weights.name}, allowed in integers are formats that are "
                    f"integers times a scale per column"
                )
        return None

    def keeps_accumulators(self, name: str) -> bool:
        """Whether the tensor is the output, left at its accumulators."""
        return (
            self.plan.output == "accumulators"
            and name == self.steps[-1].name
            and name in self.layers
            and not any(np.isfinite(self.steps[-1].limits))
        )

    def quantised_input(self, x: ArrayLike) -> IntegerTensor:
        """Real ``x`` as the first `IntegerTensor`."""
        real = self.graph.checked(x)
        quantiser = self._fixed(self.graph.input)
        assert quantiser is not None
        if self.plan.scales == "dynamic":
            quantiser = fitted(quantiser, (real.min(), real.max()))
        return IntegerTensor(quantiser.encode(real), quantiser)

    def _fixed(self, name: str) -> FixedPointQuantiser | None:
        """The quantiser of a tensor, None where it stays at its accumulators: `obstacle` knows no others."""
        quantiser = self.quantisers[name]
        assert quantiser is None or isinstance(quantiser, FixedPointQuantiser)
        return quantiser

    def _step(self, step: Step, inputs: Sequence[IntegerTensor], product: Product | None) -> IntegerTensor:
        if step.op in SAME:
            zero = int(inputs[0].fixed.zero_point) if step.op == "pad" else 0  # padding is the number 0
            return IntegerTensor(evaluate(step.node, [inputs[0].codes - zero]) + zero, inputs[0].quantiser)
        quantiser = self._fixed(step.name)
        if quantiser is None:
            sums, scale = self._sum(step, inputs, product)[0]
            return IntegerTensor(sums, Accumulators(scale))
        if step.op in FUNCTIONS or step.op in ("softmax", "layer_norm"):
            if self.plan.scales == "dynamic" and step.op not in TABLES:
                values = evaluate(step.node, [inputs[0].real()])
                quantiser = fitted(quantiser, (values.min(), values.max()))
            return IntegerTensor(integer_function(step.node, inputs[0], quantiser), quantiser)
        if step.op == "concat":
            same_shapes(step.name, [tensor.codes for tensor in inputs], -1)
            rows = [[tensor.centred()] for tensor in inputs]
            quantiser = self._measured(quantiser, step, rows)
            return IntegerTensor(np.concatenate([self._requantised(p, quantiser, step) for p in rows], -1), quantiser)
        parts = self._sum(step, inputs, product)
        quantiser = self._measured(quantiser, step, [parts])
        return IntegerTensor(self._requantised(parts, quantiser, step), quantiser)

    def _sum(self, step: Step, inputs: Sequence[IntegerTensor], product: Product | None) -> list[Part]:
        """The pairs (integers, scale) whose sum a step requantises."""
        if step.name in self.layers:
            return [self.layers[step.name].accumulators(inputs[0].codes, inputs[0].fixed, product)]
        if step.op in ("add", "clip"):
            if step.op == "add":
                same_shapes(step.name, [tensor.codes for tensor in inputs], None)
            return [tensor.centred() for tensor in inputs]
        if step.op in ("mul", "matmul"):
            return [self._product(step, inputs)]
        values, scale = inputs[0].centred()
        if step.op == "global_average_pool":
            sums = in_32_bits(step.name, "sum of a pool", values.sum(axis=(1, 2)))
            return [(sums, scale / (values.shape[1] * values.shape[2]))]
        geometry = Geometry.of(step.node)
        sums = in_32_bits(step.name, "sum of a pool", pool_sums(values, geometry))
        return [(sums, scale / pool_counts(values.shape[1:3], geometry)[..., None])]

    def _product(self, step: Step, inputs: Sequence[IntegerTensor]) -> Part:
        shaped = product_inputs if step.op == "mul" else matrix_inputs
        x, w = shaped(step.name, [tensor.centred()[0] for tensor in inputs])
        scale = inputs[0].fixed.scale * inputs[1].fixed.scale
        return in_32_bits(step.name, "product", x * w if step.op == "mul" else x @ w), scale

    def _measured(
        self, quantiser: FixedPointQuantiser, step: Step, sums: Sequence[Sequence[Part]]
    ) -> FixedPointQuantiser:
        if self.plan.scales == "static":
            return quantiser
        ends = [sum_range(parts, step.limits) for parts in sums]
        return fitted(quantiser, (min(low for low, _ in ends), max(high for _, high in ends)))

    def _requantised(self, parts: Sequence[Part], quantiser: FixedPointQuantiser, step: Step) -> NDArray[np.int32]:
        method = self.plan.requantisation
        if method == "power of two" and "average" in step.op:
            method = "multiplier and shift"  # a count need not be a power of two
        return requantise_sum(parts, quantiser, step.limits, method, self.plan.multiplier_bits)


def fitted(quantiser: FixedPointQuantiser, ends: tuple[float, float]) -> FixedPointQuantiser:
    """A quantiser of the format of ``quantiser`` whose range is that of ``ends`` (low, high)."""
    format, (low, high) = quantiser.format, ends
    return format.of_range(max(low, 0.0) if format.symmetric and not format.signed else low, high)
