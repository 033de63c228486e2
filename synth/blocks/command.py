"""``lowtide price-blocks``: what several products in one multiplier block of an FPGA take."""

from pathlib import Path

import click
from rich.progress import TaskID

from lowtide.common.command_line import entry, typed
from lowtide.common.options import jobs_option, names_argument, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.config.named import find

from ..targets import TARGETS
from ..targets import target as find_target
from .compared import TileInBlocks, block_tiles, price_tiles
from .report import markdown

__all__ = ["price_blocks"]


@entry()
@names_argument("config", [each.name for each in block_tiles()], "CONFIG")
@page_option()
@output_option("build/blocks")
@jobs_option()
def price_blocks(config: tuple[str, ...], page: Path | None, output: Path, jobs: int) -> int:
    """Price tiles that share multiplier blocks of FPGAs, beside the same tiles with a block for each product.

    Without CONFIG all named configurations that have such tiles, each on the FPGA whose blocks it is made for. Exit
    status 1 where a tile failed.
    """
    configs = [find(name) for name in dict.fromkeys(config)] or block_tiles()
    targets = [find_target(name) for name, each in TARGETS.items() if each.packs is not None]
    with output_folder(output):
        pass  # before minutes of work
    with progress_bar() as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage)
            progress.update(tasks[stage], completed=done, total=total)

        found = price_tiles(configs, targets, processes=jobs, progress=report)
    return _written(found, page, output)


def _written(found: list[TileInBlocks], page: Path | None, output: Path) -> int:
    """Write and show what was found; the exit status."""
    text = markdown(found, typed())
    with output_folder(output) as folder:
        written = folder / "blocks.md"
        written.write_text(text, encoding="utf-8")
    click.echo(text)
    failed = [each for each in found if each.sums is None]
    click.echo(f"{len(found)} tiles, {len(failed) or 'none'} of them failed, in:")
    for path in [written] + (write_page(page, text) if page else []):
        click.echo(f"  {path}")
    return 1 if failed else 0
