"""Networks in integers layer by layer through records on golden's machine: the same integers as golden's own steps."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden.machine import Interpreter
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint, GroupExponent, TermRevealed, TernaryWeights
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.workloads.digits.weights import Precision

from network_records import check_steps, digits_list


def machine(**fields):
    array = ArrayConfig(**{"name": "of_networks", "rows": 8, "cols": 4, "lanes": 4} | fields)
    return AcceleratorConfig(
        name="machine", array=array, feature_bytes=1 << 16, weight_bytes=1 << 16, taps=256, parameters=256, post=POST
    )


def picture_network(seed, *, whole):
    """Every step that the machine does, with random weights, and pictures; ``whole``: of all convolutions the channels
    are one group, and a multiple of 4."""
    rng = np.random.default_rng(seed)
    channels, groups = (4, 1) if whole else (3, 4 if seed % 2 else 1)

    def node(op, *inputs, name, **options):
        return Node(name=name, op=op, inputs=inputs, **options)

    def conv(name, source, shape, **attributes):
        weight, bias = rng.normal(size=shape), rng.normal(size=shape[-1])
        return node("conv", source, name=name, weight=weight, bias=bias, attributes=attributes)

    nodes = (
        conv("c1", "input", (3, 3, channels, 8), padding=(1, 1, 1, 1)),
        node("relu", "c1", name="r1"),
        conv("c2", "r1", (3, 3, 8 if whole else 1, 8), padding=(1, 1, 1, 1), groups=1 if whole else 8),
        conv("c3", "c2", (1, 1, 8, 12)),
        node("relu6", "c3", name="r3"),
        conv("c4", "r1", (1, 1, 8, 12)),
        node("add", "r3", "c4", name="sum"),
        node("relu", "sum", name="r4"),
        node("max_pool", "r4", name="m", attributes=dict(size=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1))),
        node("average_pool", "r4", name="a", attributes=dict(size=(2, 2), stride=(2, 2), padding=(0, 0, 0, 0))),
        node("concat", "m", "a", name="both"),
        conv("c5", "both", (3, 3, 24 // groups, 12), stride=(2, 2), padding=(1, 1, 1, 1), groups=groups),
        node("tanh", "c5", name="t"),
        node("global_average_pool", "t", name="g"),
        node("linear", "g", name="l", weight=rng.normal(size=(12, 5)), bias=rng.normal(size=5)),
        node("sigmoid", "l", name="s"),
    )
    return Graph(nodes, (8, 8, channels)), rng.normal(size=(2, 8, 8, channels))


@pytest.mark.parametrize(
    "plan, fields, base, diagonal",
    [
        (Plan(output="quantised"), {}, Mode(), True),
        (Plan(output="quantised", activations=FixedPoint(8, signed=True, symmetric=False)), {}, Mode(), False),
        (Plan(output="quantised", weights=FixedPoint(4), multiplier_bits=8), {}, Mode(), False),
        (Plan(output="quantised", weights=TernaryWeights()), dict(w_formats=("plain", "ternary")), Mode(), False),
        (
            Plan(output="quantised", weights=TermRevealed(group=4, budget=6)),
            dict(kind="term", group=4),
            Mode(hese=True, group=4, budget=16),
            False,
        ),
        (
            Plan(output="quantised", weights=GroupExponent(FixedPoint(4), block=4)),
            dict(kind="digit", exponent_bits=3),
            Mode(w_bits=4),
            False,
        ),
    ],
    ids=["diagonal", "asymmetric", "narrow", "ternary", "revealed", "exponents"],
)
def test_every_step_of_a_network_is_the_integer_networks(plan, fields, base, diagonal):
    whole = isinstance(plan.weights, TermRevealed | GroupExponent)
    for seed in range(2):
        graph, x = picture_network(seed, whole=whole)
        done = check_steps(quantise_graph(graph, x, plan), x, machine(**fields), base, diagonal=diagonal)
        assert {"conv", "linear", "add", "concat", "max_pool", "average_pool", "global_average_pool"} <= set(done)
        assert {"tanh", "sigmoid"} <= set(done)


NUMBERS = [
    ("parallel", Precision(), {}),
    ("parallel", Precision(w_format="ternary", w_bits=2), {}),
    ("parallel", Precision(w_format="codebook16"), {}),
    ("term", Precision(w_format="log4"), dict(hese=True, group=8, budget=8)),
    ("term", Precision(), dict(hese=True, group=8, budget=32)),
    ("term_pair", Precision(), dict(hese=True, group=4, budget=16)),
    ("bit_serial", Precision(w_bits=5), {}),
    ("bit_plane", Precision(x_bits=3, w_bits=2), {}),
    ("fused", Precision(x_bits=4, w_bits=4), {}),
    ("subword", Precision(x_bits=4, w_bits=4), {}),
    ("digit", Precision(w_format="two_digits", w_bits=5), {}),
]


@pytest.mark.parametrize("kind, precision, fields", NUMBERS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_digits_network_runs_as_one_list(kind, precision, fields):
    """The whole network from pictures in external memory to scores there, on every kind of PE."""
    config = replace(flexible_machine(kind), weight_bytes=1 << 18, feature_bytes=1 << 16)
    found = digits_list(config, Mode(**fields), precision, 24)
    external = found.external.copy()
    Interpreter(config, external).run_at(found.address)
    assert np.array_equal(found.scores(external, config.atom_bytes), found.expected)
    assert len(np.unique(found.expected.argmax(axis=1))) > 5
