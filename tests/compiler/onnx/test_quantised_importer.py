"""Models of ONNX Runtime's quantiser: the codes of every tensor are those of the runtime, its optimisations off."""

from dataclasses import replace

import numpy as np
import pytest
from onnxruntime.quantization import QuantFormat, QuantType

from lowtide.compiler.onnx.quantised_importer import import_quantised, is_quantised
from lowtide.compiler.programs.compiled import compile_network
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import check_compiled
from onnx_models import draws, model, refused
from quantised_models import compared, quantised, small, typed

RNG = np.random.default_rng(5)
real = draws(RNG)


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
    file = quantised(tmp_path, made, x)
    network = compared(file, x)
    assert [step.op for step in network.steps].count("matmul") == 2
    config = replace(flexible_machine("parallel"), weight_bytes=1 << 16)
    for softmax, turns in (("division", [["softmax"]]), ("tables", [])):  # zero points are no obstacle
        network = import_quantised(file, softmax=softmax)
        compiled = compile_network(network, config, host=True)
        assert [[step.op for step in turn] for turn in compiled.host] == turns
        check_compiled(network, compiled, x[:3])


def test_a_float_import_names_the_other():
    nodes, given = small(RNG)
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
    nodes, given = small(RNG)
    made, x = model(nodes, ["N", 3, 5, 4], given), real(40, 5, 4, 3)
    one, other = (
        import_quantised(made, requantisation=rule).run_integers(x).codes for rule in ("real", "multiplier and shift")
    )
    assert np.abs(one - other).max() <= 1 and (one != other).mean() < 0.02
