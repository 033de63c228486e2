"""``lowtide mutate-machine``: mutation testing of what stands around an array."""

from pathlib import Path

import click

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, Names, jobs_option, output_option, page_option
from lowtide.common.output import output_folder
from lowtide.common.progress import progress_bar
from lowtide.hw.emit import yosys
from lowtide.hw.pe import KINDS
from lowtide.sim import BuildError, ToolMissing

from ..judged import Judged, Kept
from ..mutants import STRIDE
from ..report import tell
from .report import markdown
from .run import FURTHER, LISTS, judge_machine
from .text import MutatedMachine, mutated_machine

__all__ = ["mutate_machine"]


@entry(failures=(BuildError, ToolMissing, yosys.YosysError))
@click.option(
    "--kind", type=Names(KINDS), metavar="LIST", default="parallel", show_default=True, help="kinds of PE in them"
)
@click.option("--unit", type=Names(), metavar="LIST", help="these units instead of all, such as machine_packer")
@click.option(
    "--count", type=Integer(1, STRIDE - 1), default=30, metavar="N", show_default=True, help="mutants of a unit"
)
@click.option("--seed", type=Integer(1), default=1, metavar="N", show_default=True, help="which mutants")
@click.option(
    "--lists", type=Integer(1), default=LISTS, metavar="N", show_default=True, help="lists that a mutant has to pass"
)
@click.option(
    "--further",
    type=Integer(1),
    default=FURTHER,
    metavar="N",
    show_default=True,
    help="lists that one has to pass which is alive then",
)
@click.option(
    "--timeout", type=Integer(1), default=20, metavar="SECONDS", show_default=True, help="longest time of a proof"
)
@page_option()
@output_option("build/mutate_machine")
@jobs_option()
def mutate_machine(
    kind: tuple[str, ...],
    unit: tuple[str, ...] | None,
    count: int,
    seed: int,
    lists: int,
    further: int,
    timeout: int,
    page: Path | None,
    output: Path,
    jobs: int,
) -> int:
    """Put small defects into every unit around the array of machines, and ask which of them random lists find.

    Exit status 1 where they find less than 95 per cent in a unit. What is known is kept in the output folder, so a run
    that was stopped goes on.
    """
    print(f"seed {seed}, {count} mutants a unit, {lists} lists, {further} further ones")
    judged = {}
    with output_folder(output):
        kept = Kept(output / "mutate_machine.json", seed=seed, count=count)
        for name in kind:
            machine = mutated_machine(name, count=count, seed=seed, units=unit)
            judged[name] = _judged(name, machine, kept, lists=lists, further=further, jobs=jobs, timeout=timeout)
        paths = [output / "mutate_machine.md", *([page] if page else [])]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(markdown(judged, typed(), count=count, seed=seed, lists=lists, further=further))
    return tell(judged, [kept.path, *paths])


def _judged(
    kind: str, machine: MutatedMachine, kept: Kept, *, lists: int, further: int, jobs: int, timeout: int
) -> list[Judged]:
    """The judged mutants of a machine, with a bar."""
    with progress_bar(counted="mutants") as bar:
        task = bar.add_task(f"{kind}: building", total=len(machine.mutants))

        def done(judged: Judged) -> None:
            bar.update(task, advance=1, description=f"{kind}: {judged.mutant.unit} {judged.outcome}")

        return judge_machine(machine, kept, lists=lists, further=further, jobs=jobs, timeout=timeout, done=done)
