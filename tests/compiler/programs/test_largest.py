"""Networks that end with the largest scores or their places, on golden's machine and on the RTL."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.running import Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.hw.pe import KINDS

from compiled_networks import check_compiled

ACTIVATIONS = (FixedPoint(8), FixedPoint(8, signed=True, symmetric=False), FixedPoint(4))


def classifier(rng, op, *, k, classes, activations, pixels=()):
    inputs = int(rng.integers(1, 12))
    nodes = (
        Node(name="scores", op="linear", inputs=("input",), weight=rng.normal(size=(inputs, classes))),
        Node(name="end", op=op, inputs=("scores",), attributes={"k": k}),
    )
    x = rng.normal(size=(3, *pixels, inputs))
    plan = Plan(output="quantised", activations=activations)
    return quantise_graph(Graph(nodes, (*pixels, inputs)), x, plan), x


@pytest.mark.parametrize("op", ["largest", "largest_places"])
@pytest.mark.parametrize("kind", KINDS)
def test_classifiers_on_every_kind_of_pe(kind, op):
    """Few codes, so that some are equal, and more classes than 8 bits count."""
    config = replace(flexible_machine(kind), weight_bytes=1 << 16)
    narrow = config.atom_bits < 16
    for seed in range(3):
        rng = np.random.default_rng([seed, op == "largest"])
        k, classes = int(rng.integers(1, 6)), int(rng.choice([5, 40, 300][: 3 - narrow]))
        activations = ACTIVATIONS[{"bit_plane": 2, "subword": seed % 2}.get(kind, seed)]
        network, x = classifier(rng, op, k=k, classes=classes, activations=activations)
        if narrow and op == "largest_places":
            with pytest.raises(ValueError, match="atoms of .* have 8 bits, allowed for places are 16 and more"):
                compile_network(network, config)
            return
        compiled = compile_network(network, config)
        assert not compiled.host
        check_compiled(network, compiled, x)


def test_what_a_machine_cannot_find_says_why_and_is_the_hosts():
    rng = np.random.default_rng(4)
    for config, pixels, line in (
        (find_machine("small"), (), "top_k of small is 0, allowed for step end are 2 and more"),
        (flexible_machine("parallel"), (3,), "step end reads 1 x 3 pixels, allowed is one: the largest values of a"),
    ):
        network, x = classifier(rng, "largest_places", k=2, classes=9, activations=ACTIVATIONS[0], pixels=pixels)
        with pytest.raises(ValueError, match=f"^layer end: {line}.*; --host leaves it to the host$"):
            compile_network(network, config)
        compiled = compile_network(network, config, host=True)
        assert [[step.op for step in turn] for turn in compiled.host] == [["largest_places"]]
        check_compiled(network, compiled, x)


def test_places_on_the_rtl():
    rng = np.random.default_rng(9)
    network, x = classifier(rng, "largest_places", k=3, classes=300, activations=ACTIVATIONS[0])
    config = replace(flexible_machine("parallel"))
    files = program_files(network, compile_network(network, config), "classifier", Levels())
    rtl, predicted = Rtl(files, quick=True), list_cycles(files.records(), config, profiled=True).cycles
    for sample in x:
        codes = network.quantised_input(sample[None]).codes.reshape(files.source.tensor.shape)
        found, counted = rtl.run(codes)
        assert np.array_equal(found.ravel(), network.run_integers(sample[None]).codes.ravel())
        assert counted.cycles == predicted
    assert np.array_equal(files.result.decode(found).ravel(), found.ravel())  # places are numbers as they are
