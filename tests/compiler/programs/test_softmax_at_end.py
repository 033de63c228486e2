"""A softmax at a network's end: the machine's, the host's, or left off, and nothing else changes by that."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lowtide.compiler.plan.refused import StepRefused
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.softmax_at_end import compiled_to_its_end
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import check_compiled, random_network

FLEX = replace(flexible_machine("parallel"), weight_bytes=1 << 16, taps=512)
WITHOUT = replace(FLEX, name="without", post=("operand", "vector"))
PLAN = Plan(output="quantised", softmax="tables")


def ending(rng, *, values=None, layers=3):
    """Graphs without and with a softmax at the end, and samples."""
    graph, shape = random_network(rng, layers=layers)
    last = graph.nodes[-1]
    if values is not None:
        inputs = last.weight.shape[0]
        last = replace(last, weight=rng.normal(size=(inputs, values)), bias=rng.normal(size=values))
    nodes = (*graph.nodes[:-1], last)
    softmax = Node(name="probabilities", op="softmax", inputs=(last.name,))
    return Graph(nodes, shape), Graph((*nodes, softmax), shape), rng.normal(size=(3, *shape))


def compiled_of(network, config, *, host=False):
    return compiled_to_its_end(network, partial(compile_network, config=config, host=host), host=host)


@pytest.mark.parametrize("seed", range(4))
def test_the_machine_computes_it_where_it_can(seed):
    _, graph, x = ending(np.random.default_rng(seed), values=int(np.random.default_rng(seed).integers(2, 100)))
    given = quantise_graph(graph, x, PLAN)
    network, compiled, said = compiled_of(given, FLEX)
    assert network is given and compiled.result == "probabilities" and not compiled.host
    assert said == ["softmax is computed by tables, a few steps from ONNX's at most"]
    check_compiled(network, compiled, x)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "config, values, plan, reason",
    [
        (WITHOUT, None, PLAN, "post of without is operand, vector, allowed for this layer is one with product"),
        (FLEX, 129, PLAN, "a softmax of 129 values, allowed on the machine are up to 128"),
        (FLEX, None, replace(PLAN, softmax="division"), "softmax of step probabilities is by division, allowed on"),
    ],
)
def test_else_it_is_left_off_as_if_it_had_never_been_there(seed, config, values, plan, reason):
    short, graph, x = ending(np.random.default_rng(seed), values=values)
    network, compiled, said = compiled_of(quantise_graph(graph, x, plan), config)
    assert compiled.image == compile_network(quantise_graph(short, x, plan), config).image
    check_compiled(network, compiled, x)
    (line,) = said
    assert line.startswith(f"softmax probabilities at the end is left off ({reason}")
    assert line.endswith("; --host leaves it to the host): the result is what it takes")
    network, compiled, said = compiled_of(quantise_graph(graph, x, plan), config, host=True)
    assert [step.op for turn in compiled.host for step in turn] == ["softmax"]
    check_compiled(network, compiled, x)


def test_what_else_is_refused_stays_refused():
    _, graph, x = ending(np.random.default_rng(1))
    tiny = replace(WITHOUT, feature_bytes=512)
    with pytest.raises(StepRefused, match="atoms of features"):
        compiled_of(quantise_graph(graph, x, PLAN), tiny)
    softmax = Graph((Node(name="p", op="softmax", inputs=("input",)),), (4, 4, 3))
    with pytest.raises(StepRefused, match="^layer p: "):
        compiled_of(quantise_graph(softmax, np.random.default_rng(0).normal(size=(1, 4, 4, 3)), PLAN), WITHOUT)
