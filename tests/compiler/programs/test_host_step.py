"""Steps that the host computes between two parts of a list: the integer network's codes, on golden and on the RTL."""

import json
from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from lowtide.common.command_line import run
from lowtide.common.records.kinds import Wait
from lowtide.compiler.compile_command import program_files
from lowtide.compiler.cycles import BusTiming
from lowtide.compiler.explain import explain
from lowtide.compiler.explain.layer_times import Bound
from lowtide.compiler.programs.c_sources.header import program_header
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.folder import read_program, write_program
from lowtide.compiler.programs.running import Golden, Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.compiler.run_command import run_program
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.hw.pe import KINDS
from lowtide.workloads.networks.shaped import transformer_block

from compiled_networks import check_compiled
from host_networks import HOST_OPS, random_host_network

ACTIVATIONS = (FixedPoint(8), FixedPoint(8, signed=True, symmetric=False), FixedPoint(5))
ROOMY = replace(flexible_machine("parallel"), weight_bytes=1 << 16, taps=256)


def quantised(rng, graph, activations=ACTIVATIONS[0], **plan):
    """A network, and samples of it."""
    x = rng.normal(size=(3, *graph.shape))
    return quantise_graph(graph, x, Plan(output="quantised", activations=activations, **plan)), x


def ops(compiled):
    return [[step.op for step in turn] for turn in compiled.host]


def execution(compiled):
    return compiled.image.records(compiled.image.execution)


@pytest.mark.parametrize("op", HOST_OPS)
@pytest.mark.parametrize("seed", range(4))
def test_random_networks_with_steps_of_the_host(op, seed):
    """Whole tensors, and stripes where the feature memory is small."""
    rng = np.random.default_rng([seed, HOST_OPS.index(op)])
    graph = random_host_network(rng, host=op)
    network, x = quantised(rng, graph, ACTIVATIONS[seed % 3])
    with pytest.raises(ValueError, match="^layer .*; --host leaves it to the host$"):
        compile_network(network, ROOMY)
    for features in (1 << 14, 1 << 10, 1 << 9):
        try:
            compiled = compile_network(network, replace(ROOMY, feature_bytes=features), host=True)
        except ValueError as error:
            assert features < 1 << 14 and "needs" in str(error), error
            break
        assert sum(isinstance(each, Wait) for each in execution(compiled)) == len(compiled.host) > 0
        check_compiled(network, compiled, x)


@pytest.mark.parametrize("kind", KINDS)
def test_the_host_on_machines_of_every_kind(kind):
    """It reads and writes tensors as layers take them, in bit planes too."""
    config = replace(flexible_machine(kind), weight_bytes=1 << 16, taps=256)
    for seed in range(3):
        rng = np.random.default_rng([seed, 1])
        network, x = quantised(rng, random_host_network(rng))
        check_compiled(network, compile_network(network, config, host=True), x)


def test_a_network_that_is_the_hosts_alone():
    rng = np.random.default_rng(1)
    nodes = (Node(name="s", op="softmax", inputs=("input",)),)
    network, x = quantised(rng, Graph(nodes, (3, 4)))
    compiled = compile_network(network, ROOMY, host=True)
    check_compiled(network, compiled, x)
    found = explain(execution(compiled), compiled.config, compiled.layers)
    assert found.times.cycles > 0 and "waits once for the host" in found.markdown() and "<h1>" in found.page()


def test_a_step_that_a_machine_is_built_without_is_the_hosts():
    """Pooling, tables and gates where post has an operand alone; codes of 12 bits, which no table takes."""
    rng = np.random.default_rng(2)

    def weights(*shape):
        return dict(weight=rng.normal(size=shape), bias=rng.normal(size=shape[-1]))

    nodes = (
        Node(name="c", op="conv", inputs=("input",), **weights(3, 3, 2, 4)),
        Node(name="p", op="max_pool", inputs=("c",), attributes=dict(size=(2, 2), stride=(2, 2), padding=(0, 0, 0, 0))),
        Node(name="t", op="tanh", inputs=("p",)),
        Node(name="s", op="linear", inputs=("t",), **weights(4, 4)),
        Node(name="r", op="relu", inputs=("p",)),
        Node(name="m", op="mul", inputs=("s", "r")),
        Node(name="l", op="linear", inputs=("m",), **weights(4, 3)),
    )
    graph = Graph(nodes, (9, 7, 2))
    network, x = quantised(rng, graph)
    compiled = compile_network(network, find_machine("tiny"), host=True)
    assert ops(compiled) == [["max_pool", "tanh", "clip"], ["mul"]]
    check_compiled(network, compiled, x)
    wide, x = quantised(rng, graph, activation_overrides={"c": FixedPoint(12)})
    compiled = compile_network(wide, ROOMY, host=True)
    assert ops(compiled) == [["tanh"]]
    check_compiled(wide, compiled, x)


def test_what_kernels_refuse_is_the_hosts():
    """Channels that do not begin with an atom; a picture that the feature memory does not hold; a product of tensors of
    other widths, and a layer that reads such a one."""
    rng = np.random.default_rng(3)

    def conv(name, source, channels):
        return Node(name=name, op="conv", inputs=(source,), weight=rng.normal(size=(1, 1, *channels)))

    nodes = (
        conv("a", "input", (3, 5)),
        conv("b", "input", (3, 6)),
        Node(name="joined", op="concat", inputs=("a", "b")),
        conv("c", "joined", (11, 4)),
        Node(name="tanh", op="tanh", inputs=("c",)),
        conv("d", "c", (4, 4)),
        Node(name="wide", op="relu", inputs=("d",)),
        Node(name="product", op="mul", inputs=("tanh", "wide")),
        Node(name="mean", op="global_average_pool", inputs=("product",)),
        Node(name="e", op="linear", inputs=("mean",), weight=rng.normal(size=(4, 3))),
    )
    network, x = quantised(rng, Graph(nodes, (9, 20, 3)), activation_overrides={"wide": FixedPoint(10)})
    with pytest.raises(ValueError, match="^layer product: tensor wide has 10 bits, .*; --host leaves it to the host$"):
        compile_network(network, ROOMY)
    compiled = compile_network(network, ROOMY, host=True)
    assert ops(compiled) == [["concat"], ["mul"]]
    check_compiled(network, compiled, x)
    small = replace(ROOMY, feature_bytes=1 << 10)
    compiled = compile_network(network, small, host=True)
    assert ops(compiled) == [["concat"], ["mul", "global_average_pool"]]
    assert [stage.host for stage in compiled.stages if stage.host][-1].startswith("it needs ")
    check_compiled(network, compiled, x)
    wide, x = quantised(rng, network.graph, activation_overrides={"c": FixedPoint(10)})
    with pytest.raises(ValueError, match="^layer wide: .*; --host leaves it to the host$"):
        compile_network(wide, ROOMY)
    compiled = compile_network(wide, ROOMY, host=True)
    assert "conv" in sum(ops(compiled), [])
    check_compiled(wide, compiled, x)


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    """A transformer block, compiled, in a folder: network, samples, what was compiled, the folder."""
    rng = np.random.default_rng(6)
    network, x = quantised(rng, transformer_block(length=6, channels=8, heads=2))
    compiled = compile_network(network, flexible_machine("parallel"), host=True)
    folder = tmp_path_factory.mktemp("block")
    files = program_files(network, compiled, "block", Levels())
    write_program(files, folder)
    (folder / "program.h").write_text(program_header(files))
    return network, x, compiled, folder


def test_a_transformer_block_from_its_folder_on_golden_and_on_the_rtl(block):
    network, x, compiled, folder = block
    check_compiled(network, compiled, x)
    files = read_program(folder)
    golden, rtl = Golden(files), Rtl(files, latency=20, stalls=0.2, quick=True)
    for sample in x[:2]:
        codes = network.quantised_input(sample[None]).codes.reshape(files.source.tensor.shape)
        expected = network.run_integers(sample[None]).codes
        assert np.array_equal(golden.run(codes)[0].ravel(), expected.ravel())
        found, counted = rtl.run(codes)
        assert np.array_equal(found.ravel(), expected.ravel()) and counted.cycles > 0


def test_what_the_host_computes_is_stated_for_it(block):
    """In the order of the WAITs, with what lies where."""
    *_, compiled, folder = block
    stated = json.loads((folder / "program.json").read_text())["host"]
    assert [[step["op"] for step in turn] for turn in stated] == ops(compiled)
    assert [len(turn) for turn in stated] == [4, 1, 1, 1, 1]  # heads of half an atom are split, and joined
    place, split = next((place, step) for place, step in enumerate(stated[0]) if step["name"] == "k split")
    assert [each["shape"] for each in (*split["inputs"], split["output"])] == [[6, 8], [6, 2, 4]]
    header = (folder / "program.h").read_text()
    assert "#define LOWTIDE_HOST_TURNS 5u\n" in header and "#define LOWTIDE_HOST_0_STEPS 4u\n" in header
    assert f"#define LOWTIDE_HOST_0_{place}_INPUT_0_ADDRESS {split['inputs'][0]['tensor']['address']}u\n" in header


def test_what_the_host_computes_is_explained(block):
    *_, compiled, _ = block
    found = explain(execution(compiled), compiled.config, compiled.layers, bus=BusTiming(20))
    assert sum(each.cycles for each in found.layers) == found.times.cycles
    hosted = {each.layer.name for each in found.layers if each.bound == Bound.HOST}
    assert hosted == {" + ".join(step.name for step in turn) for turn in compiled.host}
    assert "The list waits 5 times for the host, whose time is not counted." in found.facts
    hosts = [f"turn {place}" for place in range(5)]
    told = explain(execution(compiled), compiled.config, compiled.layers, bus=BusTiming(20), hosts=hosts)
    numbers = [number for number, each in enumerate(execution(compiled)) if isinstance(each, Wait)]
    assert [each.number for each in told.waits] == numbers and [each.computes for each in told.waits] == hosts
    spans = {each.number: (each.begun, each.end) for each in told.times.records}
    for wait in told.waits:  # between what is before it and what is behind
        assert wait.cycle == max(end for number, (_, end) in spans.items() if number < wait.number)
        assert all(wait.cycle < begun for number, (begun, _) in spans.items() if number > wait.number)
    bars, *marks = told.chart()["vconcat"][0]["layer"]
    assert len(bars["data"]["values"]) == len(told.times.records)
    for mark in marks:
        rows = mark["data"]["values"]
        assert [(each["first"], each["computes"]) for each in rows] == [
            (each.cycle, each.computes) for each in told.waits
        ]
    drawn = vl_convert.vegalite_to_svg(told.chart())
    assert drawn.count('aria-roledescription="point"') == 5 and ">HOST<" in drawn
    assert ">HOST<" not in vl_convert.vegalite_to_svg(replace(told, waits=()).chart())
    sums = next(each for each in found.layers if each.layer.name == "first norm")
    assert sums.stores > 0  # the sum is stored before the list waits, and that is the host's layer


@pytest.mark.parametrize(
    "change, line",
    [
        (lambda turns: turns.pop(), "host has 4 turns, allowed are 5, one for each WAIT of the list"),
        (lambda turns: turns[0][0].update(op="sort"), "op of host step q split is 'sort', allowed are"),
        (lambda turns: turns[0][0].update(op="linear"), "layer of host step q split is None, allowed are those of"),
        (lambda turns: turns[0][0].pop("output"), "KeyError of 'output', allowed is what compile has written"),
        (lambda turns: turns[0][0].update(inputs="x"), "TypeError of"),
        (
            lambda turns: turns[0][0]["output"]["tensor"].update(address=1 << 30),
            "address of tensor q split is 1073741824",
        ),
        (lambda turns: turns[0][0]["output"]["tensor"].update(address=-64), "address of tensor q split is -64"),
        (
            lambda turns: turns[0][0]["output"]["tensor"]["layout"].update(values=1 << 40),
            "values of the tensor q split",
        ),
        (lambda turns: turns[0][0].update(attributes={}), "host step q split is none: KeyError of 'shape'"),
        (lambda turns: turns[0][0].update(attributes={"shape": [5, 2, 4]}), "shape of q split is (5, 2, 4)"),
        (lambda turns: turns[-1][-1].update(weight=None), "host step second norm is none: AssertionError"),
        (lambda turns: turns[-1][-1].update(requantisation="none"), "requantisation is 'none', allowed are"),
    ],
)
def test_broken_host_steps_are_one_line(block, tmp_path, capsys, change, line):
    _, x, _, folder = block
    for name in ("program.json", "image.bin"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    stated = json.loads((tmp_path / "program.json").read_text())
    change(stated["host"])
    (tmp_path / "program.json").write_text(json.dumps(stated))
    np.save(tmp_path / "x.npy", x)
    arguments = [tmp_path, "--input", tmp_path / "x.npy", "-o", tmp_path / "out"]
    assert run(run_program, list(map(str, arguments))) == 2
    *progress, error = capsys.readouterr().err.strip().splitlines()
    assert error.startswith("error: ") and line in error and len(progress) <= 1
    assert not (tmp_path / "out").exists()
