"""Random networks as programs of small machines, in files, with a sample."""

from dataclasses import replace

import numpy as np

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import random_network
from host_networks import random_host_network

__all__ = ["random_program"]


def random_program(seed, kind="parallel", *, host=False):
    """A program, with steps of the host or without, and the codes that it reads; features go through stripes where a
    network lets them."""
    rng = np.random.default_rng([seed, host])
    graph = random_host_network(rng) if host else random_network(rng)[0]
    x = rng.normal(size=(2, *graph.shape))
    network = quantise_graph(graph, x, Plan(output="quantised"))
    roomy = replace(flexible_machine(kind), weight_bytes=1 << 18, taps=1024)
    for features in (1 << 13, 1 << 17):
        try:
            compiled = compile_network(network, replace(roomy, feature_bytes=features), host=host)
            return program_files(network, compiled, "net", Levels()), network.quantised_input(x[:1]).codes[0]
        except ValueError as error:
            assert "needs" in str(error), error
    raise AssertionError("a machine that is too small")
