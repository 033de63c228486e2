"""Report: every proof and how it ended, as JSON, with how long it took, and as Markdown."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from lowtide.common.markdown import table
from lowtide.common.output import output_folder

from .prove import Result

__all__ = ["ending", "markdown", "write"]

HEAD = """\
# Proofs

Each line is a proof about the Verilog that Lowtide emits for a unit: for every input, without exception. Beside the
unit stands its definition in Verilog, with `+` and `*` only; the SAT solver of Yosys looks for inputs for which the two
differ, in each case by itself (some inputs held to a value, all values in turn). Where it says "by limbs" the
definition is the sum of all products of 2-bit limbs, each once; `tests/formal/proofs/test_limb_sums.py` checks for all
operands that limbs multiply to the product. Where it says "give the same sum" a PE is placed once for each structure
of its sum (the field `sums`), and these are compared with each other. Where it says "stand-in for simulation" two PEs
with their registers are compared, for all values of these as well, in parts; ABC merges what is equal before the solver
looks."""


def ending(result: Result) -> str:
    """How a proof ended, with the claim and the values where it was not proved."""
    if result.outcome == "proved":
        return "proved"
    values = ", ".join(f"{name} = {value}" for name, value in result.counterexample.items())
    return f"{result.outcome}: {result.claim}" + (f"; not for {values}" if values else "")


def markdown(results: Sequence[Result], command: str, left_out: Sequence[str] = ()) -> str:
    """The page of proofs. command: what makes it again; left_out: names of proofs that take longer and were not run.
    Same outcomes, same bytes: times are in ``report.json``."""
    rows = [(each.proof.name, each.proof.statement, len(each.proof.cases), ending(each)) for each in results]
    proved = sum(each.outcome == "proved" for each in results)
    cases = sum(len(each.proof.cases) for each in results)
    holds = f"{proved} of {len(results)} proofs hold, in {cases:,} cases."
    said = f"Written by `{command}`, pyosys {version('pyosys')}: {holds}"
    if left_out:
        said += f" Not run, as each takes several minutes (`--long`): {', '.join(left_out)}."
    return f"{HEAD}\n\n{said}\n\n{table(('proof', 'what', 'cases', 'result'), rows, right=(2,))}\n"


def write(results: Sequence[Result], folder: Path, command: str, left_out: Sequence[str] = ()) -> list[Path]:
    """Write ``report.json`` and ``report.md`` into ``folder``; returns their paths. command, left_out: as of
    :func:`markdown`.

    Raises ValueError where the folder cannot be written to.
    """
    with output_folder(folder) as folder:
        paths = [folder / "report.json", folder / "report.md"]
        paths[0].write_text(
            json.dumps(
                {
                    "yosys": f"pyosys {version('pyosys')}",
                    "proofs": [
                        {
                            "name": result.proof.name,
                            "statement": result.proof.statement,
                            "claims": list(result.proof.claims),
                            "cases": len(result.proof.cases),
                            "outcome": result.outcome,
                            "claim": result.claim,
                            "counterexample": result.counterexample,
                            "seconds": round(result.seconds, 2),
                        }
                        for result in results
                    ],
                },
                indent=1,
            )
            + "\n"
        )
        paths[1].write_text(markdown(results, command, left_out))
    return paths
