"""Networks of published shapes have the published numbers of multiplications and weights."""

import numpy as np
import pytest

from lowtide.workloads.networks.shaped import mobilenet_v1, mobilenet_v2, resnet50

#: Multiplications and weights, in millions, to the digits that the papers give: MobileNets, table 8; MobileNetV2, table
#: 4; ResNet, table 1 (multiplications alone, and rounded down).
PUBLISHED = {mobilenet_v1: (569, 4.2), mobilenet_v2: (300, 3.4), resnet50: (3_860, None)}


@pytest.mark.parametrize("make", PUBLISHED, ids=lambda make: make.__name__)
def test_multiplications_and_weights(make):
    graph = make()
    shapes = {"input": (1, *graph.shape)}
    rng = np.random.default_rng(1)
    scores = graph.run(
        rng.normal(size=shapes["input"]), record=lambda name, values: shapes.update({name: values.shape})
    )
    assert scores.shape == (1, 1000) and 0.1 < scores.std() < 1e4
    weighted = [node for node in graph.nodes if node.weight is not None]
    products = sum(
        node.weight.size * (np.prod(shapes[node.name][1:3]) if node.op == "conv" else 1) for node in weighted
    )
    multiplications, weights = PUBLISHED[make]
    assert products / 1e6 == pytest.approx(multiplications, rel=0.005)
    if weights:
        assert sum(node.weight.size for node in weighted) / 1e6 == pytest.approx(weights, rel=0.03)


def test_weights_are_those_of_the_seed():
    first, again, other = (mobilenet_v2(seed).nodes[0].weight for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
