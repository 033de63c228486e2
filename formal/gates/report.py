"""Report: every PE, its bench and its proof, as JSON and Markdown."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from lowtide.common.markdown import table
from lowtide.common.output import output_folder
from lowtide.synth.flow.store import tools
from lowtide.synth.targets import GateLibrary

from .check import Checked

__all__ = ["HEADINGS", "markdown", "proof", "row", "write"]

HEADINGS = ("PE", "recipe", "modes", "operand pairs", "gate-level bench", "proof", "seconds: build, run, proof")
_OF_A_PAGE = HEADINGS[:-1]  #: same outcomes, same bytes: times are in ``gates.json``

HEAD = """\
# The netlist that is priced is the one that is proved

For each PE the netlist that its price counts, mapped to standard cells. *Gate-level bench*: an engine around that
netlist computes operand pairs in the modes that documents show and up to a hundred others, and golden states the same
results and cycles. *Proof*: Yosys cuts netlist and RTL at their registers, and its ABC proves that for every input and
every state all outputs and all next states are equal; "undecided" is a proof that did not end in time: then the bench
alone speaks for the netlist."""


def proof(checked: Checked) -> str:
    """How the proof ended, for people."""
    found = checked.equivalence
    if found is None:
        return "none"
    return found.outcome + (f": {found.line}" if found.line else f", {found.registers} registers")


def row(checked: Checked) -> tuple[str, ...]:
    """The cells of a table's row, texts in the order of :data:`HEADINGS`."""
    pairs = f"{'all ' if checked.all_pairs else ''}{checked.operand_pairs:,}"
    proved = checked.equivalence.seconds if checked.equivalence else 0.0
    return (
        checked.config.name,
        checked.recipe or "-",
        str(checked.modes),
        pairs,
        f"failed: {checked.failure}" if checked.failure else "exact",
        proof(checked),
        f"{checked.build_seconds:.1f}, {checked.run_seconds:.1f}, {proved:.1f}",
    )


def _versions() -> str:
    return f"{tools()}, numpy {version('numpy')}"


def markdown(results: Sequence[Checked], target: GateLibrary, command: str) -> str:
    """The page of netlists. command: what makes it again."""
    exact = sum(not each.failure for each in results)
    all_pairs = sum(not each.failure and each.all_pairs for each in results)
    proved = sum(each.outcome == "proved" for each in results)
    said = (
        f"Written by `{command}`, target {target.name}; {_versions()}: of {len(results)} netlists {exact} are exact in "
        f"their benches, {all_pairs} of these for all operand pairs, and {proved} are proved."
    )
    rows = (row(each)[: len(_OF_A_PAGE)] for each in results)
    return f"{HEAD}\n\n{said}\n\n{table(_OF_A_PAGE, rows, right=(2, 3))}\n"


def write(results: Sequence[Checked], target: GateLibrary, folder: Path, command: str) -> list[Path]:
    """Write ``gates.json`` and ``gates.md`` into ``folder``; returns their paths. command: as of :func:`markdown`.

    Raises ``ValueError`` where the folder cannot be written to.
    """
    content = {
        "target": target.name,
        "tools": _versions(),
        "pes": [
            {
                "config": each.config.name,
                "recipe": each.recipe,
                "outcome": each.outcome,
                "failure": each.failure,
                "modes": each.modes,
                "operand_pairs": each.operand_pairs,
                "all_pairs": each.all_pairs,
                "proof": each.equivalence.outcome if each.equivalence else None,
                "line": each.equivalence.line if each.equivalence else "",
                "registers": each.equivalence.registers if each.equivalence else None,
                "build_seconds": round(each.build_seconds, 1),
                "run_seconds": round(each.run_seconds, 1),
                "proof_seconds": round(each.equivalence.seconds, 1) if each.equivalence else None,
            }
            for each in results
        ],
    }
    with output_folder(folder) as folder:
        paths = [folder / "gates.json", folder / "gates.md"]
        paths[0].write_text(json.dumps(content, indent=1) + "\n")
        paths[1].write_text(markdown(results, target, command))
    return paths
