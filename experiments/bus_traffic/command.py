"""``lowtide bus-traffic``: what networks move over the bus of a machine, and what compression would save."""

from dataclasses import replace
from pathlib import Path

import click

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Names, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.common.threads import one_thread
from lowtide.hw.config.machines import find_machine
from lowtide.workloads.data.fetch import DataMissing

from ..whole_networks.networks import NETWORKS
from ..whole_networks.tasks import OWN, Format
from .page import Measured, markdown
from .traffic import traffic

__all__ = ["bus_traffic"]

MACHINE = "small"
BUSES = (32, 64, 128)  #: bits
#: In which formats a network is counted.
FORMATS = {
    "mnist-mlp": (Format(),),
    "mnist-8": (Format(),),
    "super-resolution": (OWN,),
    "efficientnet-lite0": (Format(), Format("fixed:4")),
    "mobilenet-v1": (Format(),),
    "resnet-50": (Format(),),
}


@entry()
@click.option(
    "--network", type=Names(tuple(FORMATS)), metavar="LIST", help=f"these networks: some of {', '.join(FORMATS)}"
)
@output_option("build/bus_traffic")
@page_option()
def bus_traffic(network: tuple[str, ...] | None, output: Path, page: Path | None) -> int:
    """Say what networks move over the bus of machines, how much of it is zero, and what compression would save.

    Nothing runs on the RTL: bytes are those of golden's machine, cycles those of the cycle model. Exit status 1 where
    data of a network are missing.
    """
    with output_folder(output):
        pass  # before minutes of work
    found, missing = _measured(tuple(network or FORMATS))
    text = markdown(found, typed(), missing)
    with output_folder(output) as folder:
        written = folder / "bus_traffic.md"
        written.write_text(text, encoding="utf-8")
    click.echo(text)
    click.echo(f"{len(found)} networks on buses, {len(missing) or 'none'} missing, in:")
    for path in [written] + (write_page(page, text) if page else []):
        click.echo(f"  {path}")
    return int(bool(missing))


def _measured(networks: tuple[str, ...]) -> tuple[list[Measured], list[str]]:
    """The lines, with progress shown, and why networks are missing."""
    machine = find_machine(MACHINE)
    points = [(name, format, bits) for name in networks for format in FORMATS[name] for bits in BUSES]
    found, missing = [], {}
    with progress_bar(counted="runs") as progress, one_thread():
        bar = progress.add_task("bus traffic", total=len(points))
        for name, format, bits in points:
            try:
                config = replace(machine, name=f"{MACHINE}_{bits}", bus_bits=bits)
                sampled = NETWORKS[name].make()
                counted = traffic(sampled, format, config, host=NETWORKS[name].host)
                found.append(Measured(name, format, counted, sampled.random))
            except DataMissing as error:
                missing[name] = f"{name}: {error}"
            progress.update(bar, advance=1, description=f"{name}, {bits} bits")
    return found, list(missing.values())
