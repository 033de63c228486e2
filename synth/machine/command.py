"""``lowtide price-machine``: what whole machines take."""

from collections.abc import Callable
from pathlib import Path

import click

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Names, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import MACHINES
from lowtide.hw.config.toml_file import machine_given

from ..flow import SynthesisError
from ..targets import TARGETS, Target
from ..targets import target as find_target
from .behind import behind
from .priced import Priced, priced
from .report import page as page_of
from .sharing import NETWORKS, Shared, in_integers, sharing
from .sharing_picture import picture, save
from .sharing_section import PICTURE, counted

__all__ = ["price_machine"]

DEFAULT = ("tiny", "small", "large")
DEFAULT_TARGETS = ("ge", "xc7", "ecp5")
AROUND = "small"  #: the machine around whose array variants are priced, where it is among them; else the first one


@entry(failures=(SynthesisError,))
@names_argument("machine", MACHINES, "NAME|FILE")
@click.option(
    "--target",
    type=Names(TARGETS),
    metavar="LIST",
    default=",".join(DEFAULT_TARGETS),
    show_default=True,
    help="what is mapped to",
)
@page_option()
@output_option("build/price_machine")
@jobs_option()
def price_machine(machine: tuple[str, ...], target: tuple[str, ...], page: Path | None, output: Path, jobs: int) -> int:
    """Price whole machines, part by part: array, post-processing, movers, lists, and memories in bits and block RAM.

    NAME is a named machine, FILE the TOML file of one; without any the named ones that are not flexible. Beside them
    what it costs networks, and saves, that rows share a requantiser, on machines with room for these networks, and what
    may be built behind the array of one of them, in variants.
    """
    configs = [machine_given(name) for name in dict.fromkeys(machine or DEFAULT)]
    targets = [find_target(name) for name in target]
    with output_folder(output):
        pass  # before minutes of work
    text, shared = _measured(configs, targets, jobs)
    with output_folder(output) as folder:
        written = [folder / "machines.md"]
        written[0].write_text(text, encoding="utf-8")
        if shared:
            written.append(folder / PICTURE)
            save(picture(shared), written[1])
    print(text)
    print(f"prices of {len(configs)} machine{'s' * (len(configs) > 1)} in:")
    for path in written + (write_page(page, text, written[1:]) if page else []):
        print(f"  {path}")
    return 0


def _measured(configs: list[AcceleratorConfig], targets: list[Target], jobs: int) -> tuple[str, list[list[Shared]]]:
    """The page, and the machines with shared requantisers in it; with progress shown."""
    with progress_bar(counted="done") as progress:

        def bar(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name)
            return lambda done, total: progress.update(task, completed=done, total=total)

        def price(config: AcceleratorConfig) -> Priced:
            name = f"{config.name}, a requantiser for {counted(config.rows_per_requantiser, 'row')}"
            return priced(config, targets, processes=jobs, progress=lambda each: bar(f"syntheses: {name}, {each.name}"))

        machines = [price(config) for config in configs]
        around = next((each for each in machines if each.config.name == AROUND), machines[0])
        networks = {name: in_integers(make) for name, make in NETWORKS.items()}
        shared = [
            found
            for each in machines
            if (found := sharing(each, networks, price, bar(f"networks: {each.config.name}")))
        ]
        variants = behind(
            around.config, targets[0], processes=jobs, progress=bar("variants: what is built behind an array")
        )
    return page_of(machines, variants, around, shared, typed()), shared
