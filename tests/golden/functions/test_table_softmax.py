"""Softmax by tables: what it computes beside real numbers, beside ONNX Runtime, and term by term."""

from fractions import Fraction

import numpy as np
import pytest
from onnx import TensorProto, helper

from lowtide.golden.functions import Softmax, TableSoftmax
from lowtide.golden.functions.table_softmax import FRACTION_BITS, RANGES

import onnx_runtime


def codes(rng, *, bits, signed, count, values):
    """Rows of codes that lie close together, far apart, or in two groups."""
    low = -(1 << bits - 1) if signed else 0
    spread = rng.choice([0.5, 3, 20, 100], (count, 1))
    x = np.rint(rng.normal(size=(count, values)) * spread + rng.integers(low, low + (1 << bits), (count, 1)))
    x = np.where(rng.random((count, 1)) < 0.2, np.where(rng.random((count, values)) < 0.5, low, x), x)
    return np.clip(x, low, low + (1 << bits) - 1).astype(int)


def probabilities(x, scale):
    powers = np.exp(scale * (x - x.max(axis=-1, keepdims=True)))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", range(30))
def test_results_are_as_near_to_probabilities_as_stated(seed):
    rng = np.random.default_rng(seed)
    bits, signed, one = int(rng.integers(2, 9)), bool(seed % 2), int(rng.choice([1, 100, 255, 256]))
    scale, values = float(np.exp(rng.uniform(np.log(1e-3), np.log(2)))), int(rng.integers(1, 201))
    softmax = TableSoftmax(x_scale=scale, x_bits=bits, x_signed=signed, one=one)
    x = codes(rng, bits=bits, signed=signed, count=200, values=values)
    found = softmax(x)
    error = np.abs(found / one - probabilities(x, scale)).max()
    assert error <= softmax.worst_error(values) < (2.02 + one * values / 32768) / one
    assert found.min() >= 0 and found.max() <= min(one, 255)
    if one < 256:
        exact = Softmax(x_scale=scale, x_bits=bits, x_signed=signed, one=one)(x)
        assert np.abs(found - exact).max() <= 2 + values // 128


def test_every_sum_has_its_reciprocal():
    """Of the range that it lies in, and 0 of the others; a step before and behind each border too."""
    softmax = TableSoftmax(x_scale=0.1)
    tables = [softmax.reciprocals(number) for number in range(len(RANGES))]
    unit = 1 << FRACTION_BITS
    for total in {
        side * unit + step for side in range(1, 256) for step in (-1, 0, 1, 100) if side * unit + step >= unit
    }:
        found = [
            int(table[total >> shift]) if total >> shift < 256 else 0
            for table, (_, shift) in zip(tables, RANGES, strict=True)
        ]
        (number,) = np.flatnonzero(found)
        low, shift = RANGES[number]
        assert low * unit <= total and (number + 1 == len(RANGES) or total < RANGES[number + 1][0] * unit)
        middle = Fraction(2 * (total >> shift) + 1 << shift, 2)
        assert found[number] == int(255 * unit / middle + Fraction(1, 2))
        assert abs(found[number] - 255 * unit / total) <= 1.5


@pytest.mark.parametrize("values", [3, 40, 128])
def test_beside_onnx_runtime(values):
    """A float Softmax of what the codes stand for, and one of codes (QLinearSoftmax): at most two steps."""
    rng = np.random.default_rng(values)
    x, scale = codes(rng, bits=8, signed=False, count=64, values=values), 0.07
    softmax = TableSoftmax(x_scale=scale, x_signed=False)
    real = model([("Softmax", ["x"], ["y"], {"axis": -1})], TensorProto.FLOAT)
    expected = onnx_runtime.run(real, (x * scale).astype(np.float32))
    assert np.abs(softmax(x) - 255 * expected).max() <= 2
    inputs = ["x", "x_scale", "x_zero", "y_scale", "y_zero"]
    node = ("QLinearSoftmax", inputs, ["y"], {"axis": -1, "opset": 13, "domain": "com.microsoft"})
    scales = {"x_scale": np.float32(scale), "y_scale": np.float32(1 / 255)}
    zeros = {"x_zero": np.uint8(17), "y_zero": np.uint8(0)}
    session = onnx_runtime.session(model([node], TensorProto.UINT8, scales | zeros))
    (found,) = session.run(None, {"x": x.astype(np.uint8)})
    assert np.abs(softmax(x) - found.astype(int)).max() <= 2


def model(nodes, kind, constants=None):
    graph = helper.make_graph(
        [helper.make_node(op, inputs, outputs, **attributes) for op, inputs, outputs, attributes in nodes],
        "softmax",
        [helper.make_tensor_value_info("x", kind, ["N", "K"])],
        [helper.make_tensor_value_info("y", kind, ["N", "K"])],
        [
            helper.make_tensor(name, helper.np_dtype_to_tensor_dtype(np.asarray(value).dtype), [], [value])
            for name, value in (constants or {}).items()
        ],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, ir_version=8, opset_imports=opsets)


@pytest.mark.parametrize(
    "fields, line",
    [
        (dict(x_scale=0.0), "scale"),
        (dict(x_scale=1.0, x_bits=9), "x_bits is 9, allowed are integers 2..8"),
        (dict(x_scale=1.0, one=257), "one is 257, allowed are integers 1..256"),
    ],
)
def test_parameters_that_are_not_allowed(fields, line):
    with pytest.raises(ValueError, match=line):
        TableSoftmax(**fields)


def test_sums_that_no_range_has():
    softmax = TableSoftmax(x_scale=0.1)
    assert softmax(np.zeros((1, 255), int)).tolist() == [[1] * 255]
    with pytest.raises(ValueError, match="^sum of powers is 4194304, allowed are less than 4194304$"):
        softmax(np.zeros((1, 256), int))
    with pytest.raises(ValueError, match="allowed is at least one value along the last axis"):
        softmax(np.zeros((1, 0), int))
