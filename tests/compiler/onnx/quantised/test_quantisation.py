"""Nodes that round, of every exporter: what becomes of tensors and weights, and what is refused."""

import numpy as np
import pytest

from lowtide.compiler.onnx.quantised_importer import import_quantised

import onnx_runtime
from onnx_models import changed_bytes_are_refused_or_read, draws, model
from quantised_models import compared, small

RNG = np.random.default_rng(5)
real = draws(RNG)


def test_codes_of_fewer_bits_are_clipped_ones():
    """QCDQ as Brevitas exports it: four bits, in types of eight."""
    nodes, given = small(RNG, w=RNG.integers(-8, 8, (4, 3, 2, 2)).astype(np.int8), ws=np.float32(0.2))
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
    nodes, given = small(RNG)
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
    nodes, given = small(RNG, w=RNG.integers(-128, 128, (4, 5)).astype(np.int8))
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
    nodes, given = small(RNG)
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
    nodes, given = small(RNG)
    changed_bytes_are_refused_or_read(model(nodes, ["N", 3, 5, 4], given), import_quantised, RNG)


@pytest.mark.parametrize("op", ["DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"])
def test_scales_that_are_computed_are_refused(op):
    with pytest.raises(ValueError, match=f"operator is {op} node0: scales are computed.*; what would fit: static"):
        import_quantised(model([(op, "x", "y", {})], ["N", 4]))
