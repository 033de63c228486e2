"""``lowtide registers``: the registers of machines for software."""

from pathlib import Path

from lowtide.common.command_line import entry
from lowtide.common.options import output_option, page_option
from lowtide.common.output import write_page

from .register_files import register_page, write_registers

__all__ = ["registers"]


@entry()
@page_option()
@output_option("build/registers")
def registers(page: Path | None, output: Path) -> None:
    """Write the registers of machines: a C header and IP-XACT into the output folder, their page where it is asked for.

    All come from one statement in SystemRDL, as the hardware does.
    """
    paths = write_registers(output)
    if page:
        paths += write_page(page, register_page())
    for path in paths:
        print(f"wrote {path}")
