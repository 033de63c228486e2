"""The command ``lowtide``: its sub-commands, each loaded only when it is called for.

What each does is told by its own help; what this file states is where it lies and a line for the list.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.shell_completion import CompletionItem

from . import __version__
from .common.command_line import SETTINGS, run

__all__ = ["SUB_COMMANDS", "SubCommand", "lowtide", "main"]


@dataclass(frozen=True)
class SubCommand:
    """A sub-command that is not imported yet.

    Parameters
    ----------
    heading : str
        The heading that it is listed under.
    module, attribute : str
        Where it lies.
    line : str
        What the list says of it.
    extra : str
        The extra of this package that has what it needs beyond the dependencies of all; none if empty.
    """

    heading: str
    module: str
    attribute: str
    line: str
    extra: str = ""

    def load(self) -> click.Command:
        """The sub-command itself; imports its module and what that needs."""
        command: click.Command = getattr(importlib.import_module(f".{self.module}", __package__), self.attribute)
        return command


SUB_COMMANDS = {
    "verilog": SubCommand("Hardware", "hw.command", "verilog", "Write arrays: Verilog, JSON, FuseSoC core."),
    "list": SubCommand("Hardware", "hw.command", "listed", "List the named configurations."),
    "encoder": SubCommand("Hardware", "hw.command", "encoder", "Write a stand-alone HESE encoder."),
    "machine": SubCommand("Hardware", "hw.machine_command", "machine", "Write whole machines.", "machine"),
    "registers": SubCommand(
        "Hardware", "hw.registers_command", "registers", "Write a machine's registers and driver.", "machine"
    ),
    "prove": SubCommand("Checks", "formal.proofs.command", "prove", "Prove the arithmetic for every input."),
    "properties": SubCommand("Checks", "formal.properties.command", "properties", "Prove what holds for all time."),
    "fuzz": SubCommand("Checks", "formal.fuzz.arrays.command", "fuzz", "Compare random configurations with golden."),
    "fuzz-machine": SubCommand(
        "Checks", "formal.fuzz.machines.command", "fuzz_machine", "Run random lists on whole machines.", "machine"
    ),
    "mutate": SubCommand("Checks", "formal.mutation.command", "mutate", "Ask whether the checks find defects."),
    "mutate-machine": SubCommand(
        "Checks", "formal.mutation.machines.command", "mutate_machine", "Ask the same of whole machines.", "machine"
    ),
    "gates": SubCommand("Checks", "formal.gates.command", "gates", "Simulate and prove the netlists that are priced."),
    "price": SubCommand("Prices", "synth.command", "price", "Price every mode: area, energy, accuracy.", "price"),
    "price-machine": SubCommand(
        "Prices", "synth.machine.command", "price_machine", "Price whole machines, part by part.", "networks"
    ),
    "price-blocks": SubCommand(
        "Prices", "synth.blocks.command", "price_blocks", "Price tiles that share multiplier blocks.", "price"
    ),
    "speed": SubCommand("Prices", "synth.speed.command", "speed", "Place and route PEs and arrays on FPGAs.", "speed"),
    "speed-machine": SubCommand(
        "Prices", "synth.speed.machine_command", "speed_machine", "Place and route whole machines.", "speed"
    ),
    "delay": SubCommand("Prices", "synth.delay.command", "delay", "Map PEs for each clock period.", "price"),
    "sweep": SubCommand("Prices", "synth.sweep.command", "sweep", "Price every point of a design space.", "price"),
    "compile": SubCommand(
        "Networks", "compiler.compile_command", "compile_model", "Compile an ONNX model for a machine.", "compile"
    ),
    "operators": SubCommand(
        "Networks", "compiler.onnx.operators_command", "operators", "Say which ONNX operators are known.", "compile"
    ),
    "run": SubCommand("Networks", "compiler.run_command", "run_program", "Run a compiled model.", "compile"),
    "whole-networks": SubCommand(
        "Networks",
        "experiments.whole_networks.command",
        "whole_networks",
        "Run whole networks on machines.",
        "networks",
    ),
    "single-layers": SubCommand(
        "Networks", "experiments.whole_networks.command", "single_layers", "Run single layers on machines.", "networks"
    ),
    "bus-traffic": SubCommand(
        "Networks", "experiments.bus_traffic.command", "bus_traffic", "Say what compression would save.", "networks"
    ),
    "demo": SubCommand("Networks", "examples.digits.command", "demo", "Run a real network on the hardware.", "demo"),
    "data": SubCommand("Networks", "workloads.data.command", "data", "Fetch data sets and networks.", "networks"),
    "export": SubCommand(
        "Networks", "workloads.networks.export_command", "export", "Write a network as ONNX.", "networks"
    ),
    "networks": SubCommand(
        "Networks", "workloads.networks.command", "networks", "Make and measure every network.", "networks"
    ),
    "experiment": SubCommand(
        "Networks", "experiments.command", "experiment", "Quantise real networks on real data.", "networks"
    ),
    "evaluate": SubCommand(
        "Networks", "experiments.evaluate.command", "evaluate", "Quantise networks on own data.", "networks"
    ),
    "tools": SubCommand("Development", "sim.command", "tools", "Say whether the tools of simulation are there."),
    "tables": SubCommand("Development", "hw.command", "tables", "Write the tables of the documents again."),
    "baseline": SubCommand(
        "Development", "synth.prices.baseline", "baseline", "Compare a few areas with those committed."
    ),
    "train-digits": SubCommand(
        "Development",
        "workloads.networks.train_digits_mlp",
        "train_digits",
        "Train the network of the demo again.",
        "demo",
    ),
    "bench": SubCommand("Development", "bench.command", "bench", "Measure the speed of Lowtide itself.", "sim"),
}


def _missing(name: str | None, error: ModuleNotFoundError) -> Exception:
    """What is raised where a module is missing: of a package of others, what installs it."""
    extra = SUB_COMMANDS[name].extra if name in SUB_COMMANDS else ""
    if not extra or (error.name or __package__).split(".")[0] == __package__:
        return error
    return ValueError(f"lowtide {name} needs the package {error.name}: pip install 'lowtide[{extra}]'")


class Commands(click.Group):
    """A group whose sub-commands are imported when they are called, not when they are listed or completed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the table."""
        return list(SUB_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The sub-command of a name, None if there is none."""
        found = SUB_COMMANDS.get(cmd_name)
        if found is None:
            return None
        try:
            command = found.load()
        except ModuleNotFoundError as error:
            raise _missing(cmd_name, error) from error
        command.name = cmd_name
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the sub-command, which may import more."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _missing(ctx.invoked_subcommand, error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of the help: a section for each heading."""
        for heading in dict.fromkeys(each.heading for each in SUB_COMMANDS.values()):
            with formatter.section(heading):
                lines = [(name, each.line) for name, each in SUB_COMMANDS.items() if each.heading == heading]
                formatter.write_dl(lines, col_spacing=4)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Sub-commands that begin so, then the options."""
        found = [CompletionItem(name, help=each.line) for name, each in SUB_COMMANDS.items()]
        return [item for item in found if item.value.startswith(incomplete)] + click.Command.shell_complete(
            self, ctx, incomplete
        )


@click.group(
    cls=Commands,
    context_settings=SETTINGS,
    epilog='Completion: put eval "$(_LOWTIDE_COMPLETE=bash_source lowtide)" into ~/.bashrc, '
    'eval "$(_LOWTIDE_COMPLETE=zsh_source lowtide)" into ~/.zshrc, or the output of '
    "_LOWTIDE_COMPLETE=fish_source lowtide into ~/.config/fish/completions/lowtide.fish.",
)
@click.version_option(__version__, prog_name="lowtide")
def lowtide() -> None:
    """Systolic arrays for quantised neural networks, with their proof and their price."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``lowtide`` with arguments, by default those of the process, and return the exit status: 0, 1 (a check or a
    tool failed), 2 (bad input) or 130 (Ctrl-C)."""
    return run(lowtide, arguments)
