"""Networks in integers as records: every step by itself, and the digits network as one list."""

from dataclasses import dataclass

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.compiler.kernels.convolution import input_layout, linear
from lowtide.compiler.kernels.requantise import Requantisation
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.lists.program import Program
from lowtide.compiler.steps.network_step import kernels_of, mode_of
from lowtide.golden.functions.round_shift import round_shift
from lowtide.golden.machine import Interpreter
from lowtide.golden.storage_formats import find
from lowtide.workloads.digits.golden_array import GoldenArray
from lowtide.workloads.digits.network import digits, load
from lowtide.workloads.digits.quantised import quantise_network

__all__ = ["DigitsList", "check_steps", "digits_list"]


def check_steps(network, x, config, base, *, diagonal=False):
    """Run every step of a network on golden's machine, on the tensors that the integer network makes."""
    tensors = {}
    network.run_integers(x, record=tensors.__setitem__)
    done = []
    for step in network.steps:
        if step.op == "flatten" or network.quantisers[step.name] is None:
            continue
        depthwise = diagonal and step.name in network.layers and network.layers[step.name].is_depthwise
        mode = mode_of(network, step, base, diagonal=depthwise) if step.name in network.layers else None
        for sample in range(len(x)):
            sources, end = [], 0
            for name in step.inputs:
                codes = tensors[name].codes[sample]
                shape = codes.shape if codes.ndim == 3 else (1, 1, codes.shape[-1])
                signed = network.quantisers[name].format.signed
                if mode is not None:
                    layout = input_layout(config, mode, *shape, base=end)
                else:
                    layout = Layout.of(*shape, values=4, array_rows=8, base=end, signed=signed)
                sources.append((layout, codes.reshape(shape)))
                end = layout.end
            made = tensors[step.name].codes[sample]
            made = made if made.ndim == 3 else made.reshape(1, 1, -1)
            signed = network.quantisers[step.name].format.signed
            target = Layout.of(*made.shape, values=4, array_rows=8, base=end, signed=signed)
            kernels = kernels_of(network, step, config, [layout for layout, _ in sources], target, mode=mode)
            program = Program(config)
            for kernel in kernels:
                program.run(kernel)
            image = program.image()
            interpreter = Interpreter(config, np.frombuffer(image.data, np.uint8).copy())
            for layout, codes in sources:
                layout.put(interpreter.local(Memory.FEATURE), codes)
            interpreter.run_at(image.execution)
            assert np.array_equal(target.get(interpreter.local(Memory.FEATURE)), made), step.name
        done.append(step.op)
    return done


@dataclass(frozen=True)
class DigitsList:
    """The digits network as one list of records.

    ``address`` is that of the list in ``external``; the pictures are loaded from there, and STORE puts the scores,
    shifted into the widest codes that an atom holds, to ``outside``, in the layout ``result``. ``expected`` are the
    integer network's, [images, 10].
    """

    address: int
    external: np.ndarray
    outside: int
    result: Layout
    expected: np.ndarray

    def scores(self, external, atom_bytes):
        """The scores in external memory after the list has run, [images, 10]."""
        size = self.result.room * atom_bytes
        stored = external[self.outside : self.outside + size].reshape(-1, atom_bytes)
        return self.result.at(0).get(stored)[0]


def digits_list(config, mode, precision, images):
    """The list for some images of the test half; ``mode`` states the fields that the precision does not."""
    pixels, integers = digits().test[:images], quantise_network(load(), digits().train, precision)
    mode = mode.change(x_signed=False, x_bits=precision.x_bits, w_bits=precision.w_bits, w_format=precision.w_format)
    array = GoldenArray(config.array)

    def product(x, weights):
        array.load_codebook(weights.table)
        return array.gemm(x, weights.codes, mode).y

    scores = integers.scores(pixels, product)
    bits = 8 * min(2, config.atom_bytes)
    far = max(0, int(np.abs(scores).max()).bit_length() - bits + 1)
    program, layouts, end = Program(config), [], 0
    for layer in integers.layers:
        layouts.append(input_layout(config, mode, 1, images, layer.weight.codes.shape[0], base=end))
        end = layouts[-1].end
    result = Layout.of(1, images, 10, values=1, array_rows=config.rows, base=end, bits=bits, signed=True)
    atoms = np.zeros((layouts[0].room, config.atom_bytes), np.uint8)
    layouts[0].put(atoms, integers.data(pixels)[None])
    program.load(layouts[0], program.put(atoms.tobytes()))
    outside = program.reserve(result)
    for layer, source, target in zip(integers.layers, layouts, [*layouts[1:], result], strict=True):
        stored = find(mode.w_format)
        weights = stored.decode(layer.weight.codes, codebook=layer.weight.table, bits=mode.w_bits, signed=True)
        rules = Requantisation(shift=far)
        if layer.multiplier is not None:
            most = (1 << precision.x_bits) - 1
            rules = Requantisation(multiplier=layer.multiplier, shift=layer.shift, low=0, high=most)
        program.run(linear(config, mode, source, target, weights, bias=layer.bias, requantise=rules))
    program.store(result, outside)
    image = program.image()
    return DigitsList(
        image.execution, np.frombuffer(image.data, np.uint8).copy(), outside, result, round_shift(scores, far)
    )
