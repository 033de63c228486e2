"""A softmax at a network's end: the machine's where it has it, else the host's, or left off.

Left off, the result is what the softmax takes: the largest score stays the largest, and who reads it can compute the
rest.
"""

from collections.abc import Callable
from dataclasses import replace

from lowtide.golden.network import Graph
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

from ..plan.refused import StepRefused
from .compiled import Compiled

__all__ = ["compiled_to_its_end"]


def compiled_to_its_end(
    network: QuantisedGraph, compiling: Callable[[QuantisedGraph], Compiled], *, host: bool
) -> tuple[QuantisedGraph, Compiled, list[str]]:
    """A network compiled, without the softmax at its end where the machine refuses that.

    Parameters
    ----------
    network : QuantisedGraph
    compiling
        Compiles a network.
    host : bool
        Whether the host computes what the machine does not have: nothing is left off then.

    Returns
    -------
    QuantisedGraph
        What was compiled.
    Compiled
    list of str
        What is to be said of softmax, a line each.

    Raises
    ------
    ValueError
        As ``compiling``.
    """
    said = []
    try:
        compiled = compiling(network)
    except StepRefused as error:
        last = network.steps[-1]
        if host or last.op != "softmax" or error.step != last.name or len(network.steps) == 1:
            raise
        why = f"{error.reason}; --host leaves it to the host"
        said = [f"softmax {last.name} at the end is left off ({why}): the result is what it takes"]
        network = _shorter(network)
        compiled = compiling(network)
    if network.plan.softmax == "tables" and any(step.op == "softmax" for step in network.steps):
        said.append("softmax is computed by tables, a few steps from ONNX's at most")
    return network, compiled, said


def _shorter(network: QuantisedGraph) -> QuantisedGraph:
    """The network without its last step, which is a node of its own."""
    graph = network.graph
    kept = {name: each for name, each in network.quantisers.items() if name != network.steps[-1].name}
    shorter = Graph(graph.nodes[:-1], graph.shape, graph.input)
    return replace(network, graph=shorter, steps=network.steps[:-1], quantisers=kept)
