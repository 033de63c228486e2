"""The registers for software: a C header and IP-XACT by PeakRDL, and the page of the documents."""

from pathlib import Path

from lowtide.common.markdown import table
from lowtide.common.output import output_folder

from .register_map import RegisterField, elaborated, register_map

__all__ = ["register_page", "write_registers"]


def write_registers(folder: str | Path) -> list[Path]:
    """Write ``lowtide_registers.h`` and ``lowtide_registers.xml`` (IP-XACT) into a folder; returns the paths.

    Raises
    ------
    ImportError
        PeakRDL is not installed: the extra `machine` has it.
    ValueError
        The folder cannot be written.
    """
    from peakrdl_cheader.exporter import CHeaderExporter
    from peakrdl_ipxact import IPXACTExporter

    with output_folder(folder) as output:
        header, description = output / "lowtide_registers.h", output / "lowtide_registers.xml"
        CHeaderExporter().export(elaborated(), str(header), reuse_typedefs=True)
        IPXACTExporter(vendor="lowtide", library="machine", version="1.0").export(elaborated(), str(description))
        return [header, description]


def register_page() -> str:
    """The page of the registers, Markdown."""
    parts = [
        """# Registers

Of the machine's AXI4-Lite bus. `lowtide registers` writes this page, a C header and IP-XACT from
`hw/control/registers/registers.rdl`, from which the hardware comes as well. Every register has 32 bits; those that no
field has read as 0. Addresses without a register answer SLVERR."""
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
