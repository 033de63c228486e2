"""``python -m lowtide.hw``: Verilog of named configurations, or of one's own from options or a TOML file."""

import argparse
import sys
from dataclasses import fields

from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import progress_bar

from .config.array_config import HELP, TYPES, ArrayConfig, from_toml
from .config.named import CONFIGURATIONS, find
from .emit.mode_table import write_tables
from .emit.write import write_configuration, write_mode_word, write_unit
from .emit.yosys import YosysError
from .logic.hese import HeseEncoder
from .pe import KINDS

OPEN = [field.name for field in fields(ArrayConfig) if field.name != "kind"]
OUTPUT = "build/verilog"


def parser():
    """The command line. An option for each field of a configuration, with the field's own explanation."""
    made = Parser(
        prog="python -m lowtide.hw",
        description="Writes systolic arrays: Verilog, a JSON description, a FuseSoC core file.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=30, width=140),
    )
    what = made.add_argument_group("what (one of them)")
    choice = what.add_mutually_exclusive_group(required=True)
    choice.add_argument("--list", action="store_true", help="list the named configurations and stop")
    choice.add_argument("--all", action="store_true", help="write every named configuration")
    choice.add_argument("--config", action="append", metavar="NAME", help="write a named configuration (repeatable)")
    choice.add_argument("--toml", metavar="FILE", help="write the configuration in a TOML file, a line for each field")
    choice.add_argument(
        "--hese-encoder",
        type=int,
        metavar="BITS",
        help="write a stand-alone HESE encoder (2 to 16; --w-types are its number types, by default both)",
    )
    choice.add_argument("--pe", metavar="KIND", help="write one's own, of the options below; " + HELP["kind"])
    choice.add_argument(
        "--tables", metavar="DIR", help="write the tables of modes and configurations into the documents of a checkout"
    )
    made.add_argument("-o", "--output", type=output_path, metavar="DIR", help=f"folder (default: {OUTPUT})")
    own = made.add_argument_group("one's own configuration (with --pe)")
    for field in fields(ArrayConfig):
        flag = "--" + field.name.replace("_", "-")
        if field.name == "kind":
            continue
        if field.name == "result_buffer":
            own.add_argument(
                "--no-result-buffer",
                dest="result_buffer",
                action="store_const",
                const=False,
                help="leave it out: " + HELP["result_buffer"],
            )
        elif "bool" in str(field.type):
            own.add_argument(flag, dest=field.name, action="store_const", const=True, help=HELP[field.name])
        elif "tuple" in str(field.type):
            own.add_argument(
                flag,
                dest=field.name,
                type=lambda text: tuple(text.split(",")),
                metavar="LIST",
                help=HELP[field.name] + " (comma between)",
            )
        elif "str" in str(field.type):
            own.add_argument(flag, dest=field.name, metavar="NAME", help=HELP[field.name])
        else:
            own.add_argument(flag, dest=field.name, type=int, metavar="N", help=HELP[field.name])
    return made


def table(configs, lines=None):
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
        rates = [config.macs_per_cycle(mode) for mode in config.modes()]
        rate = f"{min(rates):.3g} to {max(rates):.3g}" if min(rates) != max(rates) else f"{rates[0]:.3g}"
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


def chosen(options):
    """The configurations that the options ask for. Raises ``ValueError``."""
    given = {name: getattr(options, name) for name in OPEN if getattr(options, name) is not None}
    if options.pe is not None:
        if options.pe not in KINDS:
            raise ValueError(f"pe is {options.pe!r}, allowed are {', '.join(KINDS)}")
        given.setdefault("name", f"{options.pe}_{given.get('rows', 8)}x{given.get('cols', 8)}")
        return [ArrayConfig(kind=options.pe, **given)]
    if options.toml is not None:
        return [from_toml(options.toml)]
    return [find(name) for name in options.config] if options.config else list(CONFIGURATIONS.values())


def check_used(options):
    """Raise ``ValueError`` for an option that the others leave without effect."""
    given = [name for name in OPEN if getattr(options, name) is not None]
    if options.pe is None:
        unused = [name for name in given if not (name == "w_types" and options.hese_encoder is not None)]
        if unused:
            flag = "--" + unused[0].replace("_", "-")
            also = ", --w-types with --hese-encoder as well" if unused[0] == "w_types" else ""
            raise ValueError(f"{flag} describes a configuration of one's own: it goes with --pe{also}")
    if options.output is not None and (options.list or options.tables is not None):
        raise ValueError(
            f"--output goes with what is written to a folder, not with {'--list' if options.list else '--tables'}"
        )


def main(arguments):
    options = parser().parse_args(arguments)
    check_used(options)
    output = options.output or output_path(OUTPUT)
    console = Console(width=None if sys.stdout.isatty() else 160)
    if options.hese_encoder is not None:
        encoder = HeseEncoder(bits=options.hese_encoder, types=options.w_types or TYPES)
        console.print(f"wrote {write_unit(encoder, output)}: module {encoder.name}", soft_wrap=True)
        return
    if options.tables is not None:
        for path in write_tables(options.tables):
            console.print(f"wrote {path}", soft_wrap=True)
        return
    configs = chosen(options)
    if options.list:
        console.print(table(configs))
        return
    lines = {}
    with progress_bar() as progress:
        task = progress.add_task("", total=len(configs))
        for config in configs:
            progress.update(task, description=f"writing {config.name}")
            text = write_configuration(config, output)
            lines[config.name] = text.count("\n"), text.count("\nmodule ")
            progress.advance(task)
        progress.update(task, description="written")
    write_mode_word(output)
    console.print(table(configs, lines))
    console.print(
        f"{len(configs)} configurations in {output}: NAME.v, .json, .core, .vlt, _bench.v; "
        "the mode word in lowtide_mode.md, .json, .h"
    )


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (Yosys failed) or 2 (bad input)."""
    return run(main, arguments, failures=(YosysError,))


if __name__ == "__main__":
    sys.exit(command())
