"""``lowtide properties``: proofs of what always holds inside the engines of the named configurations."""

from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.common.progress import in_parallel
from lowtide.hw import CONFIGURATIONS, ArrayConfig, Engine, find, verilog
from lowtide.hw.emit import yosys

from . import engine_properties
from .kept import Kept
from .prove import Held, prove_property
from .report import HOLDS, markdown
from .selectors import SMALL, selector_properties

__all__ = ["properties"]


@entry(failures=(yosys.YosysError,))
@names_argument("config", CONFIGURATIONS, "CONFIG")
@click.option(
    "--timeout",
    type=Integer(1),
    default=300,
    metavar="SECONDS",
    show_default=True,
    help="longest time of one call of the solver",
)
@page_option()
@output_option("build/formal")
@jobs_option()
def properties(config: tuple[str, ...], timeout: int, page: Path | None, output: Path, jobs: int) -> int:
    """Prove what always holds inside the engines of configurations: of streams, sequencer and edges, by induction.

    Without CONFIG all named ones. What is proved is kept in the output output, so a run that was stopped goes on.
    """
    configs = [find(name) for name in dict.fromkeys(config or CONFIGURATIONS)]
    configs += [] if config else list(SMALL)
    kept = Kept(output / "properties.json")

    def prove_config(config: ArrayConfig) -> list[Held]:
        text = verilog(Engine(config))
        return [
            kept.outcome(prop, text, lambda prop: prove_property(prop, text=text, timeout=timeout))
            for prop in (selector_properties(config) if config in SMALL else engine_properties(config, text))
        ]

    def done(found: list[Held]) -> str:
        return f"{found[0].property.config.name} {sum(held.outcome in HOLDS for held in found)} of {len(found)}"

    held = [
        each for found in in_parallel(prove_config, configs, jobs=jobs, waiting="proving", done=done) for each in found
    ]
    paths = [path for each in (output / "properties.md", page) if each for path in write_page(each, markdown(held))]
    failed = [each for each in held if each.outcome not in HOLDS]
    for each in failed:
        print(f"{each.property.name}: {each.outcome}")
    print(f"{len(held) - len(failed)} of {len(held)} properties hold, in:")
    for path in [kept.path, *paths]:
        print(f"  {path}")
    return int(bool(failed))
