"""The mode word and the reasons of the error flag as JSON, Markdown and a C header, from their definitions."""

from typing import Any

from lowtide.common.markdown import table

from ...config.array_config import CHUNK_BITS, TAIL_BITS
from ...mode.reasons import Reason
from ...mode.word import FIELDS, WORD_BITS

__all__ = ["mode_header", "mode_json", "mode_markdown"]


def mode_json() -> dict[str, Any]:
    """The mode word as an object for JSON: its width, the fields, the reason codes."""
    return {
        "bits": WORD_BITS,
        "fields": [
            {
                "name": field.name,
                "lowest_bit": field.lowest_bit,
                "bits": field.bits,
                "least": field.least,
                "most": field.most,
                "stored_as_value_minus": field.bias,
                "meaning": field.meaning,
            }
            for field in FIELDS
        ],
        "job": {
            "mode_bits": WORD_BITS,
            "chunks_lowest_bit": WORD_BITS,
            "chunks_bits": CHUNK_BITS,
            "tail_lowest_bit": WORD_BITS + CHUNK_BITS,
            "tail_bits": TAIL_BITS,
            "tail_stored_as_value_minus": 1,
        },
        "reasons": {reason.name.lower(): {"code": int(reason), "meaning": reason.meaning} for reason in Reason},
    }


def mode_markdown() -> str:
    """The mode word and the reason codes as Markdown tables."""
    lines = [
        "# Mode word",
        "",
        f"{WORD_BITS} bits, the low end of `job_data`; above them {CHUNK_BITS} bits: the "
        f"number of chunks; above these {TAIL_BITS} bits: the values in the last chunk, less one.",
        "",
    ]
    rows = []
    for field in FIELDS:
        lowest = field.lowest_bit
        bits = f"{lowest + field.bits - 1}:{lowest}" if field.bits > 1 else f"{lowest}"
        stored = f"value - {field.bias}" if field.bias else "value"
        rows.append((bits, f"`{field.name}`", f"{field.least} to {field.most}", stored, field.meaning))
    reasons = [(int(reason), f"`{reason.name.lower()}`", reason.meaning) for reason in Reason]
    lines += [
        table(("bits", "field", "values", "stored as", "meaning"), rows),
        "",
        "# Reasons of the error flag",
        "",
        table(("code", "name", "meaning"), reasons),
    ]
    return "\n".join(lines) + "\n"


def mode_header() -> str:
    """The mode word as a C header: for each field its shift, mask, and a macro that puts a value in place."""
    lines = [
        "/* Mode word of Lowtide engines. Generated; do not edit. */",
        "#ifndef LOWTIDE_MODE_H",
        "#define LOWTIDE_MODE_H",
        "",
        "#include <stdint.h>",
        "",
    ]
    for field in FIELDS:
        name = f"LOWTIDE_MODE_{field.name.upper()}"
        lines += [
            f"/* {field.meaning}; {field.least} to {field.most} */",
            f"#define {name}_SHIFT {field.lowest_bit}",
            f"#define {name}_MASK UINT64_C(0x{((1 << field.bits) - 1) << field.lowest_bit:x})",
            f"#define {name}(value) (((uint64_t)(value) - {field.bias}) << {field.lowest_bit})",
        ]
    lines += [
        "",
        f"#define LOWTIDE_MODE_BITS {WORD_BITS}",
        f"#define LOWTIDE_CHUNKS_BITS {CHUNK_BITS}",
        "#define LOWTIDE_JOB(mode, chunks, tail) ((uint64_t)(mode) | (uint64_t)(chunks) << LOWTIDE_MODE_BITS \\",
        "    | (uint64_t)((tail) - 1) << (LOWTIDE_MODE_BITS + LOWTIDE_CHUNKS_BITS))",
        "",
    ]
    lines += [f"#define LOWTIDE_REASON_{reason.name} {int(reason)} /* {reason.meaning} */" for reason in Reason]
    return "\n".join([*lines, "", "#endif", ""])
