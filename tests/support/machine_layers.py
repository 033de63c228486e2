"""Kernels on golden's machine, and operands that a mode takes, for tests."""

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.compiler.layout import Layout
from lowtide.compiler.program import Program
from lowtide.golden.machine import Interpreter
from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import PLAIN, find

__all__ = ["drawn", "input_layout", "run_kernel"]


def input_layout(config, mode, rows, columns, channels, **options):
    """The layout of a picture that a mode of an array takes."""
    planes = KINDS[config.array.kind].plane_pairs(mode, config.array) is not None
    values = config.array.values_per_beat(mode)
    return Layout.of(
        rows,
        columns,
        channels,
        values=min(values, config.array.cols) if mode.diagonal else values,
        array_rows=config.array.rows,
        bits=mode.x_bits if planes else config.array.element_bits("x", mode),
        signed=mode.x_signed,
        planes=planes,
        **options,
    )


def drawn(rng, mode, side, shape):
    """Random integers that an operand can have, and their codes."""
    bits, signed = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
    stored = find(getattr(mode, f"{side}_format"))
    low, high = stored.decoded_range(bits, signed)
    if stored == PLAIN:
        integers = rng.integers(low, high + 1, shape)
        return integers, integers
    if stored.entries:
        table = np.append(rng.integers(low, high + 1, stored.entries - 1), 0)
        integers = rng.choice(table, shape)
        return integers, stored.codes_of(integers)[0]
    codes = rng.choice(np.setdiff1d(np.arange(1 << stored.code_bits), stored.meaningless), shape)
    return stored.decode(codes, bits=bits, signed=signed), codes


def run_kernel(config, kernel, tensors, target):
    """The codes of ``target`` after a kernel has run on golden's machine.

    ``tensors``: pairs of a layout and the codes in it. The feature memory begins with random bytes.
    """
    program = Program(config)
    program.run(kernel)
    address, image = program.image()
    machine = Interpreter(config, np.frombuffer(image, np.uint8).copy())
    memory = machine.local(Memory.FEATURE)
    memory[:] = np.random.default_rng(1).integers(0, 256, memory.shape)
    for layout, codes in tensors:
        layout.put(memory, codes)
    machine.run_at(address)
    return target.get(memory)
