"""``lowtide speed-machine``: clock rates of whole machines on an FPGA."""

from pathlib import Path

import click

from lowtide.common.command_line import entry, typed
from lowtide.common.options import names_argument, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import MACHINES
from lowtide.hw.config.toml_file import machine_given

from .machine_page import markdown
from .machines import MachineSpeed, machine_speed
from .place import DEVICES, tool

__all__ = ["speed_machine"]

DEFAULT = ("tiny",)


@entry(failures=(TimeoutError,))
@names_argument("machine", MACHINES, "NAME|FILE")
@page_option()
@output_option("build/speed_machine")
def speed_machine(machine: tuple[str, ...], page: Path | None, output: Path) -> int:
    """Place and route whole machines on an ECP5, with their memories, and the engine of each by itself.

    NAME is a named machine, FILE the TOML file of one; without any `tiny`. An hour of processor time; results are kept.
    Exit status 1 where something failed.
    """
    tool(DEVICES["ecp5"])
    with output_folder(output):
        pass  # before an hour of work
    found = _measured([machine_given(name) for name in dict.fromkeys(machine or DEFAULT)])
    text = markdown(found, typed())
    with output_folder(output) as folder:
        written = folder / "speed_machine.md"
        written.write_text(text, encoding="utf-8")
    click.echo(text)
    failed = sum(each.share is None for each in found)
    click.echo(f"{len(found)} machine{'s' * (len(found) > 1)}, {failed or 'none'} failed, in:")
    for path in [written] + (write_page(page, text) if page else []):
        click.echo(f"  {path}")
    return 1 if failed else 0


def _measured(configs: list[AcceleratorConfig]) -> list[MachineSpeed]:
    """What was found for each machine, with progress shown."""
    found = []
    with progress_bar(counted="machines") as progress:
        bar = progress.add_task("placing and routing", total=len(configs))
        for config in configs:
            progress.update(bar, description=f"placing and routing {config.name}")
            found.append(machine_speed(config))
            progress.advance(bar)
    return found
