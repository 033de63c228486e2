"""Accumulators, biases and sums of 32 bits: refused by name and value where Python's integers leave the range."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lowtide.golden.network import Graph, Node, Plan, QuantisedWeights, quantise_graph
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint

LIMIT = 2**31
WIDE = FixedPoint(16, power_of_two=True).of_range(-32767.0, 32767.0)  # scale 1


def layer(integers, bias):
    weights = QuantisedWeights.of_integers(np.array(integers)[:, None], 1.0, bits=16)
    return QuantisedLayer(name="fc3", weights=weights, bias=np.array([bias]), geometry=None, x_bits=16, x_signed=True)


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(*[st.integers(-32767, 32767)] * 2), min_size=1, max_size=6), st.integers(-LIMIT - 5, LIMIT + 5)
)
@example([(32767, 32767), (32767, 32767), (1, 0)], LIMIT - 1)  # the bias alone fits
@example([(32767, -32767)] * 2, -LIMIT)
@example([(32767, 32767)] * 3, -LIMIT)  # the sum of products alone does not fit, all together would
@example([(1, 1)], LIMIT - 1)
@example([(1, 1)], LIMIT - 2)
def test_a_layer_is_refused_where_its_integers_leave_32_bits(pairs, bias):
    weights, data = zip(*pairs, strict=True)
    products = sum(w * x for w, x in pairs)
    made, codes = layer(weights, float(bias)), np.array([data], np.int32)
    beyond = [value for value in (products, bias, products + bias) if not -LIMIT <= value < LIMIT]
    if not beyond:
        assert made.accumulators(codes, WIDE)[0].tolist() == [[products + bias]]
        return
    with pytest.raises(ValueError, match="layer fc3: ") as error:
        made.accumulators(codes, WIDE)
    assert any(str(value) in str(error.value) for value in beyond) and "-2147483648..2147483647" in str(error.value)


def test_the_share_of_a_zero_point_counts():
    quantiser = FixedPoint(16, signed=False, symmetric=False).of_range(-65535.0, 0.0)
    assert (float(quantiser.scale), int(quantiser.zero_point)) == (1.0, 65535)
    for weights, fits in (([32767], True), ([32767, 1], True), ([32767, 2], False)):
        made, codes = layer(weights, 0.0), np.zeros((1, len(weights)), np.int32)
        share = -65535 * sum(weights)
        if fits:
            assert made.accumulators(codes, quantiser)[0].tolist() == [[share]]
        else:
            with pytest.raises(ValueError, match=f"layer fc3: bias less the zero point's share is {share}, allowed"):
                made.accumulators(codes, quantiser)


def test_pools_and_layers_of_a_network_are_refused_by_name():
    x = np.ones((1, 260, 260, 1))
    for op, attributes in (("global_average_pool", {}), ("average_pool", {"size": (260, 260), "stride": (1, 1)})):
        pool = Node(name="pool", op=op, inputs=("input",), attributes=attributes)
        network = quantise_graph(Graph((pool,), (260, 260, 1)), x, Plan(activations=FixedPoint(16)))
        with pytest.raises(ValueError, match=f"layer pool: sum of a pool is {260 * 260 * 65535}, allowed"):
            network.run(x)
    wide = Node(name="fc", op="linear", inputs=("input",), weight=np.ones((3, 1)))
    plan = Plan(weights=FixedPoint(16), activations=FixedPoint(16))
    network = quantise_graph(Graph((wide,), (3,)), np.ones((1, 3)), plan)
    with pytest.raises(ValueError, match=f"layer fc: sum of products is {3 * 32767 * 65535}, allowed"):
        network.run(np.ones((1, 3)))
