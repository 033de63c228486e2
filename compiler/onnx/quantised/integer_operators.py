"""Operators of integers (QOperator) taken apart: DequantizeLinear, the operator of real numbers, QuantizeLinear.

QLinearConv and QLinearMatMul are ONNX's own, the others ONNX Runtime's. Where scales are computed as the model runs
(DynamicQuantizeLinear, ConvInteger, MatMulInteger) there is no such form: they are refused.

Source: the operator definitions of https://onnx.ai/onnx/operators and ONNX Runtime's contrib operators.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from ..model.source import Source, is_standard, title

__all__ = ["INTEGER_OPERATORS", "as_qdq", "is_of_integers"]

_DYNAMIC = ("DynamicQuantizeLinear", "ConvInteger", "MatMulInteger")
_RUNTIME = "com.microsoft"


@dataclass(eq=False)
class _Writer:
    """The nodes and constants that stand for one node."""

    node: onnx.NodeProto
    constants: dict[str, NDArray[Any]]
    nodes: list[onnx.NodeProto] = field(default_factory=list)

    def input(self, place: int) -> str:
        """The name of an input, "" if it is left out."""
        return self.node.input[place] if place < len(self.node.input) else ""

    def real(self, place: int, axis: int = 0) -> str:
        """The real numbers of the codes at ``place``, which scale and zero point follow."""
        return self.dequantised(self.node.input[place], self.input(place + 1), self.input(place + 2), axis)

    def dequantised(self, codes: str, scale: str, zero: str, axis: int = 0) -> str:
        inputs = [codes, scale, zero] if zero else [codes, scale]
        return self.add("DequantizeLinear", inputs, f"real {len(self.nodes)}", axis=axis)

    def bias(self, place: int, first: int, second: int) -> str:
        """The real numbers of a bias, whose scale is the product of two."""
        if not self.input(place):
            return ""
        scales = [self.constants.get(self.node.input[each]) for each in (first, second)]
        if scales[0] is None or scales[1] is None:
            raise ValueError(f"scale of {title(self.node)} is not constant, allowed is a constant")
        name = self._name("bias scale")
        self.constants[name] = np.asarray(scales[0], np.float64) * np.asarray(scales[1], np.float64)
        return self.dequantised(self.node.input[place], name, "")

    def add(self, op: str, inputs: Sequence[str], word: str, **attributes: Any) -> str:
        name = self._name(word)
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=self.node.name, **attributes))
        return name

    def end(self, op: str, inputs: Sequence[str], scale: int, left_out: Sequence[str] = (), **more: Any) -> None:
        """The operator itself, with the node's attributes, and the rounding of its output."""
        attributes = {
            entry.name: helper.get_attribute_value(entry) for entry in self.node.attribute if entry.name not in left_out
        }
        result = self.add(op, [name for name in inputs if name], "real output", **(attributes | more))
        rounding = [result, self.node.input[scale], *filter(None, [self.input(scale + 1)])]
        self.nodes.append(helper.make_node("QuantizeLinear", rounding, list(self.node.output), name=self.node.name))

    def _name(self, word: str) -> str:
        return f"{self.node.output[0]} {word}"


def _conv(made: _Writer) -> None:
    made.end("Conv", [made.real(0), made.real(3), made.bias(8, 1, 4)], 6)


def _matmul(made: _Writer) -> None:
    made.end("MatMul", [made.real(0), made.real(3, axis=1)], 6)


def _gemm(made: _Writer) -> None:
    transposed = any(entry.name == "transB" and entry.i for entry in made.node.attribute)
    made.end("Gemm", [made.real(0), made.real(3, axis=0 if transposed else 1), made.bias(6, 1, 4)], 7)


def _of_two(op: str) -> Callable[[_Writer], None]:
    return lambda made: made.end(op, [made.real(0), made.real(3)], 6)


def _of_one(op: str, *left_out: str) -> Callable[[_Writer], None]:
    return lambda made: made.end(op, [made.real(0)], 3, left_out)


def _concat(made: _Writer) -> None:
    made.end("Concat", [made.real(place) for place in range(2, len(made.node.input), 3)], 0)


#: By domain and operator.
INTEGER_OPERATORS: dict[tuple[str, str], Callable[[_Writer], None]] = {
    ("", "QLinearConv"): _conv,
    ("", "QLinearMatMul"): _matmul,
    (_RUNTIME, "QGemm"): _gemm,
    (_RUNTIME, "QLinearAdd"): _of_two("Add"),
    (_RUNTIME, "QLinearAveragePool"): _of_one("AveragePool", "channels_last"),
    (_RUNTIME, "QLinearConcat"): _concat,
    (_RUNTIME, "QLinearGlobalAveragePool"): _of_one("GlobalAveragePool", "channels_last"),
    (_RUNTIME, "QLinearLeakyRelu"): _of_one("LeakyRelu"),
    (_RUNTIME, "QLinearMul"): _of_two("Mul"),
    (_RUNTIME, "QLinearSigmoid"): _of_one("Sigmoid"),
    (_RUNTIME, "QLinearSoftmax"): _of_one("Softmax", "opset"),
}


def is_of_integers(node: onnx.NodeProto) -> bool:
    """Whether a node computes with codes, or makes them as it runs."""
    key = "" if is_standard(node) else node.domain, node.op_type
    return key in INTEGER_OPERATORS or (is_standard(node) and node.op_type in _DYNAMIC)


def as_qdq(source: Source) -> Source:
    """The same model with its operators of integers taken apart. ValueError for those whose scales are not stated."""
    nodes: list[onnx.NodeProto] = []
    constants = dict(source.constants)
    for node in source.nodes:
        if is_standard(node) and node.op_type in _DYNAMIC:
            raise ValueError(
                f"operator is {title(node)}: scales are computed as the model runs; what would fit: static quantisation"
            )
        if not is_of_integers(node):
            nodes.append(node)
            continue
        operator = INTEGER_OPERATORS["" if is_standard(node) else node.domain, node.op_type]
        source.check(node)
        if any(entry.name == "channels_last" and entry.i for entry in node.attribute):
            raise ValueError(f"channels_last of {title(node)} is 1, allowed is 0")
        made = _Writer(node, constants)
        try:
            operator(made)
        except IndexError:
            raise ValueError(f"{title(node)} has {len(node.input)} inputs, which are too few") from None
        nodes += made.nodes
    return replace(source, nodes=tuple(nodes), constants=constants)
