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

#: Registers of both that are always equal become one, others constants; what is left is kept.
SWEEP = "read_aiger asked.aig; scorr; scorr -F 2; write_aiger left.aig"
#: Reachable states are bounded until none is left in which outputs differ.
REACH = "read_aiger left.aig; pdr -T {timeout}"
RESET = "rst[0]"
LONGER = 5  #: seconds that ABC may take beyond the time of a proof


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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "asked.aig").write_bytes(graph.aiger(differs, following)[0])
        _abc(SWEEP, folder, timeout + LONGER)
        if (left := folder / "left.aig").exists() and _is_never(left.read_bytes()):
            return "equivalent"  # there is nothing for pdr to do
        said = _abc(REACH.format(timeout=timeout), folder, timeout + LONGER) if left.exists() else ""
    if "asserted in frame" in said:
        return "different"
    return "equivalent" if "Property proved" in said else "undecided"


def _abc(script: str, folder: Path, timeout: int) -> str:
    """What ABC prints within so many seconds; nothing if it takes longer."""
    try:
        return subprocess.run(
            [Path(pyosys.__file__).with_name("yosys-abc"), "-c", script],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def _is_never(aiger: bytes) -> bool:
    """Whether the output of an AIGER file without registers is constant 0."""
    header, output = aiger.split(b"\n", 2)[:2]
    _, _, _, registers, outputs, _ = header.split()[:6]
    return (int(registers), int(outputs), output) == (0, 1, b"0")


def _either_of(graph: Graph, chooses: int, one: int, other: int) -> int:
    """``one`` where ``chooses``, else ``other``."""
    return graph.either(graph.both(chooses, one), graph.both(chooses ^ 1, other))
