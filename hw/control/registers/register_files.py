"""The registers for software: a C header and IP-XACT by PeakRDL, and the page of the documents."""

from pathlib import Path

from lowtide.common.markdown import table
from lowtide.common.output import output_folder

from .register_map import RegisterField, elaborated, register_map

__all__ = ["register_page", "write_register_header", "write_registers"]


def write_registers(folder: str | Path) -> list[Path]:
    """Write ``lowtide_registers.h`` and ``lowtide_registers.xml`` (IP-XACT) into a folder; returns the paths.

    Raises
    ------
    ImportError
        PeakRDL is not installed: the extra `machine` has it.
    ValueError
        The folder cannot be written.
    """
    from peakrdl_ipxact import IPXACTExporter

    with output_folder(folder) as output:
        header, description = write_register_header(output), output / "lowtide_registers.xml"
        IPXACTExporter(vendor="lowtide", library="machine", version="1.0").export(elaborated(), str(description))
        return [header, description]


def write_register_header(folder: str | Path) -> Path:
    """Write ``lowtide_registers.h``, freestanding C99, into a folder; returns its path. Errors as of
    :func:`write_registers`."""
    from peakrdl_cheader.c_standards import CStandard
    from peakrdl_cheader.exporter import CHeaderExporter

    with output_folder(folder) as output:
        header = output / "lowtide_registers.h"
        CHeaderExporter().export(elaborated(), str(header), std=CStandard.gnu99, reuse_typedefs=True)
        return header


def register_page() -> str:
    """The page of the registers, Markdown."""
    parts = [
        """# Registers

Of the machine's AXI4-Lite bus. `lowtide registers` writes this page, a C header and IP-XACT from
`hw/control/registers/registers.rdl`, from which the hardware comes as well, and beside them a driver in C
([Run a machine](guides/run_a_machine.md#from-c)). Every register has 32 bits; those that no field has read as 0.
Addresses without a register answer SLVERR."""
    ]
    for register in register_map():
        rows = [
            (
                _bits(field),
                f"`{field.name.removeprefix(f'{register.name}_')}`",
                _access(field),
                _reset(field),
                field.meaning,
            )
            for field in register.fields
        ]
        parts.append(f"## `{register.name}`, {register.address:#04x}\n\n{register.meaning}")
        parts.append(table(("bits", "field", "access", "reset", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def _bits(field: RegisterField) -> str:
    return str(field.low) if field.width == 1 else f"{field.low + field.width - 1}:{field.low}"


def _access(field: RegisterField) -> str:
    if field.pulse:
        return "write 1 to do it"
    if field.clears:
        return "read, write 1 to clear"
    return " and ".join(["read"] * field.readable + ["write"] * field.writable)


def _reset(field: RegisterField) -> str:
    return "-" if field.given else f"{field.reset:#x}"
