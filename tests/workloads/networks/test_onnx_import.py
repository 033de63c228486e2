"""Imported models compute what the ONNX reference evaluator computes; what a graph cannot state is refused by name.

Windows with automatic padding and strides are compared with onnxruntime: the reference evaluator of onnx 1.21
pads these otherwise than the definition says.
"""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from lowtide.workloads.networks.onnx_import import import_onnx

import onnx_runtime

RNG = np.random.default_rng(5)
PICTURE = ["N", 3, 7, 6]


def real(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def model(nodes, shape, constants=None, *, version=17, outputs=("y",)):
    """A model of nodes (op, inputs, output, attributes); its input is ``x``."""
    graph = helper.make_graph(
        [
            helper.make_node(op, inputs.split(), output.split(), name=f"node{place}", **attributes)
            for place, (op, inputs, output, attributes) in enumerate(nodes)
        ],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in (constants or {}).items()],
    )
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", version)])


def reference(made, x):
    return ReferenceEvaluator(made).run(None, {"x": x})[0]


def runtime(made, x):
    return onnx_runtime.run(made, x)


def check(made, oracle=reference):
    """The imported graph and the oracle give the same for a random batch; returns the graph."""
    batch, *shape = [dimension.dim_value for dimension in made.graph.input[0].type.tensor_type.shape.dim]
    x = real(batch or 2, *shape)
    expected, graph = oracle(made, x), import_onnx(made)
    swapped = graph.shape != tuple(shape)  # to channels last
    found = graph.run((x.transpose(0, 2, 3, 1) if swapped else x).astype(np.float64))
    if expected.ndim == 4 and expected.shape[2:] == (1, 1):
        expected = expected.reshape(expected.shape[: 2 if found.ndim == 2 else 4])
    expected = expected.transpose(0, 2, 3, 1) if swapped and expected.ndim == 4 else expected
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    return graph


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": [2, 1]},
        {"pads": [1, 0, 2, 3]},
        {"dilations": [2, 1]},
        {"auto_pad": "VALID", "strides": [2, 2]},
        {"auto_pad": "SAME_UPPER"},
        {"auto_pad": "SAME_LOWER"},
        {"auto_pad": "SAME_UPPER", "strides": [2, 3]},
        {"auto_pad": "SAME_LOWER", "strides": [3, 2]},
        {"auto_pad": "NOTSET", "pads": [0, 1, 0, 1], "strides": [2, 2]},
    ],
    ids=str,
)
def test_convolutions_of_every_padding(kernel, attributes):
    weight = {"w": real(4, 3, *kernel), "b": real(4)}
    oracle = runtime if "auto_pad" in attributes and "strides" in attributes else reference
    graph = check(model([("Conv", "x w b", "y", attributes)], PICTURE, weight), oracle)
    assert [node.op for node in graph.nodes] == ["conv"]
    check(model([("Conv", "x w", "y", attributes | {"kernel_shape": kernel})], PICTURE, {"w": weight["w"]}), oracle)


@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_and_depthwise_convolutions(groups):
    weight = {"w": real(8, 4 // groups, 3, 3), "b": real(8)}
    check(model([("Conv", "x w b", "y", {"group": groups, "pads": [1, 1, 1, 1]})], [1, 4, 5, 6], weight))


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": [2, 2]},
        {"pads": [1, 1, 1, 0], "strides": [1, 2]},
        {"auto_pad": "VALID"},
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
    ],
    ids=str,
)
def test_pooling_of_every_padding(op, attributes):
    oracle = runtime if "auto_pad" in attributes and "strides" in attributes else reference
    graph = check(model([(op, "x", "y", attributes | {"kernel_shape": [3, 2]})], PICTURE), oracle)
    assert graph.nodes[0].op == {"MaxPool": "max_pool", "AveragePool": "average_pool"}[op]


@pytest.mark.parametrize("op", ["Relu", "Sigmoid", "Tanh"])
@pytest.mark.parametrize("shape", [PICTURE, ["N", 5], ["N", 4, 5]])
def test_functions_of_one_value(op, shape):
    assert check(model([(op, "x", "y", {})], shape)).nodes[0].op == op.lower()


@pytest.mark.parametrize(
    ("version", "attributes", "inputs", "constants"),
    [
        (6, {"min": 0.0, "max": 6.0}, "x", {}),
        (17, {}, "x low high", {"low": np.float32(0), "high": np.float32(6)}),
    ],
)
def test_clipping_to_six_is_relu6(version, attributes, inputs, constants):
    graph = import_onnx(model([("Clip", inputs, "y", attributes)], ["N", 4], constants, version=version))
    assert graph.run(np.array([[-1.0, 2, 6, 9]])).tolist() == [[0, 2, 6, 6]]


@pytest.mark.parametrize(
    ("inputs", "high"), [("x low", 0), ("x low high", np.finfo(np.float32).max), ("x low high", np.inf)]
)
def test_clipping_below_is_relu(inputs, high):
    made = model([("Clip", inputs, "y", {})], ["N", 4], {"low": np.float32(0), "high": np.float32(high)})
    assert [node.op for node in check(made).nodes] == ["relu"]


@pytest.mark.parametrize(("version", "attributes"), [(12, {}), (12, {"axis": 1}), (17, {}), (17, {"axis": -1})])
def test_softmax_of_vectors(version, attributes):
    check(model([("Softmax", "x", "y", attributes)], ["N", 5], version=version))


def test_softmax_over_channels():
    check(model([("Softmax", "x", "y", {"axis": 1})], PICTURE))


@pytest.mark.parametrize("attributes", [{}, {"transB": 1}, {"alpha": 0.5, "beta": 2.0}])
def test_gemm(attributes):
    weight = real(4, 5) if attributes.get("transB") else real(5, 4)
    for bias in (real(4), real(1, 4), real(1)):
        graph = check(model([("Gemm", "x w b", "y", attributes)], ["N", 5], {"w": weight, "b": bias}))
        assert graph.nodes[0].weight.shape == (5, 4) and graph.nodes[0].bias.shape == (4,)
    check(model([("Gemm", "x w", "y", attributes)], ["N", 5], {"w": weight}))


@pytest.mark.parametrize("shape", [["N", 5], ["N", 3, 5]])
def test_product_and_sum_become_one_linear_layer(shape):
    nodes = [("MatMul", "x w", "p", {}), ("Add", "b p", "y", {})]
    assert [node.op for node in check(model(nodes, shape, {"w": real(5, 4), "b": real(4)})).nodes] == ["linear"]


def test_sum_is_no_bias_where_the_product_itself_is_needed():
    nodes = [("MatMul", "x w", "p", {}), ("Identity", "p", "i", {}), ("Add", "i b", "s", {}), ("Add", "s i", "y", {})]
    graph = check(model(nodes, ["N", 5], {"w": real(5, 4), "b": real(4)}))
    assert [node.op for node in graph.nodes] == ["linear", "batch_norm", "add"]


@pytest.mark.parametrize("bias", [(4, 1, 1), (1, 4, 1, 1), (1,), ()])
def test_sum_of_a_convolution_and_channels_is_its_bias(bias):
    nodes = [("Conv", "x w c", "p", {}), ("Add", "p b", "y", {})]
    graph = check(model(nodes, PICTURE, {"w": real(4, 3, 3, 3), "c": real(4), "b": real(*bias)}))
    assert [node.op for node in graph.nodes] == ["conv"]


@pytest.mark.parametrize("shape", [PICTURE, ["N", 3]])
def test_batch_norm(shape):
    constants = {"s": real(3), "o": real(3), "m": real(3), "v": real(3) ** 2}
    nodes = [("Relu", "x", "r", {}), ("BatchNormalization", "r s o m v", "y", {"epsilon": 0.01})]
    assert check(model(nodes, shape, constants)).nodes[1].op == "batch_norm"


def test_sums_and_concatenations_of_branches():
    nodes = [
        ("Conv", "x w", "a", {"auto_pad": "SAME_UPPER"}),
        ("Relu", "x", "r", {}),
        ("Add", "a r", "s", {}),
        ("Concat", "s x a", "y", {"axis": 1}),
    ]
    assert check(model(nodes, PICTURE, {"w": real(3, 3, 3, 3)})).nodes[-1].inputs == ("s", "x", "a")


@pytest.mark.parametrize(
    "flatten",
    [
        ("Flatten", "x", "f", {}),
        ("Reshape", "x rest", "f", {}),
        ("Reshape", "x all", "f", {}),
        ("Reshape", "x keep", "f", {}),
    ],
    ids=lambda node: f"{node[0]} {node[1]}",
)
@pytest.mark.parametrize(
    "follow",
    [
        [("Gemm", "f w b", "y", {})],
        [("MatMul", "f w", "p", {}), ("Add", "p b", "y", {})],
        [
            ("Relu", "f", "r", {}),
            ("BatchNormalization", "r s o m v", "n", {}),
            ("Add", "n m", "a", {}),
            ("Dropout", "a", "d", {}),
            ("Gemm", "d w b", "y", {}),
        ],
        [
            ("Tanh", "f", "t", {}),
            ("Add", "t f", "u", {}),
            ("Concat", "u f", "c", {"axis": 1}),
            ("Gemm", "c ww b", "y", {}),
        ],
    ],
    ids=lambda nodes: " ".join(node[0] for node in nodes),
)
def test_flattened_pictures_keep_their_places(flatten, follow):
    constants = {
        "w": real(126, 4),
        "ww": real(252, 4),
        "b": real(4),
        "rest": np.array([-1, 126]),
        "all": np.array([1, -1]),
        "keep": np.array([0, -1]),
        **{name: real(126) ** 2 for name in ("s", "o", "m", "v")},
    }
    check(model([flatten, *follow], [1, 3, 7, 6], constants))


def test_pooled_pictures_are_flattened_by_nothing():
    nodes = [
        ("GlobalAveragePool", "x", "g", {}),
        ("Relu", "g", "r", {}),
        ("Flatten", "r", "f", {}),
        ("Gemm", "f w", "y", {}),
    ]
    graph = check(model(nodes, PICTURE, {"w": real(3, 4)}))
    assert [node.op for node in graph.nodes] == ["global_average_pool", "relu", "linear"]
    check(model([("GlobalAveragePool", "x", "y", {})], PICTURE))


def test_transposes_between_layouts_move_nothing():
    nodes = [
        ("Transpose", "x", "a", {"perm": [0, 3, 1, 2]}),
        ("Conv", "a w", "b", {"strides": [2, 2]}),
        ("Transpose", "b", "c", {"perm": [0, 2, 3, 1]}),
        ("Add", "c k", "d", {}),
        ("Flatten", "d", "e", {}),
        ("Gemm", "e v", "y", {}),
    ]
    graph = check(model(nodes, ["N", 7, 6, 3], {"w": real(4, 3, 3, 3), "k": real(4), "v": real(24, 2)}))
    assert [node.op for node in graph.nodes] == ["conv", "flatten", "linear"] and graph.shape == (7, 6, 3)


def test_constants_are_computed_and_unused_nodes_dropped():
    nodes = [
        ("Constant", "", "shape", {"value": numpy_helper.from_array(np.array([5, 4]))}),
        ("Reshape", "w shape", "v", {}),
        ("Transpose", "v", "t", {}),
        ("Identity", "t", "u", {}),
        ("Relu", "x", "unused", {}),
        ("Gemm", "x u", "p", {"transB": 1}),
        ("Identity", "p", "y", {}),
    ]
    assert [node.op for node in check(model(nodes, ["N", 5], {"w": real(20)})).nodes] == ["linear"]


W = {"w": real(3, 3, 3, 3)}


@pytest.mark.parametrize(
    ("nodes", "shape", "constants", "message"),
    [
        ([("Erf", "x", "y", {})], ["N", 4], {}, r"operator is Erf \(node0\), allowed are Add, AveragePool, "),
        (
            [("Clip", "x l h", "y", {})],
            ["N", 4],
            {"l": np.float32(-1), "h": np.float32(1)},
            r"range -1\.0 to 1\.0 of Clip y, allowed is 0 to 6",
        ),
        (
            [("Add", "x c", "y", {})],
            PICTURE,
            {"c": real(7, 6)},
            r"constant of shape \(7, 6\) of Add y, allowed is one value",
        ),
        ([("Conv", "x x", "y", {})], PICTURE, {}, "input 1 is not constant of Conv y, allowed is a constant"),
        ([("MaxPool", "x", "y", {"kernel_shape": [2, 2], "ceil_mode": 1})], PICTURE, {}, "ceil_mode of MaxPool y"),
        (
            [("MaxPool", "x", "y i", {"kernel_shape": [2, 2]}), ("Relu", "i", "z", {})],
            PICTURE,
            {},
            "a second output is used of MaxPool y",
        ),
        (
            [("AveragePool", "x", "y", {"kernel_shape": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1})],
            PICTURE,
            {},
            "count_include_pad is 1 of AveragePool y",
        ),
        ([("Gemm", "x w", "y", {"transA": 1})], ["N", 4], {"w": real(1, 4)}, "transA is 1 of Gemm y, allowed is 0"),
        ([("Softmax", "x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Softmax y, allowed is the graph's last one"),
        ([("Concat", "x x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Concat y, allowed is the graph's last one"),
        ([("Concat", "x c", "y", {"axis": 1})], ["N", 4], {"c": real(1, 4)}, "a constant of Concat y"),
        ([("Flatten", "x", "y", {"axis": 2})], PICTURE, {}, "axis 2 of Flatten y, allowed is 1"),
        ([("Flatten", "x", "y", {})], PICTURE, {}, "output y is a flattened picture"),
        (
            [("Reshape", "x s", "y", {})],
            ["N", 6],
            {"s": np.array([-1, 2, 3])},
            r"shape \[-1, 2, 3\] of \(1, 6\) of Reshape y",
        ),
        (
            [("Transpose", "x", "y", {"perm": [1, 0]})],
            ["N", 6],
            {},
            r"perm \(1, 0\) of Transpose y, allowed is the batch",
        ),
        (
            [("Transpose", "x", "t", {"perm": [0, 2, 3, 1]}), ("Conv", "t w", "y", {})],
            [1, 7, 6, 3],
            W,
            r"input has the axes \(0, 1, 2, 3\) of Conv y",
        ),
        (
            [("GlobalAveragePool", "x", "g", {}), ("Add", "g x", "y", {})],
            PICTURE,
            {},
            "of Add y, allowed is two tensors that are alike",
        ),
        ([("Identity", "x", "y", {})], ["N", 4], {}, "output is the input or a constant"),
        ([("Relu", "x", "y", {})], ["N", "height", 4], {}, r"input x has shape \[0, 0, 4\], allowed are"),
        ([("Relu", "x", "y", {})], ["N"], {}, r"input x has shape \[0\], allowed are"),
    ],
)
def test_what_a_graph_cannot_state_is_refused(nodes, shape, constants, message):
    with pytest.raises(ValueError, match=message):
        import_onnx(model(nodes, shape, constants))


def test_one_output_is_allowed():
    made = model([("Relu", "x", "y", {}), ("Tanh", "x", "z", {})], ["N", 4], outputs=("y", "z"))
    with pytest.raises(ValueError, match=r"outputs are \['y', 'z'\], allowed is one"):
        import_onnx(made)


def test_operators_of_other_domains_are_refused():
    made = model([("Relu", "x", "y", {"domain": "com.example"})], ["N", 4])
    with pytest.raises(ValueError, match="operator is Relu"):
        import_onnx(made)
