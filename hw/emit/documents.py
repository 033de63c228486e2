"""What stands beside the Verilog: the mode word as JSON, Markdown and C header, and a description of a configuration.

All of it is derived from the definitions that the hardware is built from.
"""

from typing import Any

from amaranth.lib.wiring import In

from lowtide.common.markdown import table

from ..array.decoder import PLACE_BITS
from ..array.engine import Engine
from ..config.array_config import CHUNK_BITS, TAIL_BITS
from ..config.fields import BY_NAME
from ..mode.reasons import Reason
from ..mode.word import FIELDS, WORD_BITS

__all__ = ["description", "mode_header", "mode_json", "mode_markdown"]

PORTS = {
    "clk": "clock, rising edge",
    "rst": "synchronous reset, active high; needed once after power-up",
    "job_data": f"mode word in bits 0 to {WORD_BITS - 1}, number of chunks above it ({CHUNK_BITS} bits), values in the "
    f"last chunk less one above that ({TAIL_BITS} bits)",
    "job_valid": "a job is offered",
    "job_ready": "the job is taken, or refused with the error flag",
    "x_data": "one beat of data: equal parts for the rows, row 0 lowest; in a part value 0 lowest, exponent highest",
    "x_valid": "data are offered",
    "x_ready": "data are taken",
    "w_data": "one beat of weights: equal parts for the columns, column 0 lowest; in a part value 0 lowest, exponent "
    "highest",
    "w_valid": "weights are offered",
    "w_ready": "weights are taken",
    "y_data": "one column of results: rows values of acc_width bits, row 0 lowest; above them: last column of the job",
    "y_valid": "results are offered",
    "y_ready": "results are taken",
    "codebook_data": f"an entry of a codebook: the integer, above it its place ({PLACE_BITS} bits), above that the "
    "book (1 bit)",
    "codebook_valid": "an entry is offered",
    "codebook_ready": "the entry is taken: no job uses the book",
    "clear": "clears the error flag, its reason and the cycle counter",
    "error": "sticky error flag",
    "reason": "code of the first error since clear",
    "busy": "a job is running",
    "cycles": "clock cycles in which a job was running since clear, modulo 2^32",
}


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


def description(engine: Engine) -> dict[str, Any]:
    """An engine as an object for JSON: its configuration, ports, modes with their cycles, the mode word."""
    config = engine.config
    ports = [("clk", 1, "input"), ("rst", 1, "input")]
    ports += [(name, len(value), "input" if member.flow == In else "output") for name, value, member in engine.ports()]
    return {
        "name": config.name,
        "summary": config.pe.summary,
        "parameters": {
            name: {"value": value, "meaning": BY_NAME[name].help} for name, value in config.parameters().items()
        },
        "chunk": config.chunk,
        "ports": [
            {"name": name, "direction": direction, "bits": bits, "meaning": PORTS[name]}
            for name, bits, direction in ports
        ],
        "modes": [
            {
                "mode": mode.label(),
                "word": f"0x{mode.word():x}",
                "values_per_beat": config.values_per_beat(mode),
                "cycles_per_beat": config.cycles_per_beat(mode),
                "cycles_from_last_operand_to_first_result": config.latency(mode),
                "x_bits_per_value": config.element_bits("x", mode),
                "w_bits_per_value": config.element_bits("w", mode),
                "multiplications_per_cycle_per_pe": config.macs_per_cycle(mode),
                "largest_k_without_overflow": config.largest_k(mode),
            }
            for mode in config.modes()
        ],
        "mode_word": mode_json(),
    }
