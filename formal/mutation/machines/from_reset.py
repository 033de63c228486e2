"""Whether a mutant is ever seen from a reset on, by ABC: where it differs only in states that are never reached.

Both units begin with the same registers, of any value; in the first cycle reset is 1, and from then on every input,
reset among them, may be anything. What is proved is that all outputs are the same in every cycle, the first included.
So it holds wherever a unit is placed: the resets of all units are the machine's, or that and more.
"""

import subprocess
import tempfile
from pathlib import Path

import pyosys

from ..circuit import Circuit
from ..graph import Graph

__all__ = ["equivalent_from_reset"]

#: Registers of both that are always equal become one (scorr), then reachable states are bounded until none is left in
#: which outputs differ.
SCRIPT = "read_aiger asked.aig; scorr; scorr -F 2; pdr -T {timeout}; print_status"
RESET = "rst[0]"


def equivalent_from_reset(circuit: Circuit, original: dict[str, int], mutated: dict[str, int], *, timeout: int) -> str:
    """``equivalent``, ``different`` (outputs are seen to differ) or ``undecided``.

    Parameters
    ----------
    circuit : Circuit
        Of a unit with mutants.
    original, mutated : dict of str to int
        What the inputs that choose a mutant are, 0 or 1 each, by name.
    timeout : int
        Seconds.
    """
    graph = Graph()
    begun = graph.variable("begun")
    first = {name: graph.variable(f"first {name}") for name in circuit.registers}  # any values
    inputs = {name: graph.variable(name) for name in circuit.inputs if name not in original}
    if RESET in inputs:
        inputs[RESET] = graph.either(inputs[RESET], begun ^ 1)
    following = {begun: 1}
    given = []
    for each in (original, mutated):
        held = {name: graph.variable(name) for name in circuit.registers}
        now = {name: _either_of(graph, begun, held[name], first[name]) for name in circuit.registers}
        after, outputs = circuit.copy_into(graph, inputs | now | each)
        following |= {held[name]: after[name] for name in circuit.registers}
        given.append(outputs)
    differs = graph.any(graph.differ(given[0][name], given[1][name]) for name in given[0])
    if differs == 0:
        return "equivalent"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "asked.aig").write_bytes(graph.aiger(differs, following)[0])
        try:
            ended = subprocess.run(
                [Path(pyosys.__file__).with_name("yosys-abc"), "-c", SCRIPT.format(timeout=timeout)],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=timeout + 10,
            )
        except subprocess.TimeoutExpired:
            return "undecided"
    if "asserted in frame" in ended.stdout:
        return "different"
    return "equivalent" if "Property proved" in ended.stdout else "undecided"


def _either_of(graph: Graph, chooses: int, one: int, other: int) -> int:
    """``one`` where ``chooses``, else ``other``."""
    return graph.either(graph.both(chooses, one), graph.both(chooses ^ 1, other))
