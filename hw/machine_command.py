"""``lowtide machine``: Verilog of whole machines, named ones or one's own from a TOML file."""

from pathlib import Path

import click
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.options import jobs_option, names_argument, output_option

from .config.accelerator_config import AcceleratorConfig
from .config.machines import MACHINES, find_machine
from .config.toml_file import accelerator_from_toml
from .emit.write import write_mode_word
from .emit.write_machine import write_machine
from .emit.yosys import YosysError
from .writing import console, write_each

__all__ = ["machine"]


@entry(failures=(YosysError,))
@names_argument("machine", MACHINES, "NAME")
@click.option("--all", "every", is_flag=True, help="write every named machine")
@click.option("--toml", metavar="FILE", help="write the machine in a TOML file, a line for each field")
@output_option("build/machines")
@jobs_option()
def machine(machine: tuple[str, ...], every: bool, toml: str | None, output: Path, jobs: int) -> None:
    """Write whole machines, an array with memories, post-processing, movers and registers: Verilog, JSON, FuseSoC core.

    Give NAMEs of machines, --all, or --toml FILE. Without any of them the named machines are listed.
    """
    configs = _chosen(machine, every, toml)
    if not configs:
        console().print(_table(list(MACHINES.values()), {}))
        return
    lines = write_each(configs, write_machine, output, counted="machines", jobs=jobs)
    write_mode_word(output)
    console().print(_table(configs, lines))
    console().print(
        f"{len(configs)} machines in {output}: NAME_machine.v, .json, .core, .vlt; the mode word in lowtide_mode.md, "
        ".json, .h; registers by lowtide registers",
        soft_wrap=True,
    )


def _chosen(names: tuple[str, ...], every: bool, toml: str | None) -> list[AcceleratorConfig]:
    """The machines that the options ask for. Raises ``ValueError``."""
    ways = {"NAME": bool(names), "--all": every, "--toml": toml is not None}
    given = [way for way, value in ways.items() if value]
    if len(given) > 1:
        raise ValueError(f"what to write is given by {' and '.join(given)}, allowed is one of {', '.join(ways)}")
    if toml is not None:
        return [accelerator_from_toml(toml)]
    return list(MACHINES.values()) if every else [find_machine(name) for name in dict.fromkeys(names)]


def _table(configs: list[AcceleratorConfig], lines: dict[str, tuple[int, int]]) -> Table:
    """The machines as a table; lines of Verilog where it was written."""
    columns = ["machine", "array", "multiplications", "features", "weights", "bus", "requantisers", "behind them"]
    made = Table(*columns, *(["lines of Verilog", "modules"] if lines else []), title="Lowtide machines")
    for config in configs:
        array = config.array
        most = max(array.rates())
        made.add_row(
            config.name,
            array.name,
            f"{array.rows * array.cols * most:.4g} a cycle",
            f"{config.feature_bytes >> 10} KiB",
            f"{config.weight_bytes >> 10} KiB",
            f"{config.bus_bits} bits",
            str(config.requantisers),
            ", ".join([*config.post, *([f"top {config.top_k}"] if config.top_k else [])]) or "nothing",
            *(map(str, lines[config.name]) if lines else ()),
        )
    return made
