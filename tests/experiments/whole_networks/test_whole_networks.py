"""Whole networks: what runs, what is compared, and what the page says of it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.command_line import run
from lowtide.experiments.whole_networks import measured, networks
from lowtide.experiments.whole_networks.command import single_layers, whole_networks
from lowtide.experiments.whole_networks.layer_page import layer_report
from lowtide.experiments.whole_networks.layers import LAYER_TASKS, LAYERS, SHAPES
from lowtide.experiments.whole_networks.limits import most_share
from lowtide.experiments.whole_networks.machines import measured_machines
from lowtide.experiments.whole_networks.measured import Counted, Measured, NotEqual, Use, measure
from lowtide.experiments.whole_networks.networks import NETWORKS, Sampled, Stated
from lowtide.experiments.whole_networks.page import notes, page, picture, rows_of
from lowtide.experiments.whole_networks.shape import Shape
from lowtide.experiments.whole_networks.tasks import OWN, TASKS, Aim, Format, Task
from lowtide.workloads.data.text import Corpus
from lowtide.workloads.networks.shaped import transformer_block
from lowtide.workloads.networks.word_lstm import random_model

DIGITS = Task("digits", "parallel_flex")


def a_run(task=DIGITS, *, cycles=1000, predicted=1000):
    counted = Counted(cycles=cycles, read_bytes=64, written_bytes=16, seconds=0.5)
    return Measured(
        task=task,
        multiplications=6400,
        ideal=100.0,
        layers=3,
        records=9,
        compiling=0.1,
        predicted=predicted,
        executes=800,
        bound="array",
        counted=counted,
    )


def test_tasks_are_of_networks_and_machines_that_there_are():
    assert {task.network for task in TASKS} == set(NETWORKS)
    assert {task.machine for task in TASKS} <= set(measured_machines())
    assert len(set(TASKS)) == len(TASKS)


def test_digits_run_on_the_rtl_as_predicted():
    found = measure(DIGITS, NETWORKS["digits"], quick=True)
    assert found.counted is not None and found.counted.cycles == found.predicted == found.cycles
    assert found.multiplications == 64 * 64 + 64 * 32 + 32 * 10 and found.layers == 3
    assert found.multipliers == 128 and 0 < found.share < 1
    assert 64 < found.counted.read_bytes < found.multiplications  # weights came with initialisation


def test_every_tensor_is_compared_on_the_rtl(monkeypatch):
    found = measure(DIGITS, NETWORKS["digits"], quick=True, tensors=True)
    assert found.tensors == 2  # the last one is the result
    assert any("2 tensors" in note for note in notes([found]))
    compile_network = measured.compile_network

    def elsewhere(*given, keep=False, **options):
        """The last tensor where it does not lie."""
        compiled = compile_network(*given, keep=keep, **options)
        if not keep:
            return compiled
        name, kept = list(compiled.kept.items())[-1]
        codes = replace(kept.codes, tensor=replace(kept.codes.tensor, address=0))
        return replace(compiled, kept={**compiled.kept, name: replace(kept, codes=codes)})

    monkeypatch.setattr(measured, "compile_network", elsewhere)
    with pytest.raises(NotEqual, match="golden's machine differs from the integer network in tensor"):
        measure(DIGITS, NETWORKS["digits"], rtl=Use.NOTHING, tensors=True)


def test_a_result_that_differs_is_found(monkeypatch):
    interpreter = measured.Interpreter

    class Wrong(interpreter):
        def run_at(self, address, **options):
            super().run_at(address, **options)
            self.memories.external[:64] ^= 1

    monkeypatch.setattr(measured, "Interpreter", Wrong)
    with pytest.raises(NotEqual, match="digits on parallel_flex, fixed:8: golden's machine differs"):
        measure(DIGITS, NETWORKS["digits"], rtl=Use.NOTHING)


def a_block():
    graph = transformer_block(length=6, channels=8)
    x = np.random.default_rng(0).normal(size=(3, *graph.shape))
    return Sampled(graph, x[1:], x[0])


def test_a_network_with_steps_of_the_host_runs_on_the_rtl():
    block = Task("transformer-block", "parallel_flex")
    assert block in TASKS
    found = measure(block, replace(NETWORKS["transformer-block"], make=a_block), quick=True)
    assert found.hosted.count("layer_norm") == 2 and "matmul" not in found.hosted
    assert found.multiplications == 6 * (4 * 8 * 8 + 2 * 8 * 16) + 2 * 6 * 6 * 8
    assert found.counted is not None and found.predicted <= found.counted.cycles < found.predicted + 300
    (said,) = (note for note in notes([found]) if "host" in note)
    assert said.startswith("transformer block: the host computes 4 reshape, ")


@pytest.mark.parametrize("trained", [False, True])
def test_the_language_model_is_the_trained_one_where_there_is_one(trained, monkeypatch):
    """With words of its corpus, four at a time; else all is random."""
    words = 40
    model = random_model(width=8, words=words, seed=3)
    text = np.random.default_rng(0).integers(words, size=(2, 100))
    corpus = Corpus(train=text[0], valid=text[1], test=text[1], vocabulary=model.vocabulary)
    monkeypatch.setattr(networks.lstm, "is_trained", lambda: trained)
    monkeypatch.setattr(networks.lstm, "language_model", lambda: model)
    monkeypatch.setattr(networks, "random_model", lambda: model)
    monkeypatch.setattr(networks, "brown", lambda: corpus)
    found = NETWORKS["word-lstm"].make()
    assert found.random != trained and found.calibration.shape == (networks.CALIBRATION, 4, 8)
    assert np.array_equal(found.sample, model.embedding[text[1][:4]]) == trained
    assert np.array_equal(found.calibration[1], model.embedding[text[0][4:8]]) == trained


def test_what_is_quantised_elsewhere_has_its_own_format_alone():
    network = a_block().integers(Format())
    assert Stated(network, a_block().sample).integers(OWN) is network
    with pytest.raises(ValueError, match="^format is fixed:8, allowed with a network that is quantised is its own$"):
        Stated(network, a_block().sample).integers(Format())


def test_a_byte_that_the_rtl_leaves_otherwise_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))  # so that no run is kept

    class Model:
        def __init__(self, config, *, memory_bytes, **_):
            self.memory = np.zeros(memory_bytes, np.uint8)

        def write(self, address, values):
            self.memory[:] = values

        def run_at(self, address, records, initialise=False, on_wait=None):
            return a_run().counted

    monkeypatch.setattr(measured, "MachineModel", Model)
    with pytest.raises(NotEqual, match="the RTL differs from golden's machine at byte 0x"):
        measure(DIGITS, NETWORKS["digits"])


def test_what_has_run_is_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    monkeypatch.setattr(measured, "_simulated", lambda *_, **__: a_run().counted)
    assert measure(DIGITS, NETWORKS["digits"], rtl=Use.KEPT).counted is None
    assert measure(DIGITS, NETWORKS["digits"]).counted == a_run().counted
    monkeypatch.setattr(measured, "_simulated", None)
    assert measure(DIGITS, NETWORKS["digits"], rtl=Use.KEPT).counted == a_run().counted
    assert measure(DIGITS, NETWORKS["digits"], rtl=Use.NOTHING).counted is None


def test_formats_are_named():
    assert str(Format("fixed:4", 4, (("linear2", "fixed:8"),))) == "fixed:4; linear2 fixed:8, data 4 bits"
    assert str(Task("digits", "small", Format("tr:8:12"))) == "digits on small, tr:8:12"


@pytest.mark.parametrize(
    "aim, met",
    [
        (Aim(share=0.1), True),
        (Aim(share=0.11), False),
        (Aim(executing=0.125), True),
        (Aim(executing=0.126), False),
        (Aim(cycles=1000), True),
        (Aim(cycles=999), False),
    ],
)
def test_aims(aim, met):
    found = a_run(replace(DIGITS, aim=aim))
    assert found.meets == met
    assert any(line.startswith("Missed: digits on parallel_flex") for line in notes([found])) != met


def test_the_page_says_what_was_measured():
    runs = [a_run(cycles=1000, predicted=990), replace(a_run(predicted=2000), counted=None)]
    assert "random" not in page(runs, [], pictured=False)
    drawn = [*runs, replace(a_run(Task("word-lstm", "small_8x4")), random=True)]
    assert "where nothing else is said. With random weights: word LSTM, four words.\n" in page(
        drawn, [], pictured=False
    )
    text = page(runs, ["lstm: not here"], pictured=False)
    assert "Of 2 runs 1 were on the RTL." in text and "off by 1.000 % at most" in text
    assert "- Missing: lstm: not here" in text
    assert rows_of(runs)[0][5:] == ["1,000", "10.0 %", "-", "-1.000 %", "64", "16", "2,000"]
    assert rows_of(runs)[1][5] == "2,000 (predicted)" and rows_of(runs)[1][8:] == ["-"] * 4
    assert picture(runs) is None and picture([a_run(replace(DIGITS, aim=Aim(share=0.1)))]) is not None


def test_the_command_predicts(tmp_path, capsys):
    arguments = ["--predict", "--network", "digits", "--machine", "term_flex", "-o", str(tmp_path), "--jobs", "1"]
    assert run(whole_networks, arguments) == 0
    content = json.loads((tmp_path / "whole_networks.json").read_text())
    assert [each["task"]["format"]["weights"] for each in content] == ["fixed:8", "tr:8:12"]
    assert content[0]["cycles"] == content[0]["predicted"] > content[1]["cycles"] and not content[0]["counted"]
    assert "whole_networks.md" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--network", "alexnet"], "network is 'alexnet', allowed are digits"),
        (["--machine", "huge"], "machine is 'huge', allowed are"),
        (["--predict", "--kept"], "kept is given, allowed beside predict is nothing"),
        (["--network", "resnet-50", "--machine", "with_32"], "allowed on with_32 are others"),
    ],
)
def test_names_that_there_are_not(arguments, line, capsys):
    assert run(whole_networks, arguments) == 2
    assert line in capsys.readouterr().err


def test_shapes_are_said_in_words():
    assert Shape(size=14, channels=8, outputs=8, kernel=3, stride=2, depthwise=True).text == (
        "3x3 depthwise stride 2, 14x14x8 to 8"
    )
    assert Shape(size=1, channels=12, outputs=10, op="linear").text == "linear, 12 to 10"


@pytest.mark.parametrize(
    "shape, result",
    [
        (Shape(size=9, channels=4, outputs=6, kernel=3, stride=2), (5, 5, 6)),
        (Shape(size=9, channels=4, outputs=4, kernel=5, depthwise=True), (9, 9, 4)),
        (Shape(size=6, channels=4, outputs=4, residual=True), (6, 6, 4)),
        (Shape(size=8, channels=4, kernel=3, stride=2, op="max_pool"), (4, 4, 4)),
        (Shape(size=8, channels=4, op="global_average_pool"), (4,)),
        (Shape(size=1, channels=12, outputs=10, op="linear"), (10,)),
    ],
)
def test_shapes_are_layers(shape, result):
    graph = shape.graph()
    x = np.random.default_rng(1).normal(size=(1, *graph.shape))
    assert graph.run(x).shape == (1, *result)


def test_layers_are_predicted_on_two_machines(monkeypatch, tmp_path):
    few = [task for task in LAYER_TASKS if task.network in ("global pool", "depthwise 3x3")]
    monkeypatch.setattr("lowtide.experiments.whole_networks.command.LAYER_TASKS", few)
    assert run(single_layers, ["--predict", "-o", str(tmp_path), "--jobs", "1"]) == 1  # an aim is missed
    text = (tmp_path / "single_layers.md").read_text()
    assert "| depthwise 3x3 | MobileNetV1: 3x3 depthwise, 14x14x512 to 512 | `small` | 903,168 |" in text
    assert "Missed: depthwise 3x3 (MobileNetV1" in text and text.count("| global pool |") == 2


def test_the_page_of_layers_says_what_bounds_them():
    name, task = next((task.network, task) for task in LAYER_TASKS if task.aim and task.network in LAYERS)
    report = layer_report([replace(a_run(task), bound="load")], [])
    assert report.rows[0][0] == name and report.rows[0][5:11] == [
        "10.0 %",
        "800",
        "12.5 %",
        "100.0 %",
        task.aim.text,
        "load",
    ]
    assert report.notes[-1] == "0 of 1 aims are met."


@pytest.mark.parametrize("name", ["1x1 of 512", "3x3 of 512", "depthwise 3x3", "linear"])
def test_no_layer_is_busier_than_its_shape_allows(name):
    """Those that come near to it, as the model of cycles has them."""
    task = next(task for task in LAYER_TASKS if task.network == name)
    most = most_share(SHAPES[name], measured_machines()[task.machine].array)
    assert 0.95 * most < measure(task, LAYERS[name], rtl=Use.NOTHING).executing <= most


def test_a_layer_that_misses_its_aim_says_why():
    tasks = {task.network: task for task in LAYER_TASKS if task.machine == "small"}
    shaped = replace(a_run(tasks["depthwise 3x3"]), executes=100_000)
    bus = replace(a_run(tasks["1x1 of 16"]), executes=1000)
    bus = replace(bus, counted=replace(bus.counted, read_bytes=16 * 501))
    said = layer_report([shaped, bus], []).notes
    assert said[1].endswith("aim 22 %; its shape allows 21.9 %.")
    assert said[2].endswith("cut into small records, since the bus takes 501 cycles one way alone.")
