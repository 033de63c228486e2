"""Quantised models: those of ONNX Runtime's quantiser, a small one, and the comparison of codes with the runtime."""

from dataclasses import replace

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from lowtide.compiler.onnx.quantised_importer import import_quantised
from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.network.integers.integer_tensor import IntegerTensor
from lowtide.golden.network.quantised.integer_steps import SAME

import onnx_runtime
from onnx_models import model


class Pictures(CalibrationDataReader):
    """Calibration data, one sample after the other."""

    def __init__(self, x):
        self.samples = iter(x)

    def get_next(self):
        sample = next(self.samples, None)
        return None if sample is None else {"x": sample[None]}


def rounding(source, target, scale, bits, signed, constants, narrow=0):
    """A Quant node of a tensor, and the same as operators that ONNX Runtime has; halves go to even in both."""
    low, high = (narrow - 2 ** (bits - 1), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    values = {"s": scale, "z": 0, "b": bits, "l": low, "h": high}
    constants |= {f"{target}_{key}": np.float32(value) for key, value in values.items()}
    attributes = {
        "domain": "qonnx.custom_op.general",
        "signed": int(signed),
        "narrow": narrow,
        "rounding_mode": "ROUND",
    }
    quant = [("Quant", f"{source} {target}_s {target}_z {target}_b", target, attributes)]
    plain = [
        ("Div", f"{source} {target}_s", f"{target}_1", {}),
        ("Round", f"{target}_1", f"{target}_2", {}),
        ("Clip", f"{target}_2 {target}_l {target}_h", f"{target}_3", {}),
        ("Mul", f"{target}_3 {target}_s", target, {}),
    ]
    return quant, plain


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
        made_here = tensors[step.name] = network.computed(step, inputs)
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


def small(rng, **constants):
    """x, rounded; a convolution of a rounded weight; its rounding. Codes of 8 bits, unless constants say otherwise."""
    nodes = [
        ("QuantizeLinear", "x xs xz", "xq", {}),
        ("DequantizeLinear", "xq xs xz", "xr", {}),
        ("DequantizeLinear", "w ws", "wr", {"axis": 0}),
        ("Conv", "xr wr", "c", {}),
        ("QuantizeLinear", "c cs cz", "cq", {}),
        ("DequantizeLinear", "cq cs cz", "y", {}),
    ]
    given = {"xs": np.float32(0.03), "xz": np.uint8(120), "w": rng.integers(-128, 128, (4, 3, 2, 2)).astype(np.int8)}
    given |= {"ws": np.full(4, 0.01, np.float32), "cs": np.float32(0.05), "cz": np.uint8(100)}
    return nodes, given | constants
