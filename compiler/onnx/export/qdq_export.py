"""Writes a quantised network as an ONNX model with QuantizeLinear and DequantizeLinear nodes (QDQ).

Weights are int8 with a scale per output channel, biases int32 of scale ``s_H s_X``, tensors uint8 with a zero point:
what runtimes for quantised networks take, and an independent statement of the integer arithmetic. Pictures stay
[batch, height, width, channels] outside; inside ONNX has channels first.

Source: the operator definitions of https://onnx.ai/onnx/operators, operator set 19; ONNX Runtime's quantisation guide.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats import FixedPoint
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.golden.quantise import quantise_bias

__all__ = ["export_qdq"]

_OPERATOR_SET = 19
_TENSOR = FixedPoint(8, signed=False, symmetric=False)


def export_qdq(network: QuantisedGraph) -> onnx.ModelProto:
    """The ``onnx.ModelProto`` of a `lowtide.golden.network.QuantisedGraph`.

    Every tensor has the format fixed 8 bit unsigned asymmetric and a static scale, weights have 8 bits at most, the
    output is quantised. Steps are linear, conv, max_pool, flatten, add and clip. ValueError that names what has no such
    form.
    """
    writer = _Writer(network)
    shape: list[int | str | None] = ["batch", *network.graph.shape]
    writer.add("QuantizeLinear", [network.graph.input, *writer.scale(network.graph.input)], "input codes")
    writer.real[network.graph.input] = writer.dequantised(network.graph.input, "input codes")
    if len(shape) == 4:
        writer.transposed(network.graph.input, (0, 3, 1, 2))
    for step in network.steps:
        writer.step(step)
    output = writer.real[network.steps[-1].name]
    made = network.graph.run(np.zeros((1, *network.graph.shape))).shape
    graph = helper.make_graph(
        writer.nodes,
        "network",
        [helper.make_tensor_value_info(network.graph.input, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", *made[1:]])],
        writer.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPERATOR_SET)], ir_version=9)
    onnx.checker.check_model(model)
    return model


class _Writer:
    """Nodes and constants of the model. real: the name of each tensor after its DequantizeLinear."""

    def __init__(self, network: QuantisedGraph) -> None:
        self.network = network
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.real: dict[str, str] = {}
        self.pictures = len(network.graph.shape) == 3

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, array: ArrayLike) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def quantiser(self, tensor: str) -> FixedPointQuantiser:
        """The quantiser of a tensor; ValueError for one of another format."""
        quantiser = self.network.quantisers[tensor]
        if not isinstance(quantiser, FixedPointQuantiser) or quantiser.format != _TENSOR:
            raise ValueError(f"format of {tensor} is {getattr(quantiser, 'format', None)}, allowed is {_TENSOR.name}")
        return quantiser

    def scale(self, tensor: str) -> list[str]:
        """Names of scale and zero point of a tensor."""
        quantiser = self.quantiser(tensor)
        return [
            self.constant(f"{tensor} scale", np.float32(quantiser.scale)),
            self.constant(f"{tensor} zero", np.uint8(quantiser.zero_point)),
        ]

    def dequantised(self, tensor: str, codes: str) -> str:
        return self.add("DequantizeLinear", [codes, f"{tensor} scale", f"{tensor} zero"], f"{tensor} real")

    def transposed(self, tensor: str, order: tuple[int, ...]) -> None:
        self.real[tensor] = self.add("Transpose", [self.real[tensor]], f"{self.real[tensor]} {order[1]}", perm=order)

    def step(self, step: Step) -> None:
        """The nodes of one step, its rounding included."""
        inputs = [self.real[name] for name in step.inputs]
        if step.op in ("max_pool", "flatten"):
            self.real[step.name] = self._kept(step, inputs[0])
            return
        if step.name in self.network.layers:
            made = self._layer(step, inputs[0])
        elif step.op == "add" and len(inputs) == 2:
            made = self.add("Add", inputs, f"{step.name} sum")
        elif step.op == "clip":
            made = inputs[0]
        else:
            raise ValueError(f"op of {step.name} is {step.op!r}, allowed are linear, conv, max_pool, flatten, add")
        low, high = step.limits
        if np.isfinite(high):
            ends = [
                self.constant(f"{step.name} {word}", np.float32(end)) for word, end in (("low", low), ("high", high))
            ]
            made = self.add("Clip", [made, *ends], f"{step.name} clipped")
        elif np.isfinite(low):
            made = self.add("Relu", [made], f"{step.name} clipped")
        codes = self.add("QuantizeLinear", [made, *self.scale(step.name)], f"{step.name} codes")
        self.real[step.name] = self.dequantised(step.name, codes)

    def _kept(self, step: Step, x: str) -> str:
        if step.op == "flatten":
            if self.pictures:  # values in the order height, width, channels
                x = self.add("Transpose", [x], f"{step.name} last", perm=(0, 2, 3, 1))
            return self.add("Flatten", [x], f"{step.name} flat", axis=1)
        attributes = step.node.attributes
        return self.add(
            "MaxPool",
            [x],
            f"{step.name} pooled",
            kernel_shape=attributes["size"],
            strides=attributes.get("stride", (1, 1)),
            pads=attributes.get("padding", (0, 0, 0, 0)),
        )

    def _layer(self, step: Step, x: str) -> str:
        layer = self.network.layers[step.name]
        integers, name = layer.weights.integers, layer.name
        if integers is None or np.abs(integers).max() > 127:
            raise ValueError(f"weights of {name} are {layer.weights.name}, allowed are integers of -127..127")
        x_scale, w_scale = np.float64(self.quantiser(step.inputs[0]).scale), np.asarray(layer.weights.scale)
        scale = w_scale.astype(np.float32)
        bias = quantise_bias(layer.bias, w_scale * x_scale).astype(np.int32)
        real_bias = self.add(
            "DequantizeLinear",
            [
                self.constant(f"{name} bias", bias),
                self.constant(f"{name} bias scale", scale * np.float32(x_scale)),
                self.constant(f"{name} bias zero", np.zeros(len(scale), np.int32)),
            ],
            f"{name} real bias",
            axis=0,
        )
        axis, weights = 1, integers
        if layer.geometry is not None:
            axis, weights = 0, integers.reshape(*step.node.kernel.shape).transpose(3, 2, 0, 1)
        real = self.add(
            "DequantizeLinear",
            [
                self.constant(f"{name} weights", weights.astype(np.int8)),
                self.constant(f"{name} weight scale", scale),
                self.constant(f"{name} weight zero", np.zeros(len(scale), np.int8)),
            ],
            f"{name} real weights",
            axis=axis,
        )
        if layer.geometry is None:
            return self.add("Gemm", [x, real, real_bias], f"{name} sums")
        geometry = layer.geometry
        return self.add(
            "Conv",
            [x, real, real_bias],
            f"{name} sums",
            kernel_shape=geometry.size,
            strides=geometry.stride,
            pads=geometry.padding,
            dilations=geometry.dilation,
            group=geometry.groups,
        )
