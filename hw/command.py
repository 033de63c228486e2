"""``lowtide verilog``, ``list``, ``encoder`` and ``tables``: Verilog of named configurations or of one's own."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, Names, OneOf, OutputPath, jobs_option, names_argument, output_option

from .config.array_config import ArrayConfig
from .config.fields import BY_NAME, SETTINGS, TYPES
from .config.named import CONFIGURATIONS, find
from .config.setting import Setting
from .config.toml_file import from_toml
from .emit.documents.tables import write_tables
from .emit.write import write_configuration, write_mode_word, write_unit
from .emit.yosys import YosysError
from .logic.hese import HeseEncoder
from .pe import KINDS
from .writing import console, write_each

__all__ = ["encoder", "listed", "tables", "verilog"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])  #: a function, click's options on it
OWN = [setting for setting in SETTINGS if setting.name != "kind"]  #: fields that have an option of their own
OUTPUT = output_option("build/verilog")


def own_option(setting: Setting) -> Callable[[Decorated], Decorated]:
    """The option of a field of a configuration, with the field's own explanation; None where it is not given."""
    flag = "--" + setting.name.replace("_", "-")
    if setting.type is bool:
        leaves_out = setting.default is True
        line = f"leave it out: {setting.help}" if leaves_out else setting.help
        flag = f"--no-{flag[2:]}" if leaves_out else flag
        return click.option(flag, setting.name, flag_value=not leaves_out, type=bool, default=None, help=line)
    if setting.type is tuple:
        return click.option(flag, type=Names(), metavar="LIST", help=f"{setting.help} (comma between)")
    if setting.type is str:
        return click.option(flag, metavar="NAME", help=setting.help)
    return click.option(flag, type=Integer(), metavar="N", help=setting.help)


def own_options(function: Decorated) -> Decorated:
    """Decorator: an option for each field of a configuration of one's own."""
    for setting in reversed(OWN):
        function = own_option(setting)(function)
    return function


def table(configs: Iterable[ArrayConfig], lines: Mapping[str, tuple[int, int]] | None = None) -> Table:
    """The configurations as a table; ``lines`` of Verilog where it was written."""
    columns = [
        "configuration",
        "kind",
        "array",
        "lanes",
        "operands",
        "accumulator",
        "group",
        "buffered",
        "modes",
        "mults/cycle/PE",
    ] + (["lines of Verilog", "modules"] if lines else [])
    made = Table(*columns, title="Lowtide configurations")
    for config in configs:
        rates = config.rates()
        rate = f"{rates[0]:.3g} to {rates[-1]:.3g}" if len(rates) > 1 else f"{rates[0]:.3g}"
        made.add_row(
            config.name,
            config.kind,
            f"{config.rows}x{config.cols}",
            str(config.lanes),
            f"{config.x_width} x {config.w_width}",
            str(config.acc_width),
            str(config.group),
            "yes" if config.result_buffer else "no",
            str(len(config.modes())),
            rate,
            *(map(str, lines[config.name]) if lines else ()),
        )
    return made


@entry()
def listed() -> None:
    """List the named configurations: kind, size, widths, modes and multiplications a cycle."""
    console().print(table(CONFIGURATIONS.values()))


@entry()
@click.argument("folder", type=OutputPath(), metavar="[DIR]", default=".")
def tables(folder: Path) -> None:
    """Write the tables of modes and configurations into the documents of the checkout DIR (default: this folder)."""
    for path in write_tables(folder):
        console().print(f"wrote {path}", soft_wrap=True)


@entry(failures=(YosysError,))
@click.argument("bits", type=Integer())
@click.option(
    "--w-types",
    "types",
    type=Names(),
    metavar="LIST",
    default=",".join(TYPES),
    show_default=True,
    help="number types that the encoder takes",
)
@OUTPUT
def encoder(bits: int, types: tuple[str, ...], output: Path) -> None:
    """Write a stand-alone HESE encoder of numbers of BITS bits (2 to 16)."""
    unit = HeseEncoder(bits=bits, types=types)
    console().print(f"wrote {write_unit(unit, output)}: module {unit.name}", soft_wrap=True)


@entry(failures=(YosysError,))
@names_argument("config", CONFIGURATIONS, "NAME")
@click.option("--all", "every", is_flag=True, help="write every named configuration")
@click.option("--toml", metavar="FILE", help="write the configuration in a TOML file, a line for each field")
@click.option(
    "--pe", type=OneOf(KINDS), metavar="KIND", help=f"write one's own, of the options below; {BY_NAME['kind'].help}"
)
@OUTPUT
@jobs_option()
@own_options
def verilog(
    config: tuple[str, ...], every: bool, toml: str | None, pe: str | None, output: Path, jobs: int, **own: Any
) -> None:
    """Write systolic arrays: Verilog, a JSON description, a FuseSoC core file.

    Give NAMEs of configurations (lowtide list), --all, --toml FILE, or --pe KIND with options of one's own.
    """
    configs = chosen(config, every, toml, pe, {name: value for name, value in own.items() if value is not None})
    lines = write_each(configs, write_configuration, output, counted="configurations", jobs=jobs)
    write_mode_word(output)
    console().print(table(configs, lines))
    console().print(
        f"{len(configs)} configurations in {output}: NAME.v, .json, .core, .vlt, _bench.v; "
        "the mode word in lowtide_mode.md, .json, .h"
    )


def chosen(
    names: tuple[str, ...], every: bool, toml: str | None, pe: str | None, own: dict[str, Any]
) -> list[ArrayConfig]:
    """The configurations that the options ask for, ``own`` being the fields that are given. Raises ``ValueError``."""
    ways = {"NAME": names, "--all": every, "--toml": toml is not None, "--pe": pe is not None}
    given = [way for way, value in ways.items() if value]
    if len(given) != 1:
        said = " and ".join(given) or "nothing"
        raise ValueError(
            f"what to write is given by {said}, allowed is one of {', '.join(ways)} (see lowtide verilog --help)"
        )
    if own and pe is None:
        flag = "--" + next(iter(own)).replace("_", "-")
        raise ValueError(f"{flag} describes a configuration of one's own: it goes with --pe")
    if pe is not None:
        own.setdefault("name", f"{pe}_{own.get('rows', 8)}x{own.get('cols', 8)}")
        return [ArrayConfig(kind=pe, **own)]
    if toml is not None:
        return [from_toml(toml)]
    return [find(name) for name in dict.fromkeys(names)] or list(CONFIGURATIONS.values())
