"""Placement: trying each tensor on the other side is never slower, now and then faster; sums of what lives beside."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from lowtide.compiler.plan.packing.packing import Life
from lowtide.compiler.plan.placement import placement
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


def test_what_lives_beside_stages_is_what_has_begun_less_what_has_ended():
    rng = np.random.default_rng(0)
    for _ in range(100):
        count = int(rng.integers(1, 20))
        spans = [sorted(map(int, rng.integers(0, count, 2))) for _ in range(rng.integers(0, 12))]
        lives = {str(place): Life(int(rng.integers(1, 99)), *span) for place, span in enumerate(spans)}
        begun, ended = placement._sizes(SimpleNamespace(stages=[None] * count, lives=lives), lives)
        for end in range(1, count + 1):
            for begin in range(end):
                beside = [life.size for life in lives.values() if life.first < end and begin <= life.last]
                assert begun[end] - ended[begin] == sum(beside)
