"""Networks whose groups of weights have exponents: the array multiplies what the layer's integers are."""

import numpy as np
import pytest

from lowtide.golden import Array
from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.number_formats import E2M1, FixedPoint, GroupExponent, LeastSquaredError, TwoDigits
from lowtide.workloads.data.digits import digits
from lowtide.workloads.networks.digits_mlp import digits_mlp, prepare

FORMATS = [
    GroupExponent(FixedPoint(4, choice=LeastSquaredError()), 8, 2),
    GroupExponent(TwoDigits(choice=LeastSquaredError()), 8, 1),
    GroupExponent(E2M1, 8, 2),
]


@pytest.fixture(scope="module")
def task():
    data = digits()
    return digits_mlp(), prepare(data.train), prepare(data.test)[:20]


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_an_array_of_digits_runs_the_network(task, format):
    graph, calibration, x = task
    network = quantise_graph(graph, calibration, Plan(weights=format))
    array = Array(kind="digit", rows=4, cols=4, lanes=8, exponent_bits=format.exponent_bits)
    product = ArrayProduct(array)
    assert np.array_equal(network.run(x, product=product), network.run(x))
    assert len(product.results) == 3


def test_chunks_that_are_no_groups_of_the_layer_are_refused(task):
    graph, calibration, x = task
    network = quantise_graph(graph, calibration, Plan(weights=FORMATS[0]))
    array = Array(kind="digit", rows=4, cols=4, lanes=16, exponent_bits=2)
    with pytest.raises(ValueError, match="codes has blocks that are no integers of magnitude 7"):
        network.run(x, product=ArrayProduct(array))
