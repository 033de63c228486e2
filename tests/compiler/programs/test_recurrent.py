"""Recurrent networks, from ONNX to a machine: the steps are the machine's, some of what joins them the host's."""

import numpy as np
import pytest

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.onnx.importer import import_onnx
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.folder import read_program, write_program
from lowtide.compiler.programs.running import Golden, Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import check_compiled
from onnx_models import model
from recurrent_models import STATES, random_recurrent, recurrent

MOVING = {
    "slice",
    "reshape",
    "transpose",
    "concat",
}  #: what may be the host's: joins, and parts that are no neighbouring columns


def quantised(graph, rng, plan=None):
    x = rng.normal(size=(4, *graph.shape))
    return quantise_graph(graph, x, plan or Plan(output="quantised")), x[:2]


@pytest.mark.parametrize("op", STATES)
@pytest.mark.parametrize("seed", range(6))
def test_random_recurrent_operators_on_golden(op, seed):
    rng = np.random.default_rng([seed, list(STATES).index(op)])
    graph = import_onnx(random_recurrent(rng, op).model)
    network, x = quantised(graph, rng)
    compiled = compile_network(network, flexible_machine("parallel"), host=True)
    assert {step.op for turn in compiled.host for step in turn} <= MOVING
    check_compiled(network, compiled, x)


@pytest.fixture(scope="module", params=["GRU", "LSTM"])
def classifier(request):
    """Two layers, and a linear layer of the last step: as a framework with the batch first exports it."""
    rng = np.random.default_rng(3)
    nodes, constants, last = [("Transpose", "x", "h0", {"perm": [1, 0, 2]})], {"axes": np.array([1])}, "h0"
    for layer, inputs in enumerate((5, 8)):
        names, own = recurrent(rng, request.param, inputs, 8)
        constants |= {f"{name}{layer}": value for name, value in own.items()}
        nodes += [(request.param, [last, *(f"{name}{layer}" for name in names[1:])], [f"s{layer}"], {"hidden_size": 8})]
        nodes += [("Squeeze", f"s{layer} axes", f"h{layer + 1}", {})]
        last = f"h{layer + 1}"
    nodes += [("Transpose", last, "t", {"perm": [1, 0, 2]}), ("Gather", "t last", "l", {"axis": 1})]
    nodes += [("Gemm", "l w b", "y", {})]
    constants |= {"last": np.array(-1), "w": rng.normal(size=(8, 3)).astype(np.float32), "b": np.zeros(3, np.float32)}
    network, x = quantised(import_onnx(model(nodes, ["N", 4, 5], constants)), rng)
    return network, x, compile_network(network, flexible_machine("parallel"), host=True)


def test_the_host_joins_what_a_second_layer_reads(classifier):
    """The steps of the first layer put together; the machine cuts the rows of both."""
    network, x, compiled = classifier
    assert [[step.op for step in turn] for turn in compiled.host] == [["reshape"]]
    check_compiled(network, compiled, x)


def test_a_recurrent_network_on_the_rtl(classifier, tmp_path):
    network, x, compiled = classifier
    write_program(program_files(network, compiled, "recurrent", Levels()), tmp_path)
    files = read_program(tmp_path)
    golden, rtl = Golden(files), Rtl(files, latency=20, stalls=0.2, quick=True)
    for sample in x:
        codes = network.quantised_input(sample[None]).codes.reshape(files.source.tensor.shape)
        expected = network.run_integers(sample[None]).codes.ravel()
        assert np.array_equal(golden.run(codes)[0].ravel(), expected)
        assert np.array_equal(rtl.run(codes)[0].ravel(), expected)


def test_one_layer_needs_no_host():
    rng = np.random.default_rng(5)
    names, constants = recurrent(rng, "LSTM", 5, 8)
    network, x = quantised(import_onnx(model([("LSTM", names, ["", "y"], {})], [4, "N", 5], constants)), rng)
    check_compiled(network, compile_network(network, flexible_machine("parallel")), x)
