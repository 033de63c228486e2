"""The steps of a quantised network in integers.

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
    largest                    the codes as they are; largest_places: whole numbers, of scale 1

Scales are multipliers of 16 bits and shifts, and halves round upwards, unless the plan says otherwise
(`lowtide.golden.network.integers.requantisation`); sums that 32 bits do not hold are refused. The clipping limits are
the range of Y or those of the activation function fused in. With dynamic scales ``s_Y`` comes from the smallest and
largest sum of the step itself, over the whole batch.

Source: Jacob et al., arXiv 1712.05877.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ..floating.convolution import Geometry
from ..floating.functions import FUNCTIONS
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

__all__ = ["SAME", "fitted", "integer_step"]

SAME = ("max_pool", "largest", *MOVING)  # ops that keep codes and quantiser


def integer_step(
    step: Step,
    inputs: Sequence[IntegerTensor],
    quantiser: FixedPointQuantiser | None,
    plan: Plan,
    *,
    layer: QuantisedLayer | None = None,
    product: Product | None = None,
) -> IntegerTensor:
    """The tensor that a step makes.

    Parameters
    ----------
    step : Step
    inputs : sequence of IntegerTensor
        What it reads, codes [batch, ...].
    quantiser : FixedPointQuantiser or None
        Of what it makes; None leaves a step with weights at its accumulators.
    plan : Plan
        Whose scales, requantisation and multipliers count.
    layer : QuantisedLayer, optional
        Of a step with weights.
    product : Product, optional
        The GEMM, see `QuantisedLayer.accumulators`; None is the exact product.

    Raises
    ------
    ValueError
        For shapes that do not fit, and sums that 32 bits do not hold.
    """
    if step.op in SAME:
        zero = int(inputs[0].fixed.zero_point) if step.op == "pad" else 0  # padding is the number 0
        return IntegerTensor(evaluate(step.node, [inputs[0].codes - zero]) + zero, inputs[0].quantiser)
    if step.op == "largest_places":
        assert quantiser is not None, "places have a quantiser"
        return IntegerTensor(evaluate(step.node, [inputs[0].codes]), quantiser)
    if quantiser is None:
        sums, scale = _sum(step, inputs, layer, product)[0]
        return IntegerTensor(sums, Accumulators(scale))
    if step.op in FUNCTIONS or step.op in ("softmax", "layer_norm"):
        if plan.scales == "dynamic" and step.op not in TABLES:
            values = evaluate(step.node, [inputs[0].real()])
            quantiser = fitted(quantiser, (values.min(), values.max()))
        return IntegerTensor(integer_function(step.node, inputs[0], quantiser, plan.softmax), quantiser)
    if step.op == "concat":
        same_shapes(step.name, [tensor.codes for tensor in inputs], -1)
        rows = [[tensor.centred()] for tensor in inputs]
        quantiser = _measured(quantiser, step, rows, plan)
        return IntegerTensor(np.concatenate([_requantised(p, quantiser, step, plan) for p in rows], -1), quantiser)
    parts = _sum(step, inputs, layer, product)
    quantiser = _measured(quantiser, step, [parts], plan)
    return IntegerTensor(_requantised(parts, quantiser, step, plan), quantiser)


def _sum(
    step: Step, inputs: Sequence[IntegerTensor], layer: QuantisedLayer | None, product: Product | None
) -> list[Part]:
    """The pairs (integers, scale) whose sum a step requantises."""
    if layer is not None:
        return [layer.accumulators(inputs[0].codes, inputs[0].fixed, product)]
    if step.op in ("add", "clip"):
        if step.op == "add":
            same_shapes(step.name, [tensor.codes for tensor in inputs], None)
        return [tensor.centred() for tensor in inputs]
    if step.op in ("mul", "matmul"):
        return [_product(step, inputs)]
    values, scale = inputs[0].centred()
    if step.op == "global_average_pool":
        sums = in_32_bits(step.name, "sum of a pool", values.sum(axis=(1, 2)))
        return [(sums, scale / (values.shape[1] * values.shape[2]))]
    geometry = Geometry.of(step.node)
    sums = in_32_bits(step.name, "sum of a pool", pool_sums(values, geometry))
    return [(sums, scale / pool_counts(values.shape[1:3], geometry)[..., None])]


def _product(step: Step, inputs: Sequence[IntegerTensor]) -> Part:
    shaped = product_inputs if step.op == "mul" else matrix_inputs
    x, w = shaped(step.name, [tensor.centred()[0] for tensor in inputs])
    scale = inputs[0].fixed.scale * inputs[1].fixed.scale
    return in_32_bits(step.name, "product", x * w if step.op == "mul" else x @ w), scale


def _measured(
    quantiser: FixedPointQuantiser, step: Step, sums: Sequence[Sequence[Part]], plan: Plan
) -> FixedPointQuantiser:
    if plan.scales == "static":
        return quantiser
    ends = [sum_range(parts, step.limits) for parts in sums]
    return fitted(quantiser, (min(low for low, _ in ends), max(high for _, high in ends)))


def _requantised(parts: Sequence[Part], quantiser: FixedPointQuantiser, step: Step, plan: Plan) -> NDArray[np.int32]:
    method = plan.requantisation
    if method == "power of two" and "average" in step.op:
        method = "multiplier and shift"  # a count need not be a power of two
    return requantise_sum(parts, quantiser, step.limits, method, plan.multiplier_bits)


def fitted(quantiser: FixedPointQuantiser, ends: tuple[float, float]) -> FixedPointQuantiser:
    """A quantiser of the format of ``quantiser`` whose range is that of ``ends`` (low, high)."""
    format, (low, high) = quantiser.format, ends
    return format.of_range(max(low, 0.0) if format.symmetric and not format.signed else low, high)
