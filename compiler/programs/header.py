"""A program as C sees it: a header of its addresses, and of how to write the input and read the result."""

import re
from pathlib import Path

from lowtide.common.output import output_folder

from .folder import IMAGE, Codes, ProgramFiles

__all__ = ["write_header"]


def write_header(program: ProgramFiles, folder: Path) -> Path:
    """Write ``program.h`` into a folder; its path."""
    image = program.image
    lines = [
        f"/* The network {_comment(program.model)} on the machine {program.config.name}, by lowtide compile. */",
        "#ifndef LOWTIDE_PROGRAM_H",
        "#define LOWTIDE_PROGRAM_H",
        "",
        f"#define LOWTIDE_MEMORY_BYTES {program.memory_bytes}u /* of external memory, from address 0 on */",
        f"#define LOWTIDE_IMAGE_BASE {image.base}u /* where {IMAGE} goes */",
        f"#define LOWTIDE_IMAGE_BYTES {len(image.data)}u",
        f"#define LOWTIDE_INITIALISATION {image.initialisation}u /* address of the list that runs once */",
        f"#define LOWTIDE_EXECUTION {image.execution}u /* address of the list that runs for each input */",
        "",
        "/* A code c of channel n of pixel (y, x) stands for SCALE (c - ZERO). It has BITS bits, is number n % VALUES",
        f"   of an atom of {program.config.atom_bytes} bytes. The first atom is at ADDRESS, its number is",
        "   n / VALUES * BLOCK + y % APART * ROW_PHASE + y / APART * ROW + x % APART * COLUMN_PHASE + x / APART,",
        "   with PLANE not 0 bit p of it in that atom + p * PLANE. */",
        *_tensor("INPUT", program.source),
        *_tensor("OUTPUT", program.result),
        "",
        "#endif",
    ]
    with output_folder(folder):
        (folder / "program.h").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "program.h"


def _tensor(name: str, codes: Codes) -> list[str]:
    form = codes.tensor.layout
    numbers = {
        "ADDRESS": codes.tensor.address,
        "BYTES": codes.tensor.size,
        "ROWS": form.rows,
        "COLUMNS": form.columns,
        "CHANNELS": form.channels,
        "VALUES": form.values,
        "BITS": form.bits,
        "SIGNED": int(form.signed),
        "BLOCK": form.block_pitch,
        "ROW": form.row_pitch,
        "APART": form.apart,
        "ROW_PHASE": form.row_phase,
        "COLUMN_PHASE": form.column_phase,
        "PLANE": form.plane_pitch,
        "ZERO": codes.zero,
    }
    lines = [f"#define LOWTIDE_{name}_{field} {value}" for field, value in numbers.items()]
    return ["", *lines, f"#define LOWTIDE_{name}_SCALE {codes.scale!r}"]


def _comment(text: str) -> str:
    """Text without what ends a comment of C."""
    return re.sub(r"[^ -~]|\*/", "?", text)
