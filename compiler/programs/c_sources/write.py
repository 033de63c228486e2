"""Writes what a host in C needs of a program, the driver of its machine among it."""

from pathlib import Path

from lowtide.common.output import output_folder
from lowtide.hw.emit.c_driver.write import write_driver

from ..folder import ProgramFiles
from .header import program_header

__all__ = ["write_c_sources"]

SOURCES = (
    *("lowtide_tensor.h", "lowtide_tensor.c", "lowtide_layer.h", "lowtide_layer.c"),
    *("example.c", "platform.h", "platform.c"),
)


def write_c_sources(program: ProgramFiles, folder: Path) -> list[Path]:
    """Write a program's sources of C into a folder; returns the paths.

    ``program.h`` is the program's own. The others are the same for all: how tensors lie (``lowtide_tensor``), layers of
    the host (``lowtide_layer``), the driver (:func:`lowtide.hw.emit.c_driver.write.write_driver`), and an example that
    runs the program (``example.c``) on a computer that ``platform.c`` states.

    Raises
    ------
    ImportError
        PeakRDL is not installed: the extra `machine` has it.
    ValueError
        The folder cannot be written.
    """
    with output_folder(folder):
        (folder / "program.h").write_text(program_header(program), encoding="utf-8")
        for name in SOURCES:
            (folder / name).write_bytes(Path(__file__).with_name(name).read_bytes())
    return [folder / "program.h", *(folder / name for name in SOURCES), *write_driver(folder)]
