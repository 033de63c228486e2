"""Channels leave a network consistently, or the node that keeps them is named."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node
from lowtide.golden.reduce import (
    channel_activity,
    channel_groups,
    remove_channels,
    remove_dead_channels,
    remove_filters,
    remove_quiet_channels,
    total_count,
)


def conv(name, rng, size, channels, outputs, source, **attributes):
    return Node(
        name=name,
        op="conv",
        inputs=(source,),
        weight=rng.normal(size=(size, size, channels, outputs)),
        bias=rng.normal(size=outputs),
        attributes=attributes,
    )


@pytest.fixture
def residual():
    """stem -> expand -> depthwise -> project -> + stem, pooled beside a second branch, to a classifier."""
    rng = np.random.default_rng(0)
    same = dict(padding=(1, 1, 1, 1))
    return Graph(
        (
            conv("stem", rng, 3, 2, 4, "input", **same),
            Node(name="norm", op="batch_norm", inputs=("stem",), weight=rng.normal(size=4), bias=rng.normal(size=4)),
            conv("expand", rng, 1, 4, 6, "norm"),
            Node(name="relu", op="relu6", inputs=("expand",)),
            conv("depthwise", rng, 3, 1, 6, "relu", groups=6, **same),
            conv("project", rng, 1, 6, 4, "depthwise"),
            Node(name="sum", op="add", inputs=("project", "norm")),
            Node(name="both", op="concat", inputs=("sum", "relu")),
            Node(name="pool", op="max_pool", inputs=("both",), attributes={"size": (2, 2), "stride": (2, 2)}),
            Node(name="flat", op="flatten", inputs=("pool",)),
            Node(
                name="scores", op="linear", inputs=("flat",), weight=rng.normal(size=(40, 3)), bias=rng.normal(size=3)
            ),
        ),
        (4, 4, 2),
    )


def zeroed(graph, layer, keep, axis):
    """The graph with those weights of a layer zero whose index along ``axis`` is not kept."""
    shape = [1] * graph.node(layer).weight.ndim
    shape[axis] = -1
    nodes = (
        replace(node, weight=node.weight * np.asarray(keep).reshape(shape)) if node.name == layer else node
        for node in graph.nodes
    )
    return Graph(tuple(nodes), graph.shape)


def test_groups_follow_adds_depthwise_convolutions_and_concats(residual):
    groups = channel_groups(residual)
    assert [(group.makers, group.channels, group.obstacle) for group in groups.groups] == [
        ((), 2, "input"),
        (("stem", "project"), 4, None),
        (("expand",), 6, None),
        (("scores",), 3, "scores"),
    ]
    assert groups.rows["both"] == (1, 2) and groups.rows["flat"] == (1, 2) * 4
    assert groups.of_maker("project") is groups.groups[1] and groups.of_maker("depthwise") is None


def test_removed_channels_are_those_that_nothing_reads(residual):
    small = remove_channels(residual, {"expand": [0, 2, 5]})
    keep = np.isin(np.arange(6), [0, 2, 5])
    same = zeroed(residual, "project", keep, 2)
    same = zeroed(same, "scores", np.tile(np.concatenate([np.ones(4), keep]), 4), 0)
    x = np.random.default_rng(1).normal(size=(3, 4, 4, 2))
    assert np.allclose(small.run(x), same.run(x), atol=1e-12)
    assert small.node("depthwise").weight.shape == (3, 3, 1, 3) and small.node("depthwise").attributes["groups"] == 3
    assert small.node("expand").weight.shape == (1, 1, 4, 3) and small.node("scores").weight.shape == (28, 3)
    assert total_count(small).multiplications == 16 * (9 * 2 * 4 + 4 + 4 * 3 + 9 * 3 + 3 * 4) + 28 * 3


def test_channels_that_are_added_go_together(residual):
    keep = np.array([True, False, True, True])
    small = remove_channels(residual, {"project": np.flatnonzero(keep)})
    same = zeroed(residual, "expand", keep, 2)
    same = zeroed(same, "scores", np.tile(np.concatenate([keep, np.ones(6)]), 4), 0)
    x = np.random.default_rng(1).normal(size=(3, 4, 4, 2))
    assert np.allclose(small.run(x), same.run(x), atol=1e-12)
    assert [small.node(name).weight.shape[-1] for name in ("stem", "norm", "project")] == [3, 3, 3]
    norms = sum(np.abs(residual.node(name).weight).sum(axis=(0, 1, 2)) for name in ("stem", "project"))
    fewer = remove_filters(residual, 0.25, layers=["stem"])
    assert np.array_equal(fewer.node("stem").bias, np.delete(residual.node("stem").bias, norms.argmin()))


def test_bound_channels_name_what_binds_them(residual):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="channels of scores are bound by scores"):
        remove_channels(residual, {"scores": [0]})
    with pytest.raises(ValueError, match="channels of project are not those of stem"):
        remove_channels(residual, {"stem": [0, 1], "project": [0, 2]})
    with pytest.raises(ValueError, match="layer is 'depthwise', allowed are stem, project, expand, scores"):
        remove_channels(residual, {"depthwise": [0]})
    with pytest.raises(ValueError, match=r"kept\['expand'\] is \[0, 6\], allowed are different integers 0..5"):
        remove_channels(residual, {"expand": [0, 6]})
    grouped = Graph(
        (conv("a", rng, 1, 2, 4, "input"), conv("g", rng, 1, 2, 4, "a", groups=2), conv("b", rng, 1, 4, 2, "g")),
        (3, 3, 2),
    )
    for name in ("a", "g"):
        with pytest.raises(ValueError, match=f"channels of {name} are bound by g"):
            remove_channels(grouped, {name: [0]})
    added = Graph(
        (
            conv("a", rng, 1, 2, 2, "input"),
            Node(name="s", op="add", inputs=("a", "input")),
            conv("b", rng, 1, 2, 2, "s"),
        ),
        (3, 3, 2),
    )
    with pytest.raises(ValueError, match="channels of a are bound by input"):
        remove_channels(added, {"a": [0]})
    soft = Graph(
        (
            conv("a", rng, 1, 2, 2, "input"),
            Node(name="soft", op="softmax", inputs=("a",)),
            conv("b", rng, 1, 2, 2, "soft"),
        ),
        (3, 3, 2),
    )
    with pytest.raises(ValueError, match="channels of a are bound by soft"):
        remove_channels(soft, {"a": [0]})
    rows = Graph(
        (
            conv("a", rng, 1, 2, 1, "input"),
            conv("c", rng, 1, 2, 2, "input"),
            Node(name="one", op="concat", inputs=("a", "c")),
            Node(name="two", op="concat", inputs=("c", "a")),
            Node(name="s", op="add", inputs=("one", "two")),
            conv("b", rng, 1, 3, 2, "s"),
        ),
        (3, 3, 2),
    )
    with pytest.raises(ValueError, match="channels of c are bound by s"):
        remove_channels(rows, {"c": [0]})


def test_nothing_removed_is_the_same_network(residual):
    x = np.random.default_rng(2).normal(size=(2, 4, 4, 2))
    assert np.array_equal(remove_channels(residual, {}).run(x), residual.run(x))


def test_activity_by_hand():
    weight = np.array([[1.0, -1, 0], [0, 1, 0]])
    graph = Graph(
        (
            Node(name="a", op="linear", inputs=("input",), weight=weight, bias=np.zeros(3)),
            Node(name="r", op="relu", inputs=("a",)),
            Node(name="b", op="linear", inputs=("r",), weight=np.ones((3, 2))),
        ),
        (2,),
    )
    x = np.array([[2.0, 1], [4, 9]])
    activity = channel_activity(graph, x)  # relu(a): (2, 0, 0), (4, 5, 0)
    assert list(activity) == ["a"] and activity["a"].tolist() == [3, 2.5, 0]
    dead = remove_dead_channels(graph, x)
    assert dead.node("a").weight.shape == (2, 2) and np.array_equal(dead.run(x), graph.run(x))
    assert remove_quiet_channels(graph, x, 0.7).node("a").weight.tolist() == [[1], [0]]
    assert remove_dead_channels(graph, -x).node("a").weight.shape == (2, 1)  # all but one are dead
    with pytest.raises(ValueError, match="layer is 'b', allowed are a"):
        remove_quiet_channels(graph, x, 0.5, layers=["b"])


def test_activity_covers_every_reader_and_batch(residual):
    x = np.random.default_rng(3).normal(size=(70, 4, 4, 2))
    tensors = {}
    residual.run(x, tensors.__setitem__)
    activity = channel_activity(residual, x)
    parts = [np.abs(tensors[name]) for name in ("norm", "relu", "depthwise", "flat")]
    flat = parts[3].reshape(70, 4, 10)  # pixels, channels of the concat
    assert np.allclose(activity["stem"], (parts[0].sum(axis=(0, 1, 2)) + flat[..., :4].sum(axis=(0, 1))) / (70 * 20))
    of_expand = parts[1].sum(axis=(0, 1, 2)) + parts[2].sum(axis=(0, 1, 2)) + flat[..., 4:].sum(axis=(0, 1))
    assert np.allclose(activity["expand"], of_expand / (70 * 36))
