"""Writes a network in floating point as an ONNX model: what others, and `lowtide compile`, read.

Pictures are [batch, channels, height, width], as ONNX has them; flattened ones keep the order of the network, so that
weights stay as they are.

Source: the operator definitions of https://onnx.ai/onnx/operators, operator set 17.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.floating.graph import Graph, Node

__all__ = ["export_onnx"]

OPERATOR_SET = 17


def export_onnx(graph: Graph, name: str = "network") -> onnx.ModelProto:
    """The ``onnx.ModelProto`` of a `Graph`, its weights float32.

    Parameters
    ----------
    graph : Graph
        Of pictures or vectors.
    name : str
        Of the model.

    Raises
    ------
    ValueError
        For an op that has no such form, with the node's name.
    """
    writer = Writer()
    shapes: dict[str, tuple[int, ...]] = {}
    graph.run(np.zeros((1, *graph.shape), np.float32), lambda tensor, made: shapes.update({tensor: made.shape[1:]}))
    for node in graph.nodes:
        if node.op not in OPS:
            raise ValueError(f"op of {node.name} is {node.op!r}, allowed in this export are {', '.join(OPS)}")
        OPS[node.op](writer, node)
    made = helper.make_graph(
        writer.nodes,
        name,
        [_value(graph.input, graph.shape)],
        [_value(graph.output, shapes[graph.output])],
        writer.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPERATOR_SET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _value(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    """A tensor of float32; its shape without batch, channels last."""
    axes = [shape[-1], *shape[:-1]] if len(shape) == 3 else list(shape)
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *axes])


class Writer:
    """Nodes and constants of the model."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """A node; the name of its output."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: ArrayLike) -> str:
        """A constant of float32; its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name


def _conv(writer: Writer, node: Node) -> None:
    geometry = Geometry.of(node)
    inputs = [node.inputs[0], writer.constant(f"{node.name} weights", node.kernel.transpose(3, 2, 0, 1))]
    if node.bias is not None:
        inputs.append(writer.constant(f"{node.name} bias", node.bias))
    writer.add(
        "Conv",
        inputs,
        node.name,
        kernel_shape=geometry.size,
        strides=geometry.stride,
        pads=geometry.padding,
        dilations=geometry.dilation,
        group=geometry.groups,
    )


def _linear(writer: Writer, node: Node) -> None:
    weights = writer.constant(f"{node.name} weights", node.kernel)
    if node.bias is None:
        writer.add("MatMul", [node.inputs[0], weights], node.name)
        return
    sums = writer.add("MatMul", [node.inputs[0], weights], f"{node.name} sums")
    writer.add("Add", [sums, writer.constant(f"{node.name} bias", node.bias)], node.name)


def _batch_norm(writer: Writer, node: Node) -> None:
    count = len(node.kernel)
    bias = np.zeros(count) if node.bias is None else node.bias
    values = {"factor": node.kernel, "offset": bias, "mean": np.zeros(count), "variance": np.ones(count)}
    constants = [writer.constant(f"{node.name} {word}", each) for word, each in values.items()]
    writer.add("BatchNormalization", [node.inputs[0], *constants], node.name, epsilon=0.0)


def _pool(operator: str) -> Callable[[Writer, Node], None]:
    def write(writer: Writer, node: Node) -> None:
        geometry = Geometry.of(node)
        writer.add(
            operator,
            node.inputs,
            node.name,
            kernel_shape=geometry.size,
            strides=geometry.stride,
            pads=geometry.padding,
        )

    return write


def _global_average_pool(writer: Writer, node: Node) -> None:
    pooled = writer.add("GlobalAveragePool", node.inputs, f"{node.name} pixel")
    writer.add("Flatten", [pooled], node.name, axis=1)


def _flatten(writer: Writer, node: Node) -> None:
    last = writer.add("Transpose", node.inputs, f"{node.name} channels last", perm=(0, 2, 3, 1))
    writer.add("Flatten", [last], node.name, axis=1)


def _relu6(writer: Writer, node: Node) -> None:
    ends = [writer.constant(f"{node.name} {word}", end) for word, end in (("low", 0.0), ("high", 6.0))]
    writer.add("Clip", [node.inputs[0], *ends], node.name)


def _add(writer: Writer, node: Node) -> None:
    writer.add("Sum" if len(node.inputs) > 2 else "Add", node.inputs, node.name)


def _simple(operator: str, **attributes: Any) -> Callable[[Writer, Node], None]:
    def write(writer: Writer, node: Node) -> None:
        writer.add(operator, node.inputs, node.name, **attributes)

    return write


OPS: dict[str, Callable[[Writer, Node], None]] = {
    "add": _add,
    "average_pool": _pool("AveragePool"),
    "batch_norm": _batch_norm,
    "concat": _simple("Concat", axis=1),
    "conv": _conv,
    "flatten": _flatten,
    "global_average_pool": _global_average_pool,
    "linear": _linear,
    "max_pool": _pool("MaxPool"),
    "relu": _simple("Relu"),
    "relu6": _relu6,
    "sigmoid": _simple("Sigmoid"),
    "softmax": _simple("Softmax", axis=-1),
    "tanh": _simple("Tanh"),
}
