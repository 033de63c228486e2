"""Kernels on golden's machine, for tests."""

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.compiler.lists.program import Program
from lowtide.golden.machine import Interpreter

__all__ = ["run_kernel"]


def run_kernel(config, kernel, tensors, target):
    """The codes of ``target`` after a kernel has run on golden's machine.

    ``tensors``: pairs of a layout and the codes in it. The feature memory begins with random bytes.
    """
    program = Program(config)
    program.run(kernel)
    image = program.image()
    machine = Interpreter(config, np.frombuffer(image.data, np.uint8).copy())
    memory = machine.local(Memory.FEATURE)
    memory[:] = np.random.default_rng(1).integers(0, 256, memory.shape)
    for layout, codes in tensors:
        layout.put(memory, codes)
    machine.run_at(image.execution)
    return target.get(memory)
