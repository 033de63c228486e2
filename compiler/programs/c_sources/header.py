"""A program as C sees it: a header of its addresses, and of how to write the input and read the result."""

import re

from lowtide.hw.control.registers.configured import configured_words

from ..external import Codes
from ..folder import IMAGE, PROGRAM, ProgramFiles
from ..host_layer import HostLayer

__all__ = ["program_header"]


def program_header(program: ProgramFiles) -> str:
    """The header ``program.h`` of a program, text of C99.

    Raises
    ------
    ImportError
        systemrdl-compiler is not installed: the extra `machine` has it.
    """
    image, words = program.image, configured_words(program.config)
    lines = [
        f"/* The network {_comment(program.model)} on the machine {program.config.name}, by lowtide compile. */",
        "#ifndef LOWTIDE_PROGRAM_H",
        "#define LOWTIDE_PROGRAM_H",
        "",
        "/* a lowtide_description: what the registers of the machine say of it */",
        f"#define LOWTIDE_MACHINE {_initialiser({name: f'{word:#x}u' for name, word in words.items()})}",
        "",
        f"#define LOWTIDE_IDENTITY {program.config.identity:#x}u /* of the machine that the lists are for */",
        "",
        f"#define LOWTIDE_MEMORY_BYTES {program.memory_bytes}u /* of external memory, from address 0 on */",
        f"#define LOWTIDE_IMAGE_BASE {image.base}u /* where {IMAGE} goes */",
        f"#define LOWTIDE_IMAGE_BYTES {len(image.data)}u",
        *_list("INITIALISATION", program, image.initialisation, "runs once"),
        *_list("EXECUTION", program, image.execution, "runs for each input"),
        "",
        "/* A code c stands for SCALE (c - ZERO). lowtide_tensor.h says how the codes lie; LOWTIDE_INPUT and",
        "   LOWTIDE_OUTPUT initialise a lowtide_tensor. */",
        *_tensor("INPUT", program.source),
        *_tensor("OUTPUT", program.result),
        *_host(program),
        "",
        "#endif",
    ]
    return "\n".join(lines) + "\n"


def _list(name: str, program: ProgramFiles, address: int, when: str) -> list[str]:
    """The address of a list and its records, END among them."""
    records = len(program.image.records(address))
    return [
        f"#define LOWTIDE_{name} {address}u /* address of the list that {when} */",
        f"#define LOWTIDE_{name}_RECORDS {records}u",
    ]


def _host(program: ProgramFiles) -> list[str]:
    """How many steps the host computes at each WAIT, and where what they read and make lies."""
    lines = [
        "",
        "/* The list of execution waits so often for the host, which then computes steps one after the other, each",
        f"   from its inputs to its output, as {PROGRAM} states them. */",
        f"#define LOWTIDE_HOST_TURNS {len(program.host)}u",
    ]
    for number, turn in enumerate(program.host):
        lines += ["", f"#define LOWTIDE_HOST_{number}_STEPS {len(turn)}u"]
        for place, step in enumerate(turn):
            name = f"HOST_{number}_{place}"
            lines += ["", f"/* {step.op}, {_comment(step.name)} */"]
            for each, codes in enumerate(step.inputs):
                lines += _tensor(f"{name}_INPUT_{each}", codes)
            lines += _tensor(f"{name}_OUTPUT", step.output)
            if step.layer is not None:
                lines += _layer(f"{name}_LAYER", step.layer)
    return lines


def _layer(name: str, layer: HostLayer) -> list[str]:
    """An initialiser of a lowtide_layer, unless its data terms keep C from computing it."""
    if layer.data_terms:
        return [
            "",
            f"/* LOWTIDE_{name}: C has no layers of which so many terms of each datum count: {layer.data_terms} */",
        ]
    values = {
        "address": f"{layer.address}u",
        "weight_bytes": f"{layer.weight_bytes}u",
        "channels": f"{layer.channels}u",
        "outputs": f"{layer.outputs}u",
        "groups": f"{layer.groups}u",
        "top": f"{layer.padding[0]}u",
        "left": f"{layer.padding[1]}u",
        "low": str(layer.low),
        "high": str(layer.high),
    }
    for field, pair in (("size", layer.size), ("stride", layer.stride), ("dilation", layer.dilation)):
        values |= {f"{field}_y": f"{pair[0]}u", f"{field}_x": f"{pair[1]}u"}
    return ["", f"#define LOWTIDE_{name} {_initialiser(values)}"]


def _tensor(name: str, codes: Codes) -> list[str]:
    form = codes.tensor.layout
    numbers = {
        "address": codes.tensor.address,
        "bytes": codes.tensor.size,
        "rows": form.rows,
        "columns": form.columns,
        "channels": form.channels,
        "atom_bytes": codes.tensor.atom_bytes,
        "values": form.values,
        "bits": form.bits,
        "is_signed": int(form.signed),
        "block_pitch": form.block_pitch,
        "row_pitch": form.row_pitch,
        "plane_pitch": form.plane_pitch,
        "apart": form.apart,
        "row_phase": form.row_phase,
        "column_phase": form.column_phase,
    }
    macros = {field: f"LOWTIDE_{name}_{field.upper()}" for field in numbers}
    return [
        "",
        *(f"#define {macros[field]} {value}u" for field, value in numbers.items()),
        f"#define LOWTIDE_{name}_ZERO {codes.zero}",
        f"#define LOWTIDE_{name}_SCALE {codes.scale!r}",
        f"#define LOWTIDE_{name} {_initialiser(macros)}",
    ]


def _initialiser(values: dict[str, str]) -> str:
    """An initialiser of a structure, by the names of its members, on lines of its own."""
    members = [f"    .{name} = {value}, \\" for name, value in values.items()]
    return "\n".join(["{ \\", *members, "}"])


def _comment(text: str) -> str:
    """Text without what ends a comment of C."""
    return re.sub(r"[^ -~]|\*/", "?", text)
