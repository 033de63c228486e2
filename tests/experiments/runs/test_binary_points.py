"""One binary point or many, batch norms folded or apart: the float network stays what it is."""

import numpy as np
import pytest

from lowtide.experiments.runs.fixed_point import binary_points
from lowtide.experiments.runs.fixed_point.binary_points import OneFixedPoint, apart
from lowtide.experiments.runs.tasks import load
from lowtide.golden.network import Graph, Node, fold_batch_norm, quantise_graph

rng = np.random.default_rng(2)


def with_norm():
    return Graph(
        (
            Node(
                name="conv",
                op="conv",
                inputs=("input",),
                weight=rng.normal(size=(3, 3, 2, 4)),
                bias=rng.normal(size=4),
                attributes={"stride": (2, 2), "padding": (1, 1, 1, 1)},
            ),
            Node(name="norm", op="batch_norm", inputs=("conv",), weight=rng.uniform(1, 2, 4), bias=rng.normal(size=4)),
            Node(name="relu", op="relu", inputs=("norm",)),
            Node(name="pool", op="global_average_pool", inputs=("relu",)),
            Node(name="last", op="linear", inputs=("pool",), weight=rng.normal(size=(4, 3)), bias=rng.normal(size=3)),
            Node(name="norms", op="batch_norm", inputs=("last",), weight=rng.uniform(1, 2, 3), bias=rng.normal(size=3)),
        ),
        (6, 6, 2),
    )


def test_norms_apart_stay_layers_of_their_own_and_outputs_what_they_were():
    graph, x = with_norm(), rng.normal(size=(5, 6, 6, 2))
    split = apart(graph)
    assert np.allclose(split.run(x), graph.run(x))
    assert [node.op for node in fold_batch_norm(graph).nodes].count("batch_norm") == 0
    assert [node.op for node in fold_batch_norm(split).nodes].count("batch_norm") == 2
    network = quantise_graph(split, x)
    assert set(network.layers) == {"conv", "relu", "last", "norms"}  # the norm merged with its relu
    assert network.obstacle() is None


def test_inserted_norms_normalise_and_change_nothing():
    task = load("digits")
    graph, seen = binary_points._normalised(task.graph, task.calibration), {}
    assert np.allclose(graph.run(task.x), task.graph.run(task.x), atol=1e-4)
    graph.run(task.calibration, seen.__setitem__)
    for name in ("linear0", "linear1", "linear2"):
        made = seen[f"{name}.plain"].astype(np.float64)
        assert np.abs(made.mean(axis=0)).max() < 1e-4 and np.abs(made.std(axis=0) - 1).max() < 1e-3


@pytest.mark.parametrize("signed, largest", [(True, 127), (False, 255)])
def test_one_fixed_point_has_the_scale_of_its_range_whatever_the_values(signed, largest):
    form = OneFixedPoint(8, 3.5, signed)
    scales = {float(form.fit(rng.normal(size=(4, 3)) ** 2 * size).scale) for size in (0.01, 1, 100)}
    (scale,) = scales
    assert np.log2(scale) == np.rint(np.log2(scale)) and scale * largest >= 3.5 > scale * largest / 2
