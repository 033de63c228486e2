"""Networks are made once for each content of what they are made from, and come back as they were."""

import types

import numpy as np
import pytest

from lowtide.golden.network.floating.graph import Graph, Node
from lowtide.workloads.data.fetch import DataMissing
from lowtide.workloads.data.packages import FOOLBOX, MNIST
from lowtide.workloads.networks import store
from lowtide.workloads.networks.extras import extra
from lowtide.workloads.networks.store import arrays_of, fingerprint, graph_of, is_kept, kept

SOURCE = '"""A module."""\nRATE = 0.5\n\n\ndef f(x):\n    """Doc."""\n    return x * RATE  # why\n'


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))


def module(source, monkeypatch):
    monkeypatch.setattr(store.inspect, "getsource", lambda asked: source)
    return types.ModuleType("made")


def test_fingerprint_changes_with_statements_and_not_with_words_about_them(monkeypatch):
    first = fingerprint(module(SOURCE, monkeypatch))
    for old, new in (("# why", "# because"), ("Doc.", "Other."), ("A module", "B")):
        told = SOURCE.replace(old, new)
        assert told != SOURCE and fingerprint(module(told, monkeypatch)) == first
    for changed in (SOURCE.replace("0.5", "0.25"), SOURCE.replace("x * RATE", "x / RATE"), SOURCE + "EPOCHS = 3\n"):
        assert fingerprint(module(changed, monkeypatch)) != first


def test_fingerprint_does_not_ask_for_types_but_for_the_fields_of_a_class(monkeypatch):
    first = fingerprint(module(SOURCE, monkeypatch))
    typed = SOURCE.replace("f(x)", "f(x: Array) -> Array").replace(
        "RATE = 0.5", "from typing import Any\nRATE: Any = 0.5"
    )
    assert fingerprint(module(typed, monkeypatch)) == first
    of_types = SOURCE.replace("RATE = 0.5", "if TYPE_CHECKING:\n    from ..graph import Graph\nRATE = 0.5")
    assert fingerprint(module(of_types, monkeypatch)) == first
    other = SOURCE.replace("RATE = 0.5", "from ..graph import Graph\nRATE = 0.5")
    assert fingerprint(module(other, monkeypatch)) != first
    kept_field = "class Row:\n    rate: float\n"
    assert (
        len({fingerprint(module(SOURCE + more, monkeypatch)) for more in ("", kept_field, kept_field + "    n: int\n")})
        == 3
    )


def test_fingerprint_tells_values_and_packages_apart():
    assert len({fingerprint(*parts) for parts in ((1, 2), (2, 1), (12,), ("12",), (MNIST,), (FOOLBOX,))}) == 6
    assert fingerprint(MNIST, 3) == fingerprint(MNIST, 3)


def test_kept_arrays_are_made_once_for_each_key():
    made = []

    def make():
        made.append(1)
        return {"values": np.arange(3) + len(made)}

    assert not is_kept("name", "a")
    assert kept("name", "a", make)["values"].tolist() == [1, 2, 3]
    assert is_kept("name", "a")
    assert kept("name", "a", make)["values"].tolist() == [1, 2, 3]
    assert kept("name", "b", make)["values"].tolist() == [2, 3, 4]


def test_what_fails_is_not_kept():
    with pytest.raises(ZeroDivisionError):
        kept("name", "a", lambda: {"values": np.array(1 // 0)})
    assert not is_kept("name", "a")


def test_graph_comes_back_as_it_was():
    nodes = (
        Node(
            name="a/conv",
            op="conv",
            inputs=("x",),
            weight=np.full((1, 1, 2, 3), 0.1),
            bias=np.full(3, 0.5),
            attributes={"stride": (2, 2), "padding": (0, 1, 0, 1), "groups": 1},
        ),
        Node(name="b", op="relu6", inputs=("a/conv",)),
        Node(name="c", op="add", inputs=("b", "b")),
    )
    graph = Graph(nodes, (4, 4, 2), "x")
    again = graph_of(kept("graph", "key", lambda: arrays_of(graph)))
    assert (again.shape, again.input) == (graph.shape, graph.input)
    for node, found in zip(nodes, again.nodes, strict=True):
        assert (found.name, found.op, found.inputs, found.attributes) == (
            node.name,
            node.op,
            node.inputs,
            node.attributes,
        )
    assert np.array_equal(again.nodes[0].weight, nodes[0].weight) and again.nodes[0].weight.dtype == np.float64
    assert np.array_equal(again.nodes[0].bias, nodes[0].bias) and again.nodes[1].weight is None
    x = np.ones((1, 4, 4, 2))
    assert np.array_equal(graph.run(x), again.run(x))


def test_missing_extra_is_said_with_its_command():
    with pytest.raises(DataMissing, match=r"no_such is not installed; get it with: pip install 'lowtide\[exp.*\]'"):
        extra("no_such")
    assert extra("numpy") is np


def test_other_arrays_are_no_graph():
    with pytest.raises(ValueError, match="arrays has weight, allowed are those of a graph"):
        graph_of({"weight": np.zeros(3)})
