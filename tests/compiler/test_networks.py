"""Networks in integers layer by layer through records on golden's machine: the same integers as golden's own steps."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.convolution import input_layout, linear
from lowtide.compiler.layout import Layout
from lowtide.compiler.network_step import kernels_of, mode_of
from lowtide.compiler.program import Program
from lowtide.compiler.requantise import Requantisation
from lowtide.golden.functions.round_shift import round_shift
from lowtide.golden.machine import Interpreter
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint, GroupExponent, TermRevealed, TernaryWeights
from lowtide.golden.storage_formats import find
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.workloads.digits.golden_array import GoldenArray
from lowtide.workloads.digits.network import digits, load
from lowtide.workloads.digits.quantised import quantise_network
from lowtide.workloads.digits.weights import Precision


def machine(**fields):
    array = ArrayConfig(**{"name": "of_networks", "rows": 8, "cols": 4, "lanes": 4} | fields)
    return AcceleratorConfig(
        name="machine", array=array, feature_bytes=1 << 16, weight_bytes=1 << 16, taps=256, parameters=256, post=POST
    )


def picture_network(seed, *, whole):
    """Every step that the machine does, with random weights, and pictures; ``whole``: of all convolutions the channels
    are one group, and a multiple of 4."""
    rng = np.random.default_rng(seed)
    channels, groups = (4, 1) if whole else (3, 4 if seed % 2 else 1)

    def node(op, *inputs, name, **options):
        return Node(name=name, op=op, inputs=inputs, **options)

    def conv(name, source, shape, **attributes):
        weight, bias = rng.normal(size=shape), rng.normal(size=shape[-1])
        return node("conv", source, name=name, weight=weight, bias=bias, attributes=attributes)

    nodes = (
        conv("c1", "input", (3, 3, channels, 8), padding=(1, 1, 1, 1)),
        node("relu", "c1", name="r1"),
        conv("c2", "r1", (3, 3, 8 if whole else 1, 8), padding=(1, 1, 1, 1), groups=1 if whole else 8),
        conv("c3", "c2", (1, 1, 8, 12)),
        node("relu6", "c3", name="r3"),
        conv("c4", "r1", (1, 1, 8, 12)),
        node("add", "r3", "c4", name="sum"),
        node("relu", "sum", name="r4"),
        node("max_pool", "r4", name="m", attributes=dict(size=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1))),
        node("average_pool", "r4", name="a", attributes=dict(size=(2, 2), stride=(2, 2), padding=(0, 0, 0, 0))),
        node("concat", "m", "a", name="both"),
        conv("c5", "both", (3, 3, 24 // groups, 12), stride=(2, 2), padding=(1, 1, 1, 1), groups=groups),
        node("tanh", "c5", name="t"),
        node("global_average_pool", "t", name="g"),
        node("linear", "g", name="l", weight=rng.normal(size=(12, 5)), bias=rng.normal(size=5)),
        node("sigmoid", "l", name="s"),
    )
    return Graph(nodes, (8, 8, channels)), rng.normal(size=(2, 8, 8, channels))


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
            address, image = program.image()
            interpreter = Interpreter(config, np.frombuffer(image, np.uint8).copy())
            for layout, codes in sources:
                layout.put(interpreter.local(Memory.FEATURE), codes)
            interpreter.run_at(address)
            assert np.array_equal(target.get(interpreter.local(Memory.FEATURE)), made), step.name
        done.append(step.op)
    return done


@pytest.mark.parametrize(
    "plan, fields, base, diagonal",
    [
        (Plan(output="quantised"), {}, Mode(), True),
        (Plan(output="quantised", activations=FixedPoint(8, signed=True, symmetric=False)), {}, Mode(), False),
        (Plan(output="quantised", weights=FixedPoint(4), multiplier_bits=8), {}, Mode(), False),
        (Plan(output="quantised", weights=TernaryWeights()), dict(w_formats=("plain", "ternary")), Mode(), False),
        (
            Plan(output="quantised", weights=TermRevealed(group=4, budget=6)),
            dict(kind="term", group=4),
            Mode(hese=True, group=4, budget=16),
            False,
        ),
        (
            Plan(output="quantised", weights=GroupExponent(FixedPoint(4), block=4)),
            dict(kind="digit", exponent_bits=3),
            Mode(w_bits=4),
            False,
        ),
    ],
    ids=["diagonal", "asymmetric", "narrow", "ternary", "revealed", "exponents"],
)
def test_every_step_of_a_network_is_the_integer_networks(plan, fields, base, diagonal):
    whole = isinstance(plan.weights, TermRevealed | GroupExponent)
    for seed in range(2):
        graph, x = picture_network(seed, whole=whole)
        done = check_steps(quantise_graph(graph, x, plan), x, machine(**fields), base, diagonal=diagonal)
        assert {"conv", "linear", "add", "concat", "max_pool", "average_pool", "global_average_pool"} <= set(done)
        assert {"tanh", "sigmoid"} <= set(done)


NUMBERS = [
    ("parallel", Precision(), {}),
    ("parallel", Precision(w_format="ternary", w_bits=2), {}),
    ("parallel", Precision(w_format="codebook16"), {}),
    ("term", Precision(w_format="log4"), dict(hese=True, group=8, budget=8)),
    ("term", Precision(), dict(hese=True, group=8, budget=32)),
    ("term_pair", Precision(), dict(hese=True, group=4, budget=16)),
    ("bit_serial", Precision(w_bits=5), {}),
    ("bit_plane", Precision(x_bits=3, w_bits=2), {}),
    ("fused", Precision(x_bits=4, w_bits=4), {}),
    ("subword", Precision(x_bits=4, w_bits=4), {}),
    ("digit", Precision(w_format="two_digits", w_bits=5), {}),
]


@pytest.mark.parametrize("kind, precision, fields", NUMBERS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_digits_network_runs_as_one_list(kind, precision, fields):
    """The whole network, all layers in one list of records, pictures as pixels of a row; the scores, shifted into the
    widest codes that an atom holds, are those of the integer network."""
    images, network = digits().test[:24], load()
    integers = quantise_network(network, digits().train, precision)
    config = replace(flexible_machine(kind), weight_bytes=1 << 18, feature_bytes=1 << 16)
    mode = Mode(x_signed=False, x_bits=precision.x_bits, w_bits=precision.w_bits, w_format=precision.w_format, **fields)
    array = GoldenArray(config.array)

    def product(x, weights):
        array.load_codebook(weights.table)
        return array.gemm(x, weights.codes, mode).y

    scores = integers.scores(images, product)
    bits = 8 * min(2, config.atom_bytes)
    far = max(0, int(np.abs(scores).max()).bit_length() - bits + 1)
    program, sizes = Program(config), [*(layer.weight.codes.shape[0] for layer in integers.layers)]
    layouts, end = [], 0
    for size in sizes:
        layouts.append(input_layout(config, mode, 1, len(images), size, base=end))
        end = layouts[-1].end
    layouts.append(Layout.of(1, len(images), 10, values=1, array_rows=4, base=end, bits=bits, signed=True))
    outside = program.reserve(layouts[-1])
    for layer, source, target in zip(integers.layers, layouts, layouts[1:], strict=False):
        weights = find(mode.w_format).decode(
            layer.weight.codes, codebook=layer.weight.table, bits=mode.w_bits, signed=True
        )
        if layer.multiplier is None:
            rules = Requantisation(shift=far)
        else:
            most = (1 << precision.x_bits) - 1
            rules = Requantisation(multiplier=layer.multiplier, shift=layer.shift, low=0, high=most)
        program.run(linear(config, mode, source, target, weights, bias=layer.bias, requantise=rules))
    program.store(layouts[-1], outside)
    address, image = program.image()
    interpreter = Interpreter(config, np.frombuffer(image, np.uint8).copy())
    layouts[0].put(interpreter.local(Memory.FEATURE), integers.data(images)[None])
    interpreter.run_at(address)
    found = layouts[-1].get(interpreter.local(Memory.FEATURE))[0]
    assert np.array_equal(found, round_shift(scores, far))
    size = (layouts[-1].end - layouts[-1].base) * config.atom_bytes
    stored = interpreter.memories.external[outside : outside + size].reshape(-1, config.atom_bytes)
    assert np.array_equal(layouts[-1].at(0).get(stored)[0], found)
