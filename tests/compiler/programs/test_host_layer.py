"""Layers with weights that the host computes: what a machine has no room, no mode or no fields for, in NumPy and C."""

import ctypes
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import program_files
from lowtide.compiler.plan.refused import StepRefused
from lowtide.compiler.programs.c_sources import write
from lowtide.compiler.programs.c_sources.header import program_header
from lowtide.compiler.programs.c_sources.write import write_c_sources
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.folder import read_program, write_program
from lowtide.compiler.programs.running import Golden, Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.compiler.run_command import run_program
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from c_compiler import FREESTANDING, compile_c
from compiled_networks import check_compiled, random_network

ROOMY = replace(flexible_machine("parallel"), weight_bytes=1 << 16, taps=256)
C_SOURCES = Path(write.__file__).parent


def hosted(compiled):
    return [step for turn in compiled.host for step in turn]


def quantised(rng, graph, **plan):
    x = rng.normal(size=(3, *graph.shape))
    return quantise_graph(graph, x, Plan(output="quantised", **plan)), x


def weights(rng, *shape):
    return dict(weight=rng.normal(size=shape), bias=rng.normal(size=shape[-1]))


def random_case(rng):
    """A random network, now and then in formats that the machine has no mode for, on a machine with little room."""
    graph, _ = random_network(rng, layers=int(rng.integers(2, 7)))
    network, x = quantised(rng, graph, weights=FixedPoint(int(rng.choice([3, 8, 8, 9, 14]))))
    config = replace(
        flexible_machine("parallel"),
        weight_bytes=int(2 ** rng.integers(9, 14)),
        feature_bytes=int(2 ** rng.integers(10, 14)),
        taps=int(rng.choice([16, 64])),
        parameters=int(rng.choice([16, 64])),
    )
    return network, x, config


@pytest.mark.parametrize("part", range(3))
def test_random_networks_on_machines_with_little_room(part, tmp_path):
    """Golden's machine with the host gives the integer network's codes, also of what was written and read again."""
    rng, ops, reasons = np.random.default_rng([21, part]), Counter(), set()
    for _ in range(12):
        network, x, config = random_case(rng)
        compiled = compile_network(network, config, host=True)
        check_compiled(network, compiled, x)
        ops.update(step.op for step in hosted(compiled))
        reasons |= {
            stage.host.split()[0] for stage in compiled.stages if stage.host and stage.step.name in network.layers
        }
        write_program(program_files(network, compiled, "net", Levels()), tmp_path)
        golden = Golden(read_program(tmp_path))
        codes = network.quantised_input(x[:1]).codes
        assert np.array_equal(golden.run(codes[0])[0].ravel(), network.run_integers(x[:1]).codes.ravel())
    assert ops["conv"] > 5 and ops["linear"] > 1 and {"w_bits", "it"} <= reasons


@pytest.mark.parametrize("kind", KINDS)
def test_layers_of_every_kind_of_machine(kind):
    """Between layers of the machine, whose tensors lie as these take them, in planes and apart too."""
    rng = np.random.default_rng([22, *map(ord, kind)])
    nodes = (
        Node(name="a", op="conv", inputs=("input",), attributes=dict(padding=(1, 1, 1, 1)), **weights(rng, 3, 3, 3, 8)),
        Node(
            name="wide",
            op="conv",
            inputs=("a",),
            attributes=dict(padding=(1, 0, 1, 2), stride=(2, 1), groups=2),
            **weights(rng, 2, 3, 4, 6),
        ),
        Node(name="clip", op="relu", inputs=("wide",)),
        Node(name="b", op="conv", inputs=("clip",), attributes=dict(stride=(2, 2)), **weights(rng, 2, 2, 6, 5)),
    )
    network, x = quantised(
        rng, Graph(nodes, (9, 8, 3)), weights=FixedPoint(4), weight_overrides={"wide": FixedPoint(13)}
    )
    config = replace(flexible_machine(kind), weight_bytes=1 << 16, taps=256)
    compiled = compile_network(network, config, host=True)
    found = {step.name: step.layer.weight_bytes for step in hosted(compiled)}
    assert found == {"clip": 2} if kind != "subword" else found == {"a": 1, "clip": 2, "b": 1}  # no 8 bits by 4
    check_compiled(network, compiled, x)


def test_what_keeps_a_layer_from_the_machine_is_said():
    """No mode, no room for its weights, too many taps: refused without the host, with the reason and the way out."""
    rng = np.random.default_rng(23)
    linear = Graph((Node(name="l", op="linear", inputs=("input",), **weights(rng, 700, 9)),), (700,))
    conv = Graph((Node(name="c", op="conv", inputs=("input",), **weights(rng, 9, 9, 2, 3)),), (12, 12, 2))
    for graph, config, plan, reason in (
        (linear, replace(ROOMY, weight_bytes=1 << 9), {}, "layer l: it needs more than 16 words of weights"),
        (linear, ROOMY, dict(weights=FixedPoint(10)), "layer l: w_bits is 10"),
        (conv, replace(ROOMY, taps=64), {}, "layer c: a layer needs 81 units of TAP memory, allowed are 64"),
    ):
        network, x = quantised(rng, graph, **plan)
        with pytest.raises(StepRefused, match=f"^{reason}.*; --host leaves it to the host$"):
            compile_network(network, config)
        compiled = compile_network(network, config, host=True)
        (step,) = hosted(compiled)
        assert step.layer is not None and step.weight is None and step.bias is None
        check_compiled(network, compiled, x)


@pytest.mark.parametrize("seed", range(4))
def test_an_addition_behind_a_layer_of_the_host_is_the_machines(seed):
    """The layer that takes an addition in is refused, then the other one takes it, or it runs by itself."""
    rng = np.random.default_rng([24, seed])
    side = Node(name="side", op="conv", inputs=("input",), **weights(rng, 1, 1, 4, 4))
    nodes = [Node(name="main", op="conv", inputs=("input",), **weights(rng, 1, 1, 4, 4))]
    nodes += [side] if seed % 2 else []
    nodes.append(Node(name="sum", op="add", inputs=("main", "side" if seed % 2 else "input")))
    wide = (
        {"main": FixedPoint(12)} if seed < 2 else {"main": FixedPoint(12), "side": FixedPoint(12)} if seed % 2 else {}
    )
    network, x = quantised(rng, Graph(tuple(nodes), (5, 4, 4)), weight_overrides=wide)
    compiled = compile_network(network, ROOMY, host=True)
    assert {step.name for step in hosted(compiled)} == set(wide)
    check_compiled(network, compiled, x)


def test_batch_norms_of_flattened_pictures_and_data_terms():
    rng = np.random.default_rng(25)
    norm = dict(weight=rng.uniform(0.5, 2, 40), bias=rng.normal(size=40))
    nodes = (
        Node(name="t", op="tanh", inputs=("input",)),
        Node(name="f", op="flatten", inputs=("t",)),
        Node(name="n", op="batch_norm", inputs=("f",), **norm),
        Node(name="l", op="linear", inputs=("n",), **weights(rng, 40, 7)),
    )
    network, x = quantised(rng, Graph(nodes, (2, 5, 4)), weight_overrides={"n": FixedPoint(11)})
    compiled = compile_network(network, ROOMY, host=True)
    assert [step.op for step in hosted(compiled)] == ["batch_norm"]
    check_compiled(network, compiled, x)
    terms = Graph((Node(name="l", op="linear", inputs=("input",), **weights(rng, 40, 7)),), (40,))
    network, x = quantised(rng, terms, data_terms=2, weights=FixedPoint(12))
    compiled = compile_network(network, ROOMY, host=True)
    assert hosted(compiled)[0].layer.data_terms == 2
    check_compiled(network, compiled, x)
    header = program_header(program_files(network, compiled, "net", Levels()))
    assert "/* LOWTIDE_HOST_0_0_LAYER: C has no layers of which so many terms of each datum count: 2 */" in header


def library(folder, program):
    """What the header of a program says, computed by its sources in C: a function for each step of the host."""
    write_c_sources(program, folder)
    turns = ['#include "program.h"', '#include "lowtide_layer.h"']
    for number, turn in enumerate(program.host):
        for place, _ in enumerate(turn):
            name, step = f"LOWTIDE_HOST_{number}_{place}", f"step_{number}_{place}"
            turns.append(
                f"void {step}(uint8_t *memory);\nvoid {step}(uint8_t *memory)\n{{\n"
                f"static const lowtide_layer layer = {name}_LAYER;\n"
                f"static const lowtide_tensor input = {name}_INPUT_0, output = {name}_OUTPUT;\n"
                f"lowtide_compute_layer(\n&layer, memory, &input, {name}_INPUT_0_ZERO, "
                f"&output, {name}_OUTPUT_ZERO);\n}}\n"
            )
    (folder / "turns.c").write_text("\n".join(turns))
    sources = ("turns.c", "lowtide_layer.c", "lowtide_tensor.c")
    compile_c(folder, *FREESTANDING, "-O1", "-fPIC", "-shared", "-nostdlib", *sources, "-o", "turns.so")
    return ctypes.CDLL(str(folder / "turns.so"))


def test_c_computes_what_numpy_does(tmp_path):
    """Every layer of random networks, on memories at random: padding, strides, groups, pictures that are flattened."""
    rng, seen = np.random.default_rng(26), Counter()
    for number in range(8):
        folder = tmp_path / str(number)
        folder.mkdir()
        network, x, config = random_case(rng)
        network, x = quantised(rng, network.graph, weights=FixedPoint(int(rng.integers(9, 17))))
        program = program_files(network, compile_network(network, config, host=True), "net", Levels())
        layers = {(a, b): step for a, turn in enumerate(program.host) for b, step in enumerate(turn) if step.layer}
        program = replace(program, host=tuple(tuple(step for step in turn if step.layer) for turn in program.host))
        made = library(folder, program)
        assert len(layers) == sum(map(len, program.host))
        for a, turn in enumerate(program.host):
            for b, step in enumerate(turn):
                memory = program.memory()
                source = step.inputs[0]
                low, high = source.quantiser.format.integer_range
                source.put(memory, rng.integers(low, high + 1, source.shape))
                other = memory.copy()
                step.compute(memory)
                made[f"step_{a}_{b}"](other.ctypes.data_as(ctypes.c_void_p))
                assert np.array_equal(memory, other), step.name
                seen[step.op] += 1
    assert seen["conv"] > 8 and seen["linear"] > 3


def test_a_layer_between_two_of_the_machine_on_the_rtl():
    rng = np.random.default_rng(27)
    nodes = [
        Node(name=name, op="conv", inputs=(source,), **weights(rng, 2, 2, *channels))
        for name, source, channels in (("a", "input", (2, 5)), ("b", "a", (5, 6)), ("c", "b", (6, 3)))
    ]
    network, x = quantised(rng, Graph(tuple(nodes), (7, 6, 2)), weight_overrides={"b": FixedPoint(12)})
    config = flexible_machine("parallel")
    files = program_files(network, compile_network(network, config, host=True), "net", Levels())
    assert [step.name for turn in files.host for step in turn] == ["b"]
    rtl = Rtl(files, latency=10, stalls=0.1, quick=True)
    for sample in x[:2]:
        codes = network.quantised_input(sample[None]).codes[0]
        assert np.array_equal(rtl.run(codes)[0].ravel(), network.run_integers(sample[None]).codes.ravel())


@pytest.mark.parametrize(
    "change, line",
    [
        (dict(weight_bytes=3), "weight_bytes is 3, allowed are 1, 2, 4"),
        (dict(groups=0), "channels, outputs, groups and size are 40, 7, 0"),
        (dict(address=1 << 40), "address of a layer of the host is 1099511627776"),
        (dict(size="x"), "TypeError of"),
        (None, "layer of host step l is None, allowed are those of linear, conv, batch_norm"),
    ],
)
def test_broken_layers_are_one_line(tmp_path, capsys, change, line):
    rng = np.random.default_rng(28)
    graph = Graph((Node(name="l", op="linear", inputs=("input",), **weights(rng, 40, 7)),), (40,))
    network, x = quantised(rng, graph, weights=FixedPoint(12))
    write_program(program_files(network, compile_network(network, ROOMY, host=True), "net", Levels()), tmp_path)
    stated = json.loads((tmp_path / "program.json").read_text())
    step = stated["host"][0][0]
    step["layer"] = None if change is None else step["layer"] | change
    (tmp_path / "program.json").write_text(json.dumps(stated))
    np.save(tmp_path / "x.npy", x)
    arguments = [tmp_path, "--input", tmp_path / "x.npy", "-o", tmp_path / "out"]
    assert run(run_program, list(map(str, arguments))) == 2
    *_, error = capsys.readouterr().err.strip().splitlines()
    assert error.startswith("error: ") and line in error
