"""The search: never slower by the exact model, golden's codes whatever is taken, the same bytes again."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.cycles import BusTiming, list_cycles
from lowtide.compiler.plan.ways.ways import Ways
from lowtide.compiler.programs import compiled as compiling
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.running import Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.compiler.programs.search.candidates import candidates
from lowtide.compiler.programs.search.choice import Choice
from lowtide.compiler.programs.search.searching import Search
from lowtide.compiler.programs.search.window import Windows
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from attention_networks import attention
from compiled_networks import check_compiled, random_network
from host_networks import random_host_network

ROOMY = replace(flexible_machine("parallel"), feature_bytes=1 << 16, weight_bytes=1 << 16, taps=256)


def drawn(rng, kind="parallel", bits=(11, 15)):
    """A random network, samples, and a machine with memories that are drawn."""
    graph, shape = random_network(rng)
    x = rng.normal(size=(1, *shape))
    features, weights = (int(2 ** rng.integers(*ends)) for ends in (bits, (12, 16)))
    config = replace(flexible_machine(kind), feature_bytes=features, weight_bytes=weights, taps=256)
    return quantise_graph(graph, x, Plan(output="quantised")), x, config


def cycles_of(compiled, bus):
    return list_cycles(compiled.image.records(compiled.image.execution), compiled.config, bus=bus).cycles


def test_what_is_found_is_golden_s_and_never_slower():
    rng = np.random.default_rng(11)
    less = []
    for number in range(10):
        network, x, config = drawn(rng)
        told, bus = [], BusTiming(int(rng.integers(0, 60)))
        search = Search(candidates=int(rng.integers(1, 60)), bus=bus, told=told.append)
        try:
            before = compile_network(network, config)
        except ValueError as error:
            assert "needs" in str(error)
            continue
        found = compile_network(network, config, search=search, keep=bool(number % 2))
        check_compiled(network, found, x)
        assert before.searched is None and told == [*range(1, found.searched.looked + 1)]
        assert len(told) <= search.candidates
        assert found.searched.after == cycles_of(found, search.bus) <= found.searched.before
        if not number % 2:
            assert found.searched.before == cycles_of(before, search.bus)
        less.append(found.searched.after < found.searched.before)
    assert sum(less) >= 3


def test_what_is_found_runs_on_the_rtl_in_the_cycles_that_it_says():
    rng, config, less = np.random.default_rng(0), flexible_machine("parallel"), False
    while not less:
        graph, shape = random_network(rng)
        x = rng.normal(size=(1, *shape))
        network = quantise_graph(graph, x, Plan(output="quantised"))
        try:
            compiled = compile_network(network, config, search=Search(candidates=20))
        except ValueError as error:
            assert "needs" in str(error)
        else:
            less = compiled.searched.after < compiled.searched.before
    files = program_files(network, compiled, "searched", Levels())
    rtl = Rtl(files, quick=True)
    codes = network.quantised_input(x).codes.reshape(files.source.tensor.shape)
    found, counted = rtl.run(codes)
    assert np.array_equal(found.ravel(), network.run_integers(x).codes.ravel())
    assert counted.cycles == list_cycles(files.records(), config, profiled=True).cycles


class Wanderer:
    """In the place of the search: candidates taken at random, one upon the other, with no regard to their cycles."""

    def __init__(self, rng, wanted=lambda candidate: True):
        self.rng, self.wanted, self.steps = rng, wanted, 0

    def __call__(self, search, network, problem, constants, start, make):
        choice, ways, made = Choice.of(problem, start.placement), Ways(problem), start
        same = choice.placement(problem)
        for name in ("bases", "stages", "cascades"):
            assert getattr(same, name) == getattr(start.placement, name)
        for _ in range(search.candidates):
            cascade = choice.cascades[self.rng.integers(len(choice.cascades))]
            found = [each for each in candidates(problem, ways, choice, cascade) if self.wanted(each)]
            placed = [(each.choice, each.choice.placement(problem)) for each in found]
            placed = [each for each in placed if each[1] is not None]
            if placed:
                choice, placement = placed[self.rng.integers(len(placed))]
                made, self.steps = make(placement), self.steps + 1
        return made, None


def wander(wanderer, network, x, config, *, host=False):
    """Compile so, and check the results; nothing where the machine is too small."""
    try:
        found = compile_network(network, config, search=Search(candidates=4), host=host)
    except ValueError as error:
        assert "needs" in str(error)
    else:
        check_compiled(network, found, x)


@pytest.mark.parametrize("kind", KINDS)
def test_any_candidate_gives_golden_s_codes(monkeypatch, kind):
    rng = np.random.default_rng(list(KINDS).index(kind))
    wanderer = Wanderer(rng)
    monkeypatch.setattr(compiling, "searched", wanderer)
    while wanderer.steps < 10:
        network, x, config = drawn(rng, kind)
        wander(wanderer, network, x, replace(config, weight_bytes=1 << 16))


def test_one_buffer_in_the_place_of_two_gives_golden_s_codes(monkeypatch):
    rng = np.random.default_rng(3)

    def once(candidate):
        """Whether what changes has one buffer."""
        choice = candidate.choice
        changed = [each for each in choice.cascades if each.first == candidate.first and each.last == candidate.last]
        return any(choice.tilings.get(each.first, each).buffers == 1 for each in changed)

    wanderer = Wanderer(rng, once)
    monkeypatch.setattr(compiling, "searched", wanderer)
    while wanderer.steps < 4:
        wander(wanderer, *drawn(rng, bits=(11, 13)))


@pytest.mark.parametrize("softmax", [False, True])
def test_products_and_softmax_give_golden_s_codes(monkeypatch, softmax):
    rng = np.random.default_rng(int(softmax))
    wanderer = Wanderer(rng)
    monkeypatch.setattr(compiling, "searched", wanderer)
    while wanderer.steps < 8:
        graph = attention(rng, length=int(rng.integers(3, 16)), heads=2, width=4, softmax=softmax)
        x = rng.normal(size=(2, *graph.shape))
        network = quantise_graph(graph, x, Plan(output="quantised", softmax="tables"))
        features = int(2 ** rng.integers(10, 13))
        wander(wanderer, network, x, replace(ROOMY, feature_bytes=features), host=True)


def test_networks_with_steps_of_the_host_give_golden_s_codes(monkeypatch):
    rng = np.random.default_rng(1)
    wanderer = Wanderer(rng)
    monkeypatch.setattr(compiling, "searched", wanderer)
    while wanderer.steps < 8:
        graph = random_host_network(rng)
        x = rng.normal(size=(2, *graph.shape))
        network = quantise_graph(graph, x, Plan(output="quantised"))
        wander(wanderer, network, x, replace(ROOMY, feature_bytes=1 << 12), host=True)


def test_the_same_bytes_again():
    network, _, config = drawn(np.random.default_rng(5))
    search = Search(candidates=30, bus=BusTiming(10))
    assert len({compile_network(network, config, search=search).image.data for _ in range(2)}) == 1


def test_the_exact_cycles_of_a_stage_are_those_of_its_own_list(monkeypatch):
    """A network of one layer: its window is the whole list."""
    rng, found = np.random.default_rng(2), []

    def looked(wanted, network, problem, constants, start, make):
        windows = Windows(network, problem, wanted.bus, constants=constants, image=start.image)
        found.append(windows.cycles(start.placement, 0, len(problem.stages) - 1))
        return start, None

    monkeypatch.setattr(compiling, "searched", looked)
    for _ in range(12):
        rows, columns, channels, outputs = map(int, rng.integers([4, 4, 1, 1], [20, 20, 9, 40]))
        size = tuple(map(int, rng.integers(1, 4, 2)))
        weight, bias = rng.normal(size=(*size, channels, outputs)), rng.normal(size=outputs)
        node = Node(name="c", op="conv", inputs=("input",), weight=weight, bias=bias, attributes={})
        shape = rows, columns, channels
        network = quantise_graph(Graph((node,), shape), rng.normal(size=(1, *shape)), Plan(output="quantised"))
        config = replace(ROOMY, feature_bytes=int(2 ** rng.integers(12, 16)), bus_bits=int(rng.choice([32, 64])))
        bus = BusTiming(int(rng.integers(0, 50)))
        compiled = compile_network(network, config, search=Search(candidates=1, bus=bus))
        assert found.pop() == cycles_of(compiled, bus)


def test_a_search_looks_at_one_candidate_at_least():
    with pytest.raises(ValueError, match="candidates is 0, allowed are 1 and more"):
        Search(candidates=0)
