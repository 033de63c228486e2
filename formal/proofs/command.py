"""``lowtide prove``: proofs of the hardware's arithmetic for every input."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.common.progress import in_parallel
from lowtide.hw.config.toml_file import machine_given
from lowtide.hw.emit import yosys

from .arithmetic.stand_in import machine_proof
from .listed import find, proofs
from .proof import Proof
from .prove import Result
from .prove import prove as prove_one
from .report import ending, write

__all__ = ["prove"]

COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


@entry(failures=(yosys.YosysError,))
@names_argument("proof", lambda: [proof.name for proof in proofs()], "PROOF")
@click.option(
    "--machine",
    metavar="NAME|FILE",
    help="that the stand-in of this machine's PE (lowtide run --stand-in) does the same",
)
@click.option("--fast", is_flag=True, help="only those of a few seconds each")
@click.option("--long", is_flag=True, help="those of several minutes each as well")
@click.option(
    "--timeout", type=Integer(1), default=300, metavar="SECONDS", show_default=True, help="longest time of one case"
)
@page_option()
@output_option("build/formal")
@jobs_option()
def prove(
    proof: tuple[str, ...],
    machine: str | None,
    fast: bool,
    long: bool,
    timeout: int,
    page: Path | None,
    output: Path,
    jobs: int,
) -> int:
    """Prove, for every input, the Verilog of encoders and of PEs' arithmetic.

    Without PROOF and --machine every proof but those of several minutes, which --long adds.
    """
    if proof or machine:
        named = {name: find(name) for name in proof}
        if machine:
            found = machine_proof(machine_given(machine))
            named.setdefault(found.name, found)
        known = list(named.values())
    else:
        known = [each for each in proofs() if long or not each.long]
    chosen = [each for each in known if each.fast or not fast]
    if not chosen:
        raise ValueError("--fast leaves out every proof that is named")
    left_out = [] if proof or machine or fast or long else [each.name for each in proofs() if each.long]
    results = prove_all(chosen, jobs=jobs, timeout=timeout)
    paths = write(results, output, typed(), left_out)
    paths += write_page(page, paths[1].read_text()) if page else []
    console = Console()
    console.width = max(console.width, 120)
    console.print(table(results))
    failed = [result for result in results if result.outcome != "proved"]
    for result in failed:
        console.print(
            f"{result.proof.name}: {ending(result)}",
            style=COLOURS[result.outcome],
            soft_wrap=True,
            markup=False,
            highlight=False,
        )
    print(f"{len(results) - len(failed)} of {len(results)} proofs hold, in:")
    for path in paths:
        print(f"  {path}")
    if left_out:
        print(f"left out, --long adds them: {', '.join(left_out)}")
    return 1 if failed else 0


def prove_all(chosen: Sequence[Proof], *, jobs: int, timeout: int) -> list[Result]:
    """The results of the proofs, in their order; a bar on standard error shows how far they are."""
    slowest_first = sorted(chosen, key=lambda proof: (not proof.long, proof.fast))
    results = in_parallel(
        lambda proof: prove_one(proof, timeout=timeout),
        slowest_first,
        jobs=jobs,
        waiting="proving",
        done=lambda result: f"{result.proof.name} {result.outcome}",
    )
    found = {result.proof.name: result for result in results}
    return [found[proof.name] for proof in chosen]


def table(results: Sequence[Result]) -> Table:
    """The results for people."""
    view = Table("proof", "for every input", "cases", "result", "seconds")
    for column in (2, 4):
        view.columns[column].justify = "right"
    for result in results:
        view.add_row(
            result.proof.name,
            escape(result.proof.statement),
            str(len(result.proof.cases)),
            f"[{COLOURS[result.outcome]}]{result.outcome}[/]",
            f"{result.seconds:.1f}",
        )
    return view
