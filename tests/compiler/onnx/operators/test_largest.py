"""The largest values of imported models are those of the reference."""

import numpy as np
import pytest

from onnx_models import check, model, ops, refused, runtime


@pytest.mark.parametrize("attributes", [{"axis": 1}, {"axis": -1, "keepdims": 1}])
def test_the_place_of_the_largest_of_a_vector(attributes):
    made = model([("Tanh", "x", "t", {}), ("ArgMax", "t", "y", attributes)], ["N", 9])
    assert ops(check(made, runtime)) == ["tanh", "largest_places"]


@pytest.mark.parametrize("keepdims", [0, 1])
def test_the_largest_channel_of_a_pixel(keepdims):
    nodes = [("GlobalAveragePool", "x", "p", {}), ("ArgMax", "p", "y", {"axis": 1, "keepdims": keepdims})]
    made = model(nodes, ["N", 6, 4, 5])
    assert "largest_places" in ops(check(made, runtime))


def test_without_keepdims_a_batch_of_numbers_is_one_of_vectors():
    made = model([("Relu", "x", "r", {}), ("ArgMax", "r", "y", {"axis": 1, "keepdims": 0})], ["N", 7])
    check(made, lambda made, x: runtime(made, x)[:, None])


def test_a_softmax_does_not_change_which_is_the_largest():
    nodes = [("Tanh", "x", "t", {}), ("Softmax", "t", "s", {"axis": 1}), ("ArgMax", "s", "y", {"axis": 1})]
    assert ops(check(model(nodes, ["N", 9]), runtime)) == ["tanh", "largest_places"]


@pytest.mark.parametrize("wanted", ["values", "places"])
def test_the_largest_few(wanted):
    outputs = "y places" if wanted == "values" else "values y"
    made = model([("Tanh", "x", "t", {}), ("TopK", "t k", outputs, {"sorted": 1})], ["N", 11], {"k": np.array([4])})
    assert ops(check(made, runtime)) == ["tanh", "largest" if wanted == "values" else "largest_places"]


def test_an_older_one_of_which_both_are_named():
    nodes = [("Relu", "x", "r", {}), ("TopK", "r", "y places", {"k": 2, "axis": 1})]
    assert ops(check(model(nodes, ["N", 5], version=9))) == ["relu", "largest"]


def test_a_flattened_picture_is_put_in_order():
    nodes = [("Flatten", "x", "f", {}), ("ArgMax", "f", "y", {"axis": 1})]
    assert ops(check(model(nodes, ["N", 3, 4, 5]), runtime))[-1] == "largest_places"


@pytest.mark.parametrize(
    "node, constants, message",
    [
        (("ArgMax", "x", "y", {}), {}, "^axis 0 of .* of ArgMax y, allowed is another axis than that of the batch$"),
        (("ArgMax", "x", "y", {"axis": 1}), {}, "^axis 1 of .*, allowed is a vector of each sample"),
        (("ArgMin", "x", "y", {"axis": 2}), {}, "ArgMin node0: machines find the largest .* Neg and ArgMax$"),
        (("TopK", "x k", "y i", {}), {"k": np.array([2])}, "^axis 2 of .*, allowed is a vector of each sample"),
    ],
)
def test_what_no_vector_has_is_refused(node, constants, message):
    refused(model([node], ["N", 3, 4], constants), message)


@pytest.mark.parametrize(
    "node, constants, message",
    [
        (("ArgMax", "x", "y", {"axis": 1, "select_last_index": 1}), {}, "^select_last_index is 1 .* allowed is 0: "),
        (("TopK", "x k", "y i", {"largest": 0}), {"k": np.array([2])}, "^largest is 0 .*, allowed is 1: Neg before"),
        (("TopK", "x k", "y i", {}), {"k": np.array([9])}, r"^k is \[9\] .*, allowed is one number from 1 to 8$"),
    ],
)
def test_what_the_machine_does_not_find_is_refused(node, constants, message):
    refused(model([node], ["N", 8], constants), message)
