"""Constants are computed where their size is known and small, and refused before memory is asked for."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from lowtide.compiler.onnx.importer import import_onnx
from lowtide.compiler.onnx.model import constants
from lowtide.compiler.onnx.model.constants import array_of, computed

from onnx_models import draws, model

RNG = np.random.default_rng(5)
real = draws(RNG)
HUGE = 1 << 40


def made(op, attributes, *inputs):
    names = [f"i{place}" for place in range(len(inputs))]
    node = helper.make_node(op, names, ["y"], name="node", **attributes)
    return computed(node, dict(zip(names, map(np.asarray, inputs), strict=True)), {"": 17})[0]


def test_what_shapes_are_made_of_is_computed():
    assert made("Concat", {"axis": 0}, [1, 2], [3]).tolist() == [1, 2, 3]
    assert made("ConstantOfShape", {}, [2, 3]).shape == (2, 3)
    assert made("Range", {}, 2, 11, 3).tolist() == [2, 5, 8]
    assert made("Gather", {"axis": 0}, [4, 5, 6], [2, 0]).tolist() == [6, 4]
    values = real(200, 30)  # too many to be told to shape inference
    assert np.array_equal(made("Transpose", {}, values), values.T)
    assert np.array_equal(made("Identity", {}, values), values)


@pytest.mark.parametrize(
    ("op", "attributes", "inputs", "message"),
    [
        ("ConstantOfShape", {}, [[1 << 20, 1 << 20]], r"has shape \[1048576, 1048576\], allowed are at most"),
        ("Expand", {}, [real(1), [HUGE]], rf"output of Expand node has shape \[{HUGE}\]"),
        ("Tile", {}, [real(1), [HUGE]], rf"output of Tile node has shape \[{HUGE}\]"),
        ("Range", {}, [0, HUGE, 1], rf"output of Range node has shape \[{HUGE}\]"),
        ("Pad", {}, [real(4), [HUGE, 0]], "output of Pad node has shape"),
        ("Add", {}, [real(1, 1 << 15), real(1 << 15, 1)], r"has shape \[32768, 32768\]"),
        ("MatMul", {}, [real(1 << 15, 1), real(1, 1 << 15)], r"has shape \[32768, 32768\]"),
        ("NonZero", {}, [real(4)], "NonZero node of constants has a shape that depends on values"),
        ("Gather", {}, [real(4), [9]], "Gather node of constants has no shape|cannot be computed"),
        ("MatMul", {}, [real(4, 3), real(4, 3)], "MatMul node of constants has no shape"),
        ("Frobnicate", {}, [real(4)], "Frobnicate node of constants has"),
    ],
)
def test_what_is_too_large_or_not_known_is_refused(op, attributes, inputs, message):
    with pytest.raises(ValueError, match=message) as caught:
        made(op, attributes, *inputs)
    assert "\n" not in str(caught.value)


def test_constants_of_a_model_are_counted_together(monkeypatch):
    monkeypatch.setattr(constants, "MOST_VALUES", 1000)
    nodes = [("ConstantOfShape", "n", f"c{place}", {}) for place in range(3)]
    nodes += [("Relu", "x", "y", {})]
    with pytest.raises(
        ValueError, match="all constants that are computed up to ConstantOfShape node2 has shape .1200."
    ):
        import_onnx(model(nodes, ["N", 4], {"n": np.array([400])}))


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (TensorProto(dims=[HUGE], data_type=1), rf"tensor t has shape \[{HUGE}\], allowed are at most"),
        (TensorProto(dims=[-1], data_type=1), r"tensor t has shape \[-1\]"),
        (TensorProto(dims=[3], data_type=1, raw_data=b"12345678"), r"tensor t of shape \[3\] cannot be read"),
        (TensorProto(dims=[3], data_type=1, float_data=[1.0]), r"tensor t of shape \[3\] cannot be read"),
        (TensorProto(dims=[1], data_type=99, raw_data=b"1234"), r"tensor t of shape \[1\] cannot be read"),
        (TensorProto(dims=[1], data_type=0), r"tensor t of shape \[1\] cannot be read"),
        (TensorProto(dims=[1], data_type=8, string_data=[b"text"]), "tensor t is text, allowed are numbers"),
    ],
)
def test_tensors_have_the_data_that_their_shape_asks_for(tensor, message):
    with pytest.raises(ValueError, match=message):
        array_of(tensor, "t", None)
