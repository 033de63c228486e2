"""Placement: trying each tensor on the other side is never slower, and now and then faster."""

from dataclasses import replace

import numpy as np

from lowtide.compiler.plan import placement
from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import check_compiled, random_network


def test_tensors_on_the_other_side_make_it_faster(monkeypatch):
    rng = np.random.default_rng(7)
    faster = 0
    for _ in range(8):
        graph, shape = random_network(rng, layers=int(rng.integers(5, 10)))
        x = rng.normal(size=(1, *shape))
        network = quantise_graph(graph, x, Plan(output="quantised"))
        features = int(2 ** rng.integers(11, 14))
        config = replace(flexible_machine("parallel"), feature_bytes=features, weight_bytes=1 << 16, taps=256)
        try:
            compiled = compile_network(network, config)
        except ValueError as error:
            assert "atoms of features" in str(error)
            continue
        check_compiled(network, compiled, x)
        with monkeypatch.context() as patch:
            patch.setattr(placement, "ROUNDS", 0)
            before = compile_network(network, config).placement.cycles
        assert compiled.placement.cycles <= before
        faster += compiled.placement.cycles < before
    assert faster
