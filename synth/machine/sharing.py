"""What it costs and gains that rows share a requantiser: area of a machine, beside cycles of networks on it.

The networks have published shapes and random weights, on which cycles do not depend; cycles are predicted of what the
compiler makes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lowtide.common.threads import one_thread
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.network.floating.graph import Graph
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.workloads.networks.shaped import mobilenet_v1, mobilenet_v2, resnet50

from .behind import ROWS
from .priced import Priced

__all__ = ["NETWORKS", "Shared", "in_integers", "predicted_cycles", "sharing"]

#: What runs, by what readers call it.
NETWORKS: dict[str, Callable[[], Graph]] = {
    "MobileNetV1": mobilenet_v1,
    "MobileNetV2": mobilenet_v2,
    "ResNet-50": resnet50,
}


@dataclass(frozen=True)
class Shared:
    """A machine in which so many rows share a requantiser, and what networks take on it.

    Parameters
    ----------
    machine : Priced
    cycles : dict of str to int
        By network, the same ones of all variants of a machine.
    """

    machine: Priced
    cycles: dict[str, int]

    @property
    def rows(self) -> int:
        """That share a requantiser."""
        return self.machine.config.rows_per_requantiser


def in_integers(make: Callable[[], Graph]) -> QuantisedGraph:
    """A network in integers of 8 bits; scales are those of a random sample."""
    graph = make()
    sample = np.random.default_rng(1).normal(size=(1, *graph.shape)).astype(np.float32)
    with one_thread():
        return quantise_graph(graph, sample, Plan(output="quantised"))


def predicted_cycles(network: QuantisedGraph, config: AcceleratorConfig) -> int:
    """Cycles of a sample, initialisation aside, on a bus that answers in the next cycle, with a profile written.

    Raises
    ------
    ValueError
        For what the machine cannot do.
    """
    image = compile_network(network, config).image
    return list_cycles(image.records(image.execution), config, profiled=True).cycles


def sharing(
    machine: Priced,
    networks: Mapping[str, QuantisedGraph],
    price: Callable[[AcceleratorConfig], Priced],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Shared]:
    """A machine with a requantiser for one row, and for more.

    Parameters
    ----------
    machine : Priced
    networks : mapping of str to QuantisedGraph
        By what readers call them. Those that the machine cannot run as a whole are left out.
    price
        Prices a variant.
    progress
        Called with the numbers of networks done, on all variants, and of all.

    Returns
    -------
    list of Shared
        By rising number of rows; empty where the machine runs none of the networks.
    """
    variants = [replace(machine.config, rows_per_requantiser=rows) for rows in ROWS if rows <= machine.config.rows]
    cycles: dict[str, list[int]] = {}
    for done, (name, network) in enumerate(networks.items()):
        progress(done, len(networks))
        try:
            cycles[name] = [predicted_cycles(network, variant) for variant in variants]
        except ValueError:  # no room, or nothing behind the array that a layer needs
            continue
    progress(len(networks), len(networks))
    if not cycles:
        return []
    return [
        Shared(
            machine if variant == machine.config else price(variant),
            {name: each[place] for name, each in cycles.items()},
        )
        for place, variant in enumerate(variants)
    ]
