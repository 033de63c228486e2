"""ABC, which comes with Yosys, as a solver: whether a literal of a graph can be true."""

import subprocess
import tempfile
from pathlib import Path

import pyosys

from .graph import Graph

__all__ = ["satisfy"]

#: Sweeping finds what is the same logic in both halves of a comparison, then SAT judges what is left.
SCRIPT = "read_aiger asked.aig; iprove; write_cex found"


def satisfy(graph: Graph, literal: int, *, timeout: float) -> dict[int, int] | None | str:
    """Values, 0 or 1, of the variables (by node) that make a literal true; None where there are none.

    "undecided" after ``timeout`` seconds.
    """
    if literal <= 1:
        return {} if literal else None
    if timeout <= 0:
        return "undecided"
    content, inputs = graph.aiger(literal)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "asked.aig").write_bytes(content)
        try:
            ended = subprocess.run(
                [Path(pyosys.__file__).with_name("yosys-abc"), "-c", SCRIPT],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return "undecided"
        words = ended.stdout.split()
        if "UNSATISFIABLE" in words:
            return None
        if "SATISFIABLE" not in words:
            return "undecided"
        bits = Path(folder, "found").read_text().partition("#")[0].strip()
    return {node: int(bit) for node, bit in zip(inputs, bits, strict=True)}
