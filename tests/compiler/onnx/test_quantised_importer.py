"""Quantised models: the codes of every tensor are those of ONNX Runtime with its optimisations off."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from lowtide.compiler.onnx.quantised_importer import import_quantised, is_quantised
from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.network.integers.integer_tensor import IntegerTensor
from lowtide.golden.network.quantised.quantised_graph import SAME
from lowtide.hw.config.machines import flexible_machine

import onnx_runtime
from compiled_networks import check_compiled
from onnx_models import changed_bytes_are_refused_or_read, draws, model, refused

RNG = np.random.default_rng(5)
real = draws(RNG)


class Pictures(CalibrationDataReader):
    """Calibration data, one sample after the other."""

    def __init__(self, x):
        self.samples = iter(x)

    def get_next(self):
        sample = next(self.samples, None)
        return None if sample is None else {"x": sample[None]}


def quantised(tmp_path, made, x, **options):
    """The model, quantised by ONNX Runtime; operators of integers have weights of 7 bits, at which its kernels do not
    saturate on any processor."""
    onnx.save(made, tmp_path / "float.onnx")
    defaults = {"quant_format": QuantFormat.QDQ, "activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
    defaults["reduce_range"] = options.get("quant_format") == QuantFormat.QOperator
    quantize_static(tmp_path / "float.onnx", tmp_path / "quantised.onnx", Pictures(x), **(defaults | options))
    return onnx.load(tmp_path / "quantised.onnx")


def typed(nodes, shape, constants, outputs):
    """A model of operator set 17 with a float output of that shape: what the quantiser needs."""
    made = model(nodes, shape, constants)
    made.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, outputs))
    return made


def codes_of_runtime(made, x):
    """The codes that ONNX Runtime makes, by the name of the tensor that the import rounds."""
    nodes = {
        node.output[0]: node.input[0] if node.op_type == "QuantizeLinear" else f"{node.output[0]} real output"
        for node in made.graph.node
        if node.op_type == "QuantizeLinear" or node.op_type.startswith(("QL", "QG"))
    }
    wider = onnx.ModelProto()
    wider.CopyFrom(made)
    del wider.graph.output[:]
    wider.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in nodes)
    found = onnx_runtime.session(wider, optimised=False).run(list(nodes), {"x": x})
    return {nodes[name]: codes.astype(np.int64) for name, codes in zip(nodes, found, strict=True)}


def compared(made, x, *, near=1e-4):
    """Import a model, and compare every step on the codes that ONNX Runtime has before it: they are the same, but where
    the exact number of steps is within ``near`` of a half. Returns the network."""
    network, theirs = import_quantised(made, requantisation="real"), codes_of_runtime(made, x)
    pictures = network.graph.shape != x.shape[1:]
    first = network.quantised_input(x.transpose(0, 2, 3, 1) if pictures else x)
    tensors, checked, ties = {network.graph.input: first}, set(), 0
    for step in network.steps:
        inputs = [tensors[name] for name in step.inputs]
        made_here = tensors[step.name] = network._step(step, inputs, None)
        if step.name not in theirs or step.op in SAME:
            continue
        codes = theirs[step.name]
        if made_here.codes.ndim == 4:
            codes = codes.transpose(0, 2, 3, 1)
        codes = codes.reshape(made_here.codes.shape)
        different = codes != made_here.codes
        if different.any():
            quantiser, layer, node = made_here.fixed, network.layers.get(step.name), step.node
            if layer is not None:
                node = replace(node, weight=layer.weights.values.reshape(node.kernel.shape))
            values = evaluate(node, [tensor.real() for tensor in inputs]) if step.op != "clip" else inputs[0].real()
            steps = np.clip(values, *step.limits) / float(quantiser.scale)
            assert np.abs(codes - made_here.codes).max() <= 1, step.name
            assert np.abs(np.abs(steps - np.floor(steps)) - 0.5)[different].max() < near, step.name
            ties += np.mean(different) if "average" not in step.op else 0  # a quarter or a half is a tie often
        tensors[step.name] = IntegerTensor(codes, made_here.quantiser)
        checked.add(step.name)
    assert checked >= {step.name for step in network.steps if network.quantisers[step.name] and step.op not in SAME}
    assert ties < 0.002
    return network


def network_of_pictures():
    """Convolutions of every kind, a residual, pools, a concatenation and a classifier."""
    nodes = [
        ("Conv", "x w0 b0", "a", {"pads": [1, 1, 1, 1], "strides": [2, 1]}),
        ("Relu", "a", "b", {}),
        ("Conv", "b w1 b1", "c", {"pads": [1, 1, 1, 1], "group": 6}),
        ("Clip", "c zero six", "d", {}),
        ("Add", "d b", "e", {}),
        ("MaxPool", "e", "f", {"kernel_shape": [2, 2], "strides": [1, 1]}),
        ("AveragePool", "e", "g", {"kernel_shape": [2, 2], "strides": [1, 1]}),
        ("Concat", "f g", "h", {"axis": 1}),
        ("Conv", "h w2", "i", {"dilations": [1, 2]}),
        ("GlobalAveragePool", "i", "j", {}),
        ("Flatten", "j", "k", {}),
        ("Gemm", "k w3 b3", "y", {"transB": 1}),
    ]
    constants = {"w0": real(6, 3, 3, 3), "b0": real(6), "w1": real(6, 1, 3, 3), "b1": real(6), "w2": real(8, 12, 2, 2)}
    constants |= {"w3": real(5, 8), "b3": real(5), "zero": np.float32(0), "six": np.float32(6)}
    return typed(nodes, ["N", 3, 9, 8], constants, ["N", 5])


@pytest.mark.parametrize("format", [QuantFormat.QDQ, QuantFormat.QOperator])
@pytest.mark.parametrize("activations", [QuantType.QUInt8, QuantType.QInt8])
@pytest.mark.parametrize("weights", [QuantType.QInt8, QuantType.QUInt8])
def test_static_quantisation_of_pictures(tmp_path, format, activations, weights):
    if (activations, weights) == (QuantType.QInt8, QuantType.QUInt8):  # the runtime has no such kernels
        return
    x = real(20, 3, 9, 8)
    options = {"quant_format": format, "activation_type": activations, "weight_type": weights}
    network = compared(quantised(tmp_path, network_of_pictures(), x, **options), x)
    assert {"conv", "linear", "add", "concat", "max_pool", "average_pool"} <= {step.op for step in network.steps}
    bits = 8 if weights == QuantType.QInt8 else 9
    assert all(layer.weights.bits <= bits for layer in network.layers.values())


def test_scales_of_every_output_channel(tmp_path):
    nodes = [
        ("Conv", "x w0 b0", "a", {"pads": [1, 1, 1, 1]}),
        ("LeakyRelu", "a", "b", {"alpha": 0.2}),
        ("Conv", "b w1", "c", {"group": 2}),
        ("Flatten", "c", "d", {}),
        ("MatMul", "d w2", "y", {}),
    ]
    constants = {"w0": real(4, 3, 3, 3) * real(4, 1, 1, 1), "b0": real(4), "w1": real(6, 2, 2, 2) * real(6, 1, 1, 1)}
    made = typed(nodes, ["N", 3, 5, 4], constants | {"w2": real(72, 5) * real(5)}, ["N", 5])
    x = real(20, 3, 5, 4)
    network = compared(quantised(tmp_path, made, x, per_channel=True), x)
    assert all(len(np.unique(layer.weights.column_scale)) > 1 for layer in network.layers.values())


@pytest.mark.parametrize("format", [QuantFormat.QDQ, QuantFormat.QOperator])
def test_functions_gates_and_products_of_channels(tmp_path, format):
    nodes = [
        ("Conv", "x w0", "a", {}),
        ("Sigmoid", "a", "b", {}),
        ("Mul", "a b", "c", {}),
        ("GlobalAveragePool", "c", "d", {}),
        ("Conv", "d w1", "e", {}),
        ("LeakyRelu", "e", "f", {}),
        ("Conv", "f w2", "g", {}),
        ("Sigmoid", "g", "h", {}),
        ("Mul", "c h", "i", {}),
        ("Concat", "i a", "j", {"axis": 1}),
        ("AveragePool", "j", "k", {"kernel_shape": [3, 3]}),
        ("Flatten", "k", "l", {}),
        ("Gemm", "l w3 b3", "y", {}),
    ]
    constants = {
        "w0": real(4, 3, 1, 1),
        "w1": real(2, 4, 1, 1),
        "w2": real(4, 2, 1, 1),
        "w3": real(48, 3),
        "b3": real(3),
    }
    made, x = typed(nodes, ["N", 3, 5, 4], constants, ["N", 3]), real(20, 3, 5, 4)
    network = compared(quantised(tmp_path, made, x, quant_format=format), x)
    assert {"sigmoid", "mul", "leaky_relu", "global_average_pool"} <= {step.op for step in network.steps}


def test_attention_of_two_tensors(tmp_path):
    nodes = [
        ("MatMul", "x q", "a", {}),
        ("MatMul", "x k", "b", {}),
        ("Transpose", "b", "c", {"perm": [0, 2, 1]}),
        ("MatMul", "a c", "d", {}),
        ("Softmax", "d", "e", {"axis": -1}),
        ("MatMul", "e a", "f", {}),
        ("Add", "f x", "y", {}),
    ]
    made = typed(nodes, ["N", 5, 6], {"q": real(6, 6), "k": real(6, 6) * 0.3}, ["N", 5, 6])
    x = real(20, 5, 6)
    network = compared(quantised(tmp_path, made, x), x)
    assert [step.op for step in network.steps].count("matmul") == 2


def small(**constants):
    """x, rounded; a convolution of a rounded weight; its rounding. Codes of 8 bits, unless constants say otherwise."""
    nodes = [
        ("QuantizeLinear", "x xs xz", "xq", {}),
        ("DequantizeLinear", "xq xs xz", "xr", {}),
        ("DequantizeLinear", "w ws", "wr", {"axis": 0}),
        ("Conv", "xr wr", "c", {}),
        ("QuantizeLinear", "c cs cz", "cq", {}),
        ("DequantizeLinear", "cq cs cz", "y", {}),
    ]
    given = {"xs": np.float32(0.03), "xz": np.uint8(120), "w": RNG.integers(-128, 128, (4, 3, 2, 2)).astype(np.int8)}
    given |= {"ws": np.full(4, 0.01, np.float32), "cs": np.float32(0.05), "cz": np.uint8(100)}
    return nodes, given | constants


def test_codes_of_fewer_bits_are_clipped_ones():
    """QCDQ as Brevitas exports it: four bits, in types of eight."""
    nodes, given = small(w=RNG.integers(-8, 8, (4, 3, 2, 2)).astype(np.int8), ws=np.float32(0.2))
    clip = [("Clip", "xq lo hi", "xc", {}), ("DequantizeLinear", "xc xs xz", "xr", {})]
    weights = [("Clip", "w wl wh", "wc", {}), ("DequantizeLinear", "wc ws", "wr", {"axis": 0})]
    given |= {"xs": np.float32(0.3), "xz": np.uint8(6), "lo": np.uint8(0), "hi": np.uint8(15)}
    given |= {"wl": np.int8(-7), "wh": np.int8(7)}
    made = model([nodes[0], *clip, *weights, *nodes[3:]], ["N", 3, 5, 4], given)
    x = real(30, 3, 5, 4)
    network = import_quantised(made, requantisation="real")
    assert network.quantisers["x"].format.integer_range == (0, 15)
    found = network.run(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    theirs = onnx_runtime.run(made, x, optimised=False)
    assert np.abs(found - theirs).max() < 0.06 and (np.abs(found - theirs) < 1e-4).mean() > 0.99
    assert np.abs(network.layers["c"].weights.whole).max() == 7


def qonnx(*, signed=1, narrow=0):
    """The attributes of a Quant node."""
    return {"domain": "qonnx.custom_op.general", "signed": signed, "narrow": narrow, "rounding_mode": "ROUND"}


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("narrow", [0, 1])
def test_quant_nodes_round_weights_and_tensors(bits, narrow):
    constants = {"s": np.float32(1.5 / 2**bits), "z": np.float32(0), "b": np.float32(bits), "w": real(4, 3, 2, 2)}
    constants |= {"ws": np.abs(real(4, 1, 1, 1)) / 2**bits + 0.01, "t": np.float32(0.1), "e": np.float32(8)}
    nodes = [
        ("Quant", "x s z b", "xr", qonnx(narrow=narrow)),
        ("Quant", "w ws z b", "wr", qonnx(narrow=1)),
        ("Conv", "xr wr", "c", {}),
        ("Relu", "c", "r", {}),
        ("Quant", "r t z e", "y", qonnx(signed=0)),
    ]
    network = import_quantised(model(nodes, ["N", 3, 5, 4], constants), requantisation="real")
    x, end = real(20, 5, 4, 3), 2 ** (bits - 1) - 1
    seen = np.clip(np.rint(x / constants["s"]), -end - (1 - narrow), end) * constants["s"]
    weights = np.clip(np.rint(constants["w"] / constants["ws"]), -end, end) * constants["ws"]
    float_network = network.graph.nodes[0]
    assert np.allclose(float_network.weight, weights.transpose(2, 3, 1, 0), atol=1e-7)
    exact = np.clip(np.rint(np.maximum(network.graph.run(seen.astype(np.float64)), 0) / 0.1), 0, 255) * 0.1
    assert np.abs(network.run(x) - exact).max() < 0.11 and (np.abs(network.run(x) - exact) < 1e-4).mean() > 0.99
    assert [step.op for step in network.steps] == ["conv"] and network.layers["r"].weights.bits == bits


def test_weights_of_one_bit():
    constants = {"s": np.float32(0.1), "z": np.float32(0), "b": np.float32(8), "w": real(5, 4), "ws": np.float32(0.3)}
    nodes = [
        ("Quant", "x s z b", "xr", qonnx()),
        ("BipolarQuant", "w ws", "wr", {"domain": "qonnx.custom_op.general"}),
        ("MatMul", "xr wr", "y", {}),
    ]
    network = import_quantised(model(nodes, ["N", 5], constants))
    assert np.array_equal(network.layers["y"].weights.whole, np.where(constants["w"] >= 0, 1, -1))
    assert network.plan.output == "accumulators"
    x = real(9, 5)
    assert np.allclose(
        network.run(x), np.clip(np.rint(x / 0.1), -128, 127) * 0.1 @ (network.layers["y"].weights.values), atol=1e-5
    )


def test_a_tensor_that_is_rounded_twice_is_requantised():
    nodes, given = small()
    more = [
        ("QuantizeLinear", "y ds dz", "dq", {}),
        ("DequantizeLinear", "dq ds dz", "d", {}),
        ("Relu", "d", "r", {}),
        ("QuantizeLinear", "r cs cz", "rq", {}),
        ("DequantizeLinear", "rq cs cz", "z", {}),
    ]
    made = model([*nodes, *more], ["N", 3, 5, 4], given | {"ds": np.float32(0.11), "dz": np.uint8(90)}, outputs=("z",))
    network = import_quantised(made, requantisation="real")
    assert [step.op for step in network.steps] == ["conv", "clip", "clip"]
    x = real(20, 3, 5, 4)
    difference = np.abs(
        network.run(x.transpose(0, 2, 3, 1)) - onnx_runtime.run(made, x, optimised=False).transpose(0, 2, 3, 1)
    )
    assert difference.max() < 0.12 and (difference < 1e-4).mean() > 0.99


def test_weights_may_be_transposed():
    nodes, given = small(w=RNG.integers(-128, 128, (4, 5)).astype(np.int8))
    nodes[3:4] = [("Transpose", "wr", "wt", {"perm": [1, 0]}), ("MatMul", "xr wt", "c", {})]
    compared(model(nodes, ["N", 5], given), real(20, 5))


@pytest.mark.parametrize(
    ("change", "constants", "message"),
    [
        ({3: ("Conv", "x wr", "c", {})}, {}, "tensor x is rounded, and read by Conv node3 as it is"),
        ({3: ("Conv", "xr w2", "c", {})}, {"w2": real(4, 3, 2, 2)}, "weights of c are real numbers, or have scales"),
        ({2: ("DequantizeLinear", "w ws", "wr", {"axis": 1})}, {"ws": np.ones(3, np.float32)}, "weights of c are real"),
        ({2: ("DequantizeLinear", "w ws", "wr", {"axis": 0})}, {"ws": np.ones(3, np.float32)}, r"scale \(3,\) of"),
        ({3: ("Conv", "xq wr", "c", {})}, {}, "input is codes of Conv c, allowed is a DequantizeLinear"),
        ({1: ("DequantizeLinear", "xq cs xz", "xr", {})}, {}, "scale .* and zero point .* of DequantizeLinear xr"),
        ({0: ("QuantizeLinear", "x ws xz", "xq", {})}, {}, "a tensor has 4 scales of QuantizeLinear xq"),
        ({}, {"xs": np.float32(-1)}, r"scale is \[-1\.\] of QuantizeLinear xq"),
        ({}, {"xs": np.float32(np.nan)}, "input 1 is nan"),
        ({3: ("Sigmoid", "xr", "s", {}), 4: ("QuantizeLinear", "s cs cz", "cq", {})}, {}, None),
        ({3: ("Sigmoid", "xr", "c", {}), 4: ("Tanh", "c", "t", {}), 5: ("Relu", "t", "y", {})}, {}, "tensor c is not"),
        ({1: ("Identity", "xq", "xi", {}), 3: ("Conv", "xi wr", "c", {})}, {}, "input is codes of Conv c"),
        ({1: ("Clip", "xq three nine", "xr", {})}, {"three": np.uint8(3), "nine": np.uint8(9)}, "limits of codes are"),
    ],
)  # fmt: skip
def test_what_is_rounded_otherwise_is_refused(change, constants, message):
    nodes, given = small()
    for place, node in change.items():
        nodes[place] = node
    made = model(nodes, ["N", 3, 5, 4], given | constants)
    if message is None:
        assert [step.op for step in import_quantised(made).steps] == ["sigmoid"]
        return
    with pytest.raises(ValueError, match=message) as caught:
        import_quantised(made)
    assert "\n" not in str(caught.value)


def test_changed_bytes_make_a_value_error_or_another_network():
    nodes, given = small()
    changed_bytes_are_refused_or_read(model(nodes, ["N", 3, 5, 4], given), import_quantised, RNG)


@pytest.mark.parametrize("op", ["DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"])
def test_scales_that_are_computed_are_refused(op):
    with pytest.raises(ValueError, match=f"operator is {op} node0: scales are computed.*; what would fit: static"):
        import_quantised(model([(op, "x", "y", {})], ["N", 4]))


def test_a_float_import_names_the_other():
    nodes, given = small()
    made = model(nodes, ["N", 3, 5, 4], given)
    assert is_quantised(made) and not is_quantised(network_of_pictures())
    refused(made, "operator is QuantizeLinear node0, of a quantised model: import_quant")
    refused(
        model([("MatMulInteger", "x x", "y", {})], ["N", 4]), "operator is MatMulInteger node0, of a quantised model"
    )


def test_a_quantised_model_runs_on_the_machine(tmp_path):
    """From a file of ONNX Runtime's quantiser to the records: the codes of the network, a table and a product in it."""
    nodes = [
        ("Conv", "x w0 b0", "a", {"pads": [1, 1, 1, 1]}),
        ("LeakyRelu", "a", "b", {"alpha": 0.1}),
        ("MaxPool", "b", "c", {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("Conv", "c w1", "d", {}),
        ("Sigmoid", "d", "e", {}),
        ("Mul", "d e", "f", {}),
        ("Add", "f c", "g", {}),
        ("GlobalAveragePool", "g", "h", {}),
        ("Flatten", "h", "i", {}),
        ("Gemm", "i w2 b2", "y", {"transB": 1}),
    ]
    constants = {"w0": real(8, 3, 3, 3), "b0": real(8), "w1": real(8, 8, 1, 1), "w2": real(5, 8), "b2": real(5)}
    x = real(10, 3, 8, 6)
    network = import_quantised(quantised(tmp_path, typed(nodes, ["N", 3, 8, 6], constants, ["N", 5]), x))
    config = replace(flexible_machine("parallel"), feature_bytes=1 << 16, weight_bytes=1 << 16, taps=256)
    check_compiled(network, compile_network(network, config), x.transpose(0, 2, 3, 1)[:2])


def test_the_rule_of_hardware_is_within_a_step():
    nodes, given = small()
    made, x = model(nodes, ["N", 3, 5, 4], given), real(40, 5, 4, 3)
    one, other = (
        import_quantised(made, requantisation=rule).run_integers(x).codes for rule in ("real", "multiplier and shift")
    )
    assert np.abs(one - other).max() <= 1 and (one != other).mean() < 0.02
