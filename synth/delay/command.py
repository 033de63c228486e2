"""``lowtide delay``: the area of PEs at each clock period."""

from pathlib import Path

import click

from lowtide.common.command_line import entry, typed
from lowtide.common.options import jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.hw.config.named import CONFIGURATIONS

from ..flow import SynthesisError
from .compared import COMPARED, CONVENTIONAL
from .curve import Contender, curves
from .report import markdown, write
from .timed_library import timed_library

__all__ = ["delay"]


@entry(failures=(SynthesisError,))
@names_argument("config", CONFIGURATIONS, "CONFIG")
@click.option(
    "--liberty",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="standard cells with delays [default: gate equivalents with the delays of SkyWater 130 nm]",
)
@page_option()
@output_option("build/delay")
@jobs_option()
def delay(config: tuple[str, ...], liberty: Path | None, page: Path | None, output: Path, jobs: int) -> int:
    """Map PEs to standard cells for speed, and show the area that each takes at each clock period.

    With 0, 1 and 2 register stages in the sum, three kinds of adder and seven targets each. Without CONFIG the
    conventional PEs and those that are compared with them.
    """
    library = timed_library(liberty)
    known = {contender.label: contender for contender in COMPARED}
    chosen = [known.get(name, Contender(name, (name,))) for name in config] or COMPARED
    found = curves([*CONVENTIONAL, *chosen], library, jobs)
    text = markdown(found, library, typed())
    paths = write(found, text, library, output)
    print(text)
    print(f"{len(found)} curves in:")
    for path in paths + (write_page(page, text, paths[2:]) if page else []):
        print(f"  {path}")
    return 0
