"""Writes the driver of machines in C, with the two headers that it includes."""

from pathlib import Path

from lowtide.common.output import output_folder

from ...control.registers.register_files import write_register_header
from .codes import codes_header

__all__ = ["write_driver"]

SOURCES = ("lowtide_driver.h", "lowtide_driver.c")


def write_driver(folder: str | Path) -> list[Path]:
    """Write the driver into a folder; returns the paths.

    The files are ``lowtide_driver.h`` and ``lowtide_driver.c``, which are the same for every machine, and the headers
    ``lowtide_registers.h`` and ``lowtide_codes.h``. They are freestanding C99.

    Raises
    ------
    ImportError
        PeakRDL is not installed: the extra `machine` has it.
    ValueError
        The folder cannot be written.
    """
    with output_folder(folder) as output:
        header = write_register_header(output)
        (output / "lowtide_codes.h").write_text(codes_header(), encoding="utf-8")
        for name in SOURCES:
            (output / name).write_bytes(Path(__file__).with_name(name).read_bytes())
        return [*(output / name for name in SOURCES), header, output / "lowtide_codes.h"]
