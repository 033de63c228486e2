"""Small ONNX models, and the comparison of an imported one with an oracle.

Windows with automatic padding and strides are compared with onnxruntime: the reference evaluator of onnx 1.21 pads
these otherwise than the definition says.
"""

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from lowtide.compiler.onnx.described import DESCRIBED, MOVES
from lowtide.compiler.onnx.importer import import_onnx

import onnx_runtime

PICTURE = ["N", 3, 7, 6]


def draws(rng):
    """``draw(*shape)``: random float32 numbers of a generator. Each test module has one of its own, which begins anew
    with every test."""
    return lambda *shape: rng.normal(size=shape).astype(np.float32)


def model(nodes, shape, constants=None, *, version=17, outputs=("y",)):
    """A model of nodes (op, inputs, outputs, attributes); its input is ``x``. Names are one text with spaces between,
    or a sequence, in which "" is one that is left out."""
    graph = helper.make_graph(
        [
            helper.make_node(op, _names(inputs), _names(output), name=f"node{place}", **attributes)
            for place, (op, inputs, output, attributes) in enumerate(nodes)
        ],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in (constants or {}).items()],
    )
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", version)])


def classifier(draw, result):
    """The nodes and constants of a small network for pictures of 3 channels, 7 rows and 6 columns, with 5 results."""
    nodes = [
        ("Conv", "x w b", "h", {"pads": [1, 1, 1, 1]}),
        ("Relu", "h", "r", {}),
        ("MaxPool", "r", "p", {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [0, 0, 1, 0]}),
        ("Flatten", "p", "f", {}),
        ("Gemm", "f m c", result, {}),
    ]
    return nodes, {"w": draw(8, 3, 3, 3), "b": draw(8), "m": draw(96, 5), "c": draw(5)}


def _names(given):
    return given.split() if isinstance(given, str) else list(given)


def reference(made, x):
    return ReferenceEvaluator(made).run(None, {"x": x})[0]


def runtime(made, x):
    return onnx_runtime.run(made, x, optimised=False)


def ops(graph):
    """The operators of a graph's nodes."""
    return [node.op for node in graph.nodes]


def check(made, oracle=reference):
    """The imported graph and the oracle give the same for a random batch; returns the graph."""
    batch, *shape = [dimension.dim_value for dimension in made.graph.input[0].type.tensor_type.shape.dim]
    x = draws(np.random.default_rng(5))(batch or 2, *shape)
    expected, graph = oracle(made, x), import_onnx(made)
    swapped = graph.shape != tuple(shape)  # to channels last
    found = graph.run((x.transpose(0, 2, 3, 1) if swapped else x).astype(np.float64))
    if expected.ndim == 4 and expected.shape[2:] == (1, 1) and found.ndim == 2:  # pictures of one pixel are vectors
        expected = expected[..., 0, 0]
    elif expected.ndim == 4 and (swapped or found.shape != expected.shape):
        turned = expected.transpose(0, 2, 3, 1)
        expected = turned if found.shape == turned.shape else expected
    known = {op for node in made.graph.node if node.op_type in DESCRIBED for op in DESCRIBED[node.op_type].nodes}
    assert {node.op for node in graph.nodes} <= {*known, *MOVES}, "the documents say so"
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    return graph


def changed_bytes_are_refused_or_read(made, read, rng, count=400):
    """With a few bytes changed at random a model is read, or refused in one line."""
    whole, outcomes = made.SerializeToString(), set()
    for _ in range(count):
        changed = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.integers(1, 4)):
            changed[place] = rng.integers(256)
        other = ModelProto()
        try:
            other.ParseFromString(bytes(changed))
        except DecodeError:  # a file of it is no model
            continue
        try:
            read(other)
            outcomes.add("read")
        except ValueError as error:
            assert "\n" not in str(error)
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def refused(made, message):
    """The import of a model is refused in one line that matches ``message``."""
    with pytest.raises(ValueError, match=message) as caught:
        import_onnx(made)
    assert "\n" not in str(caught.value)
