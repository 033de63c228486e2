"""Prove the hardware's arithmetic for every input::

    python -m lowtide.formal [--proof NAME ...] [--fast] [--long] [--jobs N] [-o DIR]

Without ``--proof`` every proof but those of several minutes, which ``--long`` adds; ``--fast`` leaves out those that
take more than a few seconds.
"""

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import in_parallel
from lowtide.hw.emit import yosys

from .proofs import find, proofs
from .prove import prove
from .report import ending, write

COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


def main(arguments):
    """Prove what the arguments name; returns 1 where a proof failed, else 0."""
    parser = Parser(
        prog="python -m lowtide.formal",
        description="Proofs, for every input, about the Verilog of encoders and of PEs' arithmetic.",
    )
    parser.add_argument("--proof", nargs="+", metavar="NAME", help="these proofs instead of all")
    parser.add_argument("--fast", action="store_true", help="only those of a few seconds each")
    parser.add_argument("--long", action="store_true", help="those of several minutes each as well")
    parser.add_argument(
        "--timeout", type=int, default=300, metavar="SECONDS", help="longest time of one case (default 300)"
    )
    parser.add_argument(
        "-o", "--output", type=output_path, metavar="DIR", default="build/formal", help="folder (default build/formal)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    options = parser.parse_args(arguments)
    for name in ("jobs", "timeout"):
        if getattr(options, name) < 1:
            raise ValueError(f"{name} is {getattr(options, name)}, allowed are 1 and more")
    if options.proof:
        known = [find(name) for name in dict.fromkeys(options.proof)]
    else:
        known = [proof for proof in proofs() if options.long or not proof.long]
    chosen = [proof for proof in known if proof.fast or not options.fast]
    if not chosen:
        raise ValueError("--fast leaves out every proof that --proof names")
    results = prove_all(chosen, jobs=options.jobs, timeout=options.timeout)
    paths = write(results, options.output)
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
    if not (options.proof or options.fast or options.long):
        print(f"left out, --long adds them: {', '.join(proof.name for proof in proofs() if proof.long)}")
    return 1 if failed else 0


def prove_all(chosen, *, jobs, timeout):
    """The results of the proofs, in their order; a bar on standard error shows how far they are."""
    slowest_first = sorted(chosen, key=lambda proof: (not proof.long, proof.fast))
    results = in_parallel(
        lambda proof: prove(proof, timeout=timeout),
        slowest_first,
        jobs=jobs,
        waiting="proving",
        done=lambda result: f"{result.proof.name} {result.outcome}",
    )
    found = {result.proof.name: result for result in results}
    return [found[proof.name] for proof in chosen]


def table(results):
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


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a proof failed, or Yosys did) or 2 (bad input)."""
    return run(main, arguments, failures=(yosys.YosysError,))


if __name__ == "__main__":
    sys.exit(command())
