"""``lowtide mutate``: mutation testing. Are the project's checks able to fail?"""

from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, Names, jobs_option, output_option, page_option
from lowtide.common.output import output_folder
from lowtide.common.progress import progress_bar
from lowtide.hw.emit import yosys
from lowtide.hw.pe import KINDS
from lowtide.sim import BuildError, ToolMissing

from .judged import Judged, Kept
from .mutants import STRIDE, MutatedEngine, mutated_config, mutated_engine
from .report import markdown, tell
from .run import judge_engine

__all__ = ["mutate"]


@entry(failures=(BuildError, ToolMissing, yosys.YosysError))
@click.option(
    "--kind", type=Names(KINDS), metavar="LIST", default=",".join(KINDS), show_default=True, help="kinds of PE"
)
@click.option("--unit", type=Names(), metavar="LIST", help="these units instead of all, such as sequencer")
@click.option(
    "--pipeline",
    type=Integer(0, 2),
    default=0,
    metavar="N",
    show_default=True,
    help="register stages of the engines",
)
@click.option(
    "--tile-rows", type=Integer(1), default=1, metavar="N", show_default=True, help="rows of PEs that share operands"
)
@click.option("--tile-cols", type=Integer(1), default=1, metavar="N", show_default=True, help="columns of these")
@click.option(
    "--count", type=Integer(1, STRIDE - 1), default=30, metavar="N", show_default=True, help="mutants of a unit"
)
@click.option("--seed", type=Integer(1), default=1, metavar="N", show_default=True, help="which mutants")
@click.option(
    "--timeout", type=Integer(1), default=60, metavar="SECONDS", show_default=True, help="longest time of a proof"
)
@page_option()
@output_option("build/mutate")
@jobs_option()
def mutate(
    kind: tuple[str, ...],
    unit: tuple[str, ...] | None,
    pipeline: int,
    tile_rows: int,
    tile_cols: int,
    count: int,
    seed: int,
    timeout: int,
    page: Path | None,
    output: Path,
    jobs: int,
) -> int:
    """Put small defects into every unit of every kind's flexible engine, and ask which of them the checks find.

    Exit status 1 where the checks find less than 95 per cent in a unit. What is known is kept in the output folder, so
    a run that was stopped goes on.
    """
    print(f"seed {seed}, {count} mutants a unit")
    judged = {}
    with output_folder(output):
        kept = Kept(output / "mutate.json", seed=seed, count=count)
        for name in kind:
            config = mutated_config(name, pipeline, tile_rows, tile_cols)
            engine = mutated_engine(config, count=count, seed=seed, units=unit)
            judged[name] = judge(name, engine, kept, jobs=jobs, timeout=timeout)
        paths = [output / "mutate.md", *([page] if page else [])]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(markdown(judged, config, seed=seed, count=count))
    return tell(judged, [kept.path, *paths])


def judge(kind: str, engine: MutatedEngine, kept: Kept, *, jobs: int, timeout: int) -> list[Judged]:
    """The judged mutants of a kind's engine, with a bar."""
    with progress_bar(counted="mutants") as bar:
        task = bar.add_task(f"{kind}: building", total=len(engine.mutants))

        def done(judged: Judged) -> None:
            bar.update(task, advance=1, description=f"{kind}: {judged.mutant.unit} {judged.outcome}")

        return judge_engine(engine, kept, jobs=jobs, timeout=timeout, done=done)
