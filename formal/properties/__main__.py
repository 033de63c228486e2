"""Prove what always holds inside the engines of the named configurations::

    python -m lowtide.formal.properties [--config NAME ...] [--timeout SECONDS] [--jobs N] [-o DIR]

What is proved is kept in the output folder, so a run that was stopped goes on.
"""

import sys

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import in_parallel
from lowtide.hw import CONFIGURATIONS, Engine, find, verilog
from lowtide.hw.emit import yosys

from . import engine_properties
from .kept import Kept
from .prove import prove_property
from .report import HOLDS, markdown
from .selectors import SMALL, selector_properties

__all__ = ["command", "main"]


def main(arguments):
    """Prove what the arguments name; returns 1 where a property was not proved, else 0."""
    parser = Parser(
        prog="python -m lowtide.formal.properties",
        description="Properties of streams, sequencer and edges of the "
        "named configurations, proved by induction on their Verilog.",
    )
    parser.add_argument("--config", nargs="+", metavar="NAME", help="these configurations instead of all named ones")
    parser.add_argument(
        "--timeout",
        type=int,
        default=300,
        metavar="SECONDS",
        help="longest time of one call of the solver (default 300)",
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    parser.add_argument("--page", type=output_path, metavar="FILE", help="write the Markdown there as well")
    parser.add_argument(
        "-o", "--output", type=output_path, metavar="DIR", default="build/formal", help="folder (default build/formal)"
    )
    options = parser.parse_args(arguments)
    for name in ("jobs", "timeout"):
        if getattr(options, name) < 1:
            raise ValueError(f"{name} is {getattr(options, name)}, allowed are 1 and more")
    configs = [find(name) for name in dict.fromkeys(options.config or CONFIGURATIONS)]
    configs += [] if options.config else list(SMALL)
    folder = options.output
    kept = Kept(folder / "properties.json")

    def prove_config(config):
        text = verilog(Engine(config))
        return [
            kept.outcome(prop, text, lambda prop: prove_property(prop, text=text, timeout=options.timeout))
            for prop in (selector_properties(config) if config in SMALL else engine_properties(config, text))
        ]

    def done(found):
        return f"{found[0].property.config.name} {sum(held.outcome in HOLDS for held in found)} of {len(found)}"

    held = [
        each
        for found in in_parallel(prove_config, configs, jobs=options.jobs, waiting="proving", done=done)
        for each in found
    ]
    paths = [folder / "properties.md", *([options.page] if options.page else [])]
    try:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(markdown(held))
    except OSError as error:
        raise ValueError(f"output is {folder}: {error.strerror.lower()}, allowed are folders to write to") from None
    failed = [each for each in held if each.outcome not in HOLDS]
    for each in failed:
        print(f"{each.property.name}: {each.outcome}")
    print(f"{len(held) - len(failed)} of {len(held)} properties hold, in:")
    for path in [kept.path, *paths]:
        print(f"  {path}")
    return int(bool(failed))


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a property was not proved, or Yosys failed) or 2 (bad input)."""
    return run(main, arguments, failures=(yosys.YosysError,))


if __name__ == "__main__":
    sys.exit(command())
