"""Products of two computed tensors in networks: the integer network's codes, on golden's machine and on the RTL."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.compile_command import program_files
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.running import Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from attention_networks import attention, product_of_rows
from compiled_networks import check_compiled

WITHOUT = ("bit_plane", "digit")  #: kinds whose flexible machines take no weights from the feature memory


def quantised(rng, graph, **plan):
    x = rng.normal(size=(2, *graph.shape))
    return quantise_graph(graph, x, Plan(output="quantised", **plan)), x


def hosted(compiled):
    return [step.op for turn in compiled.host for step in turn]


def random_machine(rng):
    lanes, types = int(rng.choice([1, 2, 4, 8])), ("signed", "unsigned")
    rows, cols = int(rng.choice([2, 4, 8][lanes == 1 :])), int(rng.choice([1, 2, 4, 8]))
    array = ArrayConfig(name="array", rows=rows, cols=cols, lanes=lanes, w_types=types)
    return AcceleratorConfig(
        name="random",
        array=array,
        feature_bytes=1 << 15,
        weight_bytes=1 << int(rng.integers(10, 14)),
        taps=1024,
        post=POST,
    )


@pytest.mark.parametrize("seed", range(12))
def test_attention_of_heads_side_by_side_is_the_machines_but_for_the_softmax(seed):
    """However small the memories are, as long as they hold one head's matrices."""
    rng = np.random.default_rng(seed)
    config = random_machine(rng)
    values = config.array.lanes
    heads, length = int(rng.integers(1, 5)), int(rng.integers(1, 20))
    width, forms = values * int(rng.integers(1, 3)), dict(fused=bool(seed % 2), scaled=seed % 3 == 0)
    graph = attention(rng, length=length, heads=heads, width=width, **forms)
    network, x = quantised(rng, graph)
    for features in (15, 13, 12):
        config = replace(config, feature_bytes=1 << features)
        try:
            compiled = compile_network(network, config, host=True)
        except ValueError as error:
            assert features < 15 and any(part in str(error) for part in ("_bytes is", "needs")), error
            break
        check_compiled(network, compiled, x)
        assert features < 15 or hosted(compiled) == ["softmax"]


@pytest.mark.parametrize("seed", range(8))
def test_heads_that_do_not_fill_atoms_are_split_by_the_host(seed):
    rng = np.random.default_rng([seed, 1])
    config = replace(random_machine(rng), feature_bytes=1 << 15)
    config = replace(config, array=replace(config.array, lanes=4))
    heads, width = int(rng.integers(2, 4)), int(rng.choice([1, 2, 3, 5]))
    network, x = quantised(rng, attention(rng, length=int(rng.integers(2, 12)), heads=heads, width=width))
    compiled = compile_network(network, config, host=True)
    check_compiled(network, compiled, x)
    assert "matmul" not in hosted(compiled) and hosted(compiled).count("reshape") == 4


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_products_of_rows_need_no_host(seed, rows, swapped):
    rng = np.random.default_rng([seed, rows, swapped])
    network, x = quantised(rng, product_of_rows(rng, rows=rows, swapped=swapped), activations=FixedPoint(8 - seed % 3))
    compiled = compile_network(network, random_machine(rng))
    assert not compiled.host
    check_compiled(network, compiled, x)
    transposed = [stage.name for stage in compiled.stages if "transposed" in stage.name]
    assert bool(transposed) != swapped


@pytest.mark.parametrize("seed", range(6))
def test_attention_is_the_machines_alone_where_its_softmax_is_by_tables(seed):
    rng = np.random.default_rng([seed, 2])
    config = random_machine(rng)
    config = replace(config, array=replace(config.array, lanes=int(rng.choice([2, 4, 8]))))
    heads, width = int(rng.integers(1, 4)), config.array.lanes * int(rng.integers(1, 3))
    graph = attention(rng, length=int(rng.integers(1, 24)), heads=heads, width=width, scaled=bool(seed % 2))
    network, x = quantised(rng, graph, softmax="tables")
    for features in (16, 14):
        compiled = compile_network(network, replace(config, feature_bytes=1 << features))
        assert not compiled.host
        check_compiled(network, compiled, x)


def test_a_softmax_that_the_machine_does_not_have_is_the_hosts_by_tables():
    """Too many values, a table that is not built; the host computes the same."""
    rng = np.random.default_rng(6)
    network, x = quantised(rng, attention(rng, length=130, heads=1, width=8), softmax="tables")
    config = replace(flexible_machine("parallel"), feature_bytes=1 << 17, weight_bytes=1 << 16)
    for machine, line in (
        (config, "a softmax of 130 values, allowed on the machine are up to 128"),
        (replace(config, post=("operand", "vector")), "post of parallel_flex is operand, vector"),
    ):
        with pytest.raises(ValueError, match=f"^layer shares: {line}"):
            compile_network(network, machine)
        compiled = compile_network(network, machine, host=True)
        assert hosted(compiled) == ["softmax"]
        check_compiled(network, compiled, x)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_pe_has_products_or_leaves_them_to_the_host(kind):
    rng = np.random.default_rng(7)
    network, x = quantised(rng, attention(rng, length=9, heads=2, width=16))
    compiled = compile_network(network, replace(flexible_machine(kind), weight_bytes=1 << 16), host=True)
    check_compiled(network, compiled, x)
    assert (hosted(compiled) == ["softmax"]) == (kind not in WITHOUT)
    reasons = {stage.name: stage.host for stage in compiled.stages if stage.host}
    if kind in WITHOUT:
        assert "allowed with weights from feature memory" in reasons["scores"]


def test_weights_that_their_memory_does_not_hold_come_in_parts():
    rng = np.random.default_rng(5)
    array = ArrayConfig(name="array", rows=4, cols=4, lanes=4)
    config = AcceleratorConfig(
        name="narrow", array=array, feature_bytes=1 << 14, weight_bytes=1 << 9, taps=64, post=POST
    )
    graph = attention(rng, length=40, heads=2, width=8, softmax=False)
    network, x = quantised(rng, graph)
    compiled = compile_network(network, config)
    check_compiled(network, compiled, x)
    layer = next(each for each in compiled.layers if each.name == "seen")
    records = compiled.image.records(compiled.image.execution)[layer.first_record : layer.end]
    loads = [record for record in records if getattr(record, "memory", None) == Memory.WEIGHT]
    assert len(loads) > 2 and all(2 * record.units <= config.weight_words for record in loads)


ZEROS = (
    FixedPoint(8, signed=True, symmetric=False),
    FixedPoint(8, signed=False, symmetric=False),
    FixedPoint(6, symmetric=False),
)


@pytest.mark.parametrize("form", ZEROS)
@pytest.mark.parametrize("seed", range(4))
def test_attention_of_tensors_with_zero_points(seed, form):
    """Codes with and without sign, arrays of signed weights alone, weight memories that hold parts of a product."""
    rng = np.random.default_rng([seed, form.bits, form.signed])
    config = random_machine(rng)
    array = replace(config.array, lanes=int(rng.choice([2, 4, 8])), w_types=("signed", "unsigned")[: 1 + seed % 2])
    config = replace(config, array=array, weight_bytes=1 << int(rng.integers(9, 12)) + (array.cols == 8))
    config = replace(config, feature_bytes=1 << 16)
    heads, width, length = int(rng.integers(1, 4)), array.lanes * int(rng.integers(1, 3)), int(rng.integers(1, 24))
    graph = attention(rng, length=length, heads=heads, width=width, fused=bool(seed % 2))
    graph = replace(graph, nodes=tuple(positive(node) if seed == 3 else node for node in graph.nodes))
    network, x = quantised(rng, graph, activations=form, signs="as given", softmax="tables")
    assert any(int(each.zero_point) for each in network.quantisers.values())
    compiled = compile_network(network, config)
    assert not compiled.host
    check_compiled(network, compiled, x)


def positive(node):
    """A layer whose outputs are far from both sides of 0, so that zero points are at the ends of codes."""
    return replace(node, bias=np.abs(node.bias) + 9) if node.op == "linear" else node


def test_unsigned_codes_become_signed_ones_where_weights_have_a_sign():
    rng = np.random.default_rng(2)
    graph = attention(rng, length=4, heads=2, width=8, softmax=False)
    x = np.abs(rng.normal(size=(2, *graph.shape)))
    nodes = [
        replace(node, weight=np.abs(node.weight), bias=np.abs(node.bias)) if node.name == "k" else node
        for node in graph.nodes
    ]
    network = quantise_graph(replace(graph, nodes=tuple(nodes)), x, Plan(output="quantised"))
    assert not network.quantisers["k"].format.signed
    for types, copies in ((("signed",), ["k less 128"]), (("signed", "unsigned"), [])):
        config = flexible_machine("parallel")
        config = replace(config, array=replace(config.array, w_types=types))
        compiled = compile_network(network, config)
        check_compiled(network, compiled, x)
        assert [stage.name for stage in compiled.stages if "less" in stage.name] == copies


def test_products_that_the_machine_does_not_have_say_why():
    rng = np.random.default_rng(2)
    graph = attention(rng, length=4, heads=2, width=8, softmax=False)
    x = np.abs(rng.normal(size=(2, *graph.shape)))
    wide = FixedPoint(10, signed=False, symmetric=False)
    plan = Plan(output="quantised", activation_overrides={"k": wide})
    network, config = quantise_graph(graph, x, plan), flexible_machine("parallel")
    line = "unsigned codes of k heads have 10 bits, allowed with zero point [1-9][0-9]* are 8"
    with pytest.raises(ValueError, match=f"^layer shares: {line}; --host leaves it to the host$"):
        compile_network(network, config)
    compiled = compile_network(network, config, host=True)
    assert "matmul" in hosted(compiled)
    check_compiled(network, compiled, x)


@pytest.mark.parametrize("softmax", [False, True])
def test_products_on_the_rtl_take_the_cycles_that_are_predicted(softmax):
    """Attention whose scores are limited, or with its softmax by tables, so that the list never waits for the host."""
    rng = np.random.default_rng(3)
    graph = attention(rng, length=11, heads=2, width=8, softmax=softmax, fused=True)
    network, x = quantised(rng, graph, softmax="tables")
    config = flexible_machine("parallel")
    compiled = compile_network(network, config)
    assert not compiled.host
    files = program_files(network, compiled, "attention", Levels())
    rtl = Rtl(files, quick=True)
    predicted = list_cycles(files.records(), config, profiled=True).cycles
    for sample in x:
        codes = network.quantised_input(sample[None]).codes.reshape(files.source.tensor.shape)
        found, counted = rtl.run(codes)
        assert np.array_equal(found.ravel(), network.run_integers(sample[None]).codes.ravel())
        assert counted.cycles == predicted
