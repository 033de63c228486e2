"""Mutation testing: are the project's checks able to fail?::

    python -m lowtide.formal.mutation [--kind KIND ...] [--unit UNIT ...] [--count N] [--seed N] [--jobs N] [-o DIR]

Puts small defects into every unit of every kind's flexible engine and asks which of them the checks find. What is known
is kept in the output folder, so a run that was stopped goes on.
"""

import sys

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import progress_bar
from lowtide.hw.emit import yosys
from lowtide.hw.pe import KINDS
from lowtide.sim import BuildError, ToolMissing

from .judged import Kept
from .mutants import STRIDE, mutated_config, mutated_engine
from .report import LEAST, markdown, too_low
from .run import judge_engine

__all__ = ["command", "main"]


def main(arguments):
    """Judge what the arguments name; returns 1 where a unit is below 95 per cent, else 0."""
    parser = Parser(
        prog="python -m lowtide.formal.mutation",
        description="Mutants of every unit of the flexible engines, and which of them the checks find.",
    )
    parser.add_argument(
        "--kind",
        nargs="+",
        choices=list(KINDS),
        metavar="KIND",
        default=list(KINDS),
        help=f"kinds of PE (default all: {', '.join(KINDS)})",
    )
    parser.add_argument("--unit", nargs="+", metavar="UNIT", help="these units instead of all, such as sequencer")
    parser.add_argument("--count", type=int, default=30, metavar="N", help="mutants of a unit (default 30)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which mutants (default 1)")
    parser.add_argument(
        "--timeout", type=int, default=60, metavar="SECONDS", help="longest time of a proof (default 60)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    parser.add_argument("--page", type=output_path, metavar="FILE", help="write the Markdown there as well")
    parser.add_argument(
        "-o", "--output", type=output_path, metavar="DIR", default="build/mutate", help="folder (default build/mutate)"
    )
    options = parser.parse_args(arguments)
    for name, most in (("count", STRIDE - 1), ("seed", None), ("timeout", None), ("jobs", None)):
        value = getattr(options, name)
        if value < 1 or (most and value > most):
            raise ValueError(f"{name} is {value}, allowed are 1 {f'to {most}' if most else 'and more'}")
    folder, judged = options.output, {}
    print(f"seed {options.seed}, {options.count} mutants a unit")
    try:
        kept = Kept(folder / "mutate.json", seed=options.seed, count=options.count)
        for kind in dict.fromkeys(options.kind):
            judged[kind] = judge_kind(kind, kept, options)
        page = markdown(judged, seed=options.seed, count=options.count)
        paths = [folder / "mutate.md", *([options.page] if options.page else [])]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page)
    except OSError as error:
        raise ValueError(f"output is {folder}: {(error.strerror or str(error)).lower()}") from None
    low = too_low(judged)
    for line in low:
        print(f"below {100 * LEAST:.0f} %: {line}")
    every = [one for each in judged.values() for one in each]
    counted = [one for one in every if one.outcome != "equivalent"]
    found = sum(one.outcome != "survived" for one in counted)
    print(f"{found} of {len(counted)} mutants found, {len(every) - len(counted)} more are equivalent, in:")
    for path in [kept.path, *paths]:
        print(f"  {path}")
    return int(bool(low))


def judge_kind(kind, kept, options):
    """The judged mutants of a kind's engine, with a bar."""
    engine = mutated_engine(mutated_config(kind), count=options.count, seed=options.seed, units=options.unit)
    with progress_bar(counted="mutants") as bar:
        task = bar.add_task(f"{kind}: building", total=len(engine.mutants))

        def done(judged):
            bar.update(task, advance=1, description=f"{kind}: {judged.mutant.unit} {judged.outcome}")

        return judge_engine(engine, kept, jobs=options.jobs, timeout=options.timeout, done=done)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a unit is below 95 per cent, or a tool failed) or 2."""
    return run(main, arguments, failures=(BuildError, ToolMissing, yosys.YosysError))


if __name__ == "__main__":
    sys.exit(command())
