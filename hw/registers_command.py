"""``lowtide registers``: the registers of machines for software, and the driver that uses them."""

from pathlib import Path

from lowtide.common.command_line import entry
from lowtide.common.options import output_option, page_option
from lowtide.common.output import write_page

from .control.registers.register_files import register_page, write_registers
from .emit.c_driver.write import write_driver

__all__ = ["registers"]


@entry()
@page_option()
@output_option("build/registers")
def registers(page: Path | None, output: Path) -> None:
    """Write what software needs of a machine: a driver in C with the headers of registers and codes, and IP-XACT.

    All are the same for every machine. The registers come from one statement in SystemRDL, as the hardware does; their
    page is written where it is asked for.
    """
    paths = write_registers(output)
    paths += [path for path in write_driver(output) if path not in paths]
    if page:
        paths += write_page(page, register_page())
    for path in paths:
        print(f"wrote {path}")
