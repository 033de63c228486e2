"""A list, layer by layer: lists that are legal alone, and together do what the whole one does."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait
from lowtide.common.records.record import TokenRecord
from lowtide.compiler.lists.layer_records import Layer
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.host_step import HostTurns
from lowtide.compiler.programs.layers.part import parts_of
from lowtide.golden.machine import Interpreter
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from compiled_networks import memory_of, random_network
from host_networks import random_host_network

SHARED = ("take_a", "take_b")


def compiled_at_random(seed, kind="parallel", host=False):
    rng = np.random.default_rng([seed, host])
    graph = random_host_network(rng) if host else random_network(rng)[0]
    x = rng.normal(size=(2, *graph.shape))
    network = quantise_graph(graph, x, Plan(output="quantised"))
    roomy = replace(flexible_machine(kind), feature_bytes=1 << 13, weight_bytes=1 << 18, taps=1024)
    for features in (roomy.feature_bytes, 1 << 17):
        try:
            compiled = compile_network(network, replace(roomy, feature_bytes=features), host=host)
            return compiled, network.quantised_input(x[:1]).codes[0]
        except ValueError as error:
            assert "needs" in str(error), error
    raise AssertionError("a machine that is too small")


def begun(compiled, codes, seed):
    """Golden's machine, initialised, with a sample, and anything in the feature memory."""
    rng, memory = np.random.default_rng(seed), memory_of(compiled)
    compiled.tensors[compiled.source].put(memory, codes)
    machine = Interpreter(compiled.config, memory)
    machine.local(Memory.FEATURE)[:] = rng.integers(0, 256, machine.local(Memory.FEATURE).shape)
    machine.run_at(compiled.image.initialisation)
    return machine


@pytest.mark.parametrize("host", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_layers_one_behind_the_other_are_the_network(seed, host):
    compiled, codes = compiled_at_random(seed, host=host)
    records = compiled.image.records(compiled.image.execution)
    parts = parts_of(records, compiled.layers, compiled.host)
    assert [part.layer for part in parts] == list(compiled.layers) and [part.number for part in parts] == list(
        range(len(parts))
    )
    whole, alone = begun(compiled, codes, seed), begun(compiled, codes, seed)
    whole.run_at(compiled.image.execution, resume=HostTurns(compiled.host, whole.memories.external).turn)
    for part in parts:
        turns = HostTurns(part.turns, alone.memories.external)
        alone.run(part.records, resume=turns.turn)  # which refuses tokens that nothing has given
        assert not list(turns.turns) and (part.kind == "host") == bool(part.turns)
    assert np.array_equal(whole.memories.external, alone.memories.external)
    for memory, units in whole.memories.local.items():
        assert np.array_equal(units, alone.local(memory)), memory


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_those_of_the_program_but_for_what_earlier_layers_give(kind):
    fewer = 0
    for seed in range(6):
        compiled, _ = compiled_at_random(seed, kind)
        records = compiled.image.records(compiled.image.execution)
        parts = parts_of(records, compiled.layers)
        for part in parts:
            assert isinstance(part.records[-1], End)
            for mine, own in zip(part.records[:-1], records[part.first :], strict=False):
                taken = {name: getattr(mine, name) for name in SHARED}
                assert replace(own, **taken) == mine
                assert all(taken[name] <= getattr(own, name) for name in SHARED)
                fewer += taken != {name: getattr(own, name) for name in SHARED}
        assert sum(len(part.records) - 1 for part in parts) == len(records) - 1
    assert fewer


def test_a_token_is_waited_for_where_the_layer_itself_gives_it():
    """Of two tokens one is of the layer before, and one of its own."""
    records = [Load(give_a=1), Load(give_a=1), Exec(take_b=2, give_a=1), Store(take_b=1), End()]
    first, second = parts_of(records, [Layer("a", 0, 1), Layer("b", 1, 3)])
    assert first.records == (Load(give_a=1), End()) and second.first == 1
    assert second.records == (Load(give_a=1), Exec(take_b=1, give_a=1), Store(take_b=1), End())


def test_tokens_that_are_left_go_on_to_later_layers():
    records = [Load(give_a=2), Exec(take_b=1), Exec(take_b=1), End()]
    parts = parts_of(records, [Layer("a", 0, 1), Layer("b", 1, 1), Layer("c", 2, 1)])
    assert [part.records[0] for part in parts] == [Load(give_a=2), Exec(), Exec()]


def test_records_of_no_layer_go_to_the_one_before():
    records = [Load(), Wait(), Load(), Exec(source=Source.VECTOR_MAX), End()]
    (one,) = parts_of(records, [Layer("a", 2, 1)], [()])
    assert len(one.records) == 5 and one.turns == ((),)
    first, second = parts_of(records, [Layer("a", 1, 1), Layer("b", 3, 1)], [()])
    assert (len(first.records), len(second.records), second.first) == (4, 2, 3)
    assert second.kind == "vector" and first.kind == "copy"
    assert all(isinstance(record, TokenRecord | End | Wait) for record in first.records)


def test_layers_that_cannot_be():
    with pytest.raises(ValueError, match="^layers is empty, allowed is one and more$"):
        parts_of([End()], [])
    with pytest.raises(ValueError, match="end of layer a is 9, allowed are at most 2"):
        parts_of([Load(), End()], [Layer("a", 0, 9)])
