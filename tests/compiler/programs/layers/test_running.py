"""`lowtide run --layers`: layers of mnist-8 and of networks with steps of the host alone on the RTL, each golden's."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.command_line import run
from lowtide.common.records.execute import Exec
from lowtide.compiler.compile_command import compile_model, program_files
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.folder import read_program, write_program
from lowtide.compiler.programs.layers import alone, running
from lowtide.compiler.programs.layers.chosen import Layers
from lowtide.compiler.programs.layers.running import run_layers
from lowtide.compiler.programs.samples import Levels
from lowtide.compiler.run_command import run_program
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.hw.config.machines import find_machine
from lowtide.workloads.networks.mnist_cnn import model_file

COUNT = 3  #: layers of mnist-8 on the machine, those that run together as one


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """mnist-8 in a folder, and samples beside it."""
    folder = tmp_path_factory.mktemp("layers")
    samples = np.random.default_rng(2).integers(0, 256, (2, 1, 28, 28)).astype(np.float32)
    np.save(folder / "samples.npy", samples)
    arguments = [model_file(), "--machine", "parallel_flex", "--calibration", folder / "samples.npy", "-o", folder]
    assert run(compile_model, list(map(str, arguments))) == 0
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A folder of its own for what is kept of layers; the simulations are those of all tests."""
    monkeypatch.setattr(alone, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "layers"


def command(program, output, *more, jobs=1):
    """The status of `lowtide run --layers`, and what it wrote."""
    arguments = [program, "--input", program / "samples.npy", "--on", "rtl", "--quick", "--jobs", jobs, "-o", output]
    status = run(run_program, [*map(str, arguments), *more])
    return status, json.loads((output / "layers.json").read_text())


def codes_of(program):
    """The codes of the first sample."""
    files = read_program(program)
    value = np.load(program / "samples.npy")[0].transpose(1, 2, 0)
    return files, files.source.encode(value).reshape(files.source.tensor.shape)


def test_all_layers_are_goldens_as_predicted(program, cache, tmp_path, capsys):
    status, told = command(program, tmp_path, "--layers", "all")
    said = capsys.readouterr().out
    assert status == 0 and "all 3 are golden's, bit for bit" in said and "3 layers, 0 of them kept" in said
    assert [each["number"] for each in told] == list(range(COUNT)) and not any(each["differs"] for each in told)
    assert [each["kind"] for each in told] == ["product", "vector", "product"]
    for each in told:
        assert each["cycles"] == each["predicted"] > 1000 and each["read_bytes"] and each["written_bytes"]
    assert told[0]["share_of_peak"] > 0 and told[1]["share_of_peak"] == 0
    assert len(list(cache.glob("*.json"))) == COUNT


def test_what_has_run_is_kept(program, cache, tmp_path, capsys, monkeypatch):
    assert command(program, tmp_path, "--layers", "1")[0] == 0
    ran, run_alone = [], running.run_alone

    def watched(each):
        ran.append(each.golden.part.number)
        return run_alone(each)

    monkeypatch.setattr(running, "run_alone", watched)
    status, told = command(program, tmp_path, "--layers", "1:")
    assert status == 0 and ran == [2] and [each["number"] for each in told] == [1, 2]
    assert "2 layers, 1 of them kept" in capsys.readouterr().out
    assert command(program, tmp_path, "--layers", "1:3")[1] == told and ran == [2]
    command(program, tmp_path, "--layers", "1", "--latency", "3")
    assert ran == [2, 1]  # another memory


def test_ctrl_c_ends_it_and_what_is_done_is_kept(program, cache, tmp_path, capsys, monkeypatch):
    run_alone, done = running.run_alone, []

    def interrupted(each):
        if done:
            raise KeyboardInterrupt
        done.append(each)
        return run_alone(each)

    monkeypatch.setattr(running, "run_alone", interrupted)
    arguments = [program, "--input", program / "samples.npy", "--on", "rtl", "--quick", "--layers", "all"]
    assert run(run_program, [*map(str, arguments), "--jobs", "1", "-o", str(tmp_path)]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(alone, "cache_folder", lambda: tmp_path / "cache")
    command(program, tmp_path, "--layers", "all")
    assert "3 layers, 1 of them kept" in capsys.readouterr().out


class Wrong(alone.MachineModel):
    """The RTL, but that the last EXEC of a layer's list does something else."""

    def run(self, records, **options):
        records, executes = list(records), [n for n, each in enumerate(records) if isinstance(each, Exec)]
        if executes and records[executes[-1]].out_channels == 10:  # the classifier
            records[executes[-1]] = replace(records[executes[-1]], **self.CHANGE)
        return super().run(records, **options)


def test_a_layer_that_differs_is_named_with_tensor_and_record(program, cache, tmp_path, capsys, monkeypatch):
    files, _ = codes_of(program)
    layer = files.layers[2]
    tensors = [name for name, _ in layer.tensors]
    assert " + ".join(tensors) == layer.name and len(tensors) == 3
    monkeypatch.setattr(alone, "MachineModel", type("Wrong", (Wrong,), {"CHANGE": {"zero": 5}}))
    status, told = command(program, tmp_path, "--layers", "all")
    assert status == 1 and [bool(each["differs"]) for each in told] == [False, False, True]
    lines = capsys.readouterr().out.splitlines()
    (line,) = (line for line in lines if line.startswith("layer 2"))
    number = max(n for n in layer.numbers if isinstance(files.records()[n], Exec))
    assert line.startswith(
        f"layer 2 ({layer.name}) differs from golden: tensor {tensors[-1]}, record {number}: atom 0x"
    )
    assert "of the feature memory is " in line and ", golden's is " in line
    assert len(list(cache.glob("*.json"))) == 2  # that one is not kept
    monkeypatch.undo()
    monkeypatch.setattr(alone, "cache_folder", lambda: tmp_path / "cache")
    assert command(program, tmp_path, "--layers", "2")[0] == 0


def test_a_layer_that_stops_is_named(program, cache, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(alone, "MachineModel", type("Wrong", (Wrong,), {"CHANGE": {"out_base": (1 << 24) - 1}}))
    status, told = command(program, tmp_path, "--layers", "1:3")
    assert status == 1 and told[1]["cycles"] == 0 and told[0]["differs"] == ""
    assert told[1]["differs"].startswith("the RTL stops: record ") and "ADDRESS" in told[1]["differs"]
    assert "layer 2 (" in capsys.readouterr().out


def test_layers_run_in_processes(program, tmp_path, monkeypatch, capsys):
    """Whose cache is that of the tests, so they may be kept of another time."""
    status, told = command(program, tmp_path, "--layers", "all", "--latency", "2", jobs=2)
    assert status == 0 and len(told) == COUNT


@pytest.mark.parametrize(
    "more, line",
    [
        (
            ["--on", "rtl", "--layers", "1:9"],
            "layers is '1:9', allowed in a program of 3 layers are all, N from 0 to 2",
        ),
        (["--on", "rtl", "--layers", "2:2"], "layers is '2:2', allowed in a program of 3 layers"),
        (["--on", "rtl", "--layers", "first"], "layers is 'first', allowed are all, a number N, or A:B"),
        (["--layers", "all"], "on is golden, allowed with layers is rtl"),
        (["--on", "rtl", "--layers", "all", "--jobs", "0"], "jobs is 0, allowed are 1 and more"),
    ],
)
def test_bad_input_is_one_line(program, tmp_path, more, line, capsys):
    arguments = [program, "--input", program / "samples.npy", "-o", tmp_path]
    assert run(run_program, [*map(str, arguments), *more]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: {line}") and said.count("\n") == 1


def a_network_with_steps_of_the_host(rng):
    """Two convolutions, between them pooling, behind them a softmax: neither is on the machine `tiny`."""

    def conv(name, source, inputs, outputs):
        weight, bias = rng.normal(size=(3, 3, inputs, outputs)), rng.normal(size=outputs)
        attributes = {"padding": (1, 1, 1, 1)}
        return Node(name=name, op="conv", inputs=(source,), weight=weight, bias=bias, attributes=attributes)

    pool = {"size": (2, 2), "stride": (2, 2), "padding": (0, 0, 0, 0)}
    nodes = (
        conv("a", "input", 3, 8),
        Node(name="p", op="max_pool", inputs=("a",), attributes=pool),
        conv("b", "p", 8, 4),
        Node(name="s", op="softmax", inputs=("b",)),
    )
    graph = Graph(nodes, (8, 6, 3))
    x = rng.normal(size=(2, *graph.shape))
    return quantise_graph(graph, x, Plan(output="quantised")), x


def test_the_host_computes_its_layers(cache, tmp_path):
    network, x = a_network_with_steps_of_the_host(np.random.default_rng(4))
    compiled = compile_network(network, find_machine("tiny"), host=True)
    write_program(program_files(network, compiled, "net", Levels()), tmp_path)
    files = read_program(tmp_path)
    found = run_layers(files, network.quantised_input(x[:1]).codes[0], Layers("all"), jobs=1, quick=True)
    assert [each.part.kind for each in found] == ["product", "host", "product", "host"]
    assert not any(each.run.differs for each in found)
    assert [each.run.cycles == each.predicted for each in found] == [True, False, True, False]  # the host's registers


def test_golden_is_computed_up_to_the_layers_alone(program, monkeypatch):
    files, codes = codes_of(program)
    seen = []
    crossings = running.crossings

    def watched(given, codes, parts, wanted):
        seen.append(wanted)
        return crossings(given, codes, parts, wanted)

    monkeypatch.setattr(running, "crossings", watched)
    with pytest.raises(ValueError, match="allowed in a program of 3 layers"):
        run_layers(files, codes, Layers("3"), jobs=1)
    assert not seen
    run_layers(files, codes, Layers("1"), jobs=1, quick=True)
    assert seen == [range(1, 2)]
