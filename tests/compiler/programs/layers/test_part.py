"""A list, layer by layer: lists that are legal alone, and together do what the whole one does."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait
from lowtide.common.records.record import TokenRecord
from lowtide.compiler.lists.layer_records import Layer
from lowtide.compiler.programs.host_step import HostTurns
from lowtide.compiler.programs.layers.part import parts_of
from lowtide.golden.machine import Interpreter
from lowtide.hw.pe import KINDS

from random_programs import random_program

SHARED = ("take_a", "take_b")


def begun(program, codes, seed):
    """Golden's machine, initialised, with a sample, and anything in the feature memory."""
    rng, memory = np.random.default_rng(seed), program.memory()
    program.source.tensor.put(memory, codes)
    machine = Interpreter(program.config, memory)
    machine.local(Memory.FEATURE)[:] = rng.integers(0, 256, machine.local(Memory.FEATURE).shape)
    machine.run_at(program.image.initialisation)
    return machine


@pytest.mark.parametrize("host", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_layers_one_behind_the_other_are_the_network(seed, host):
    program, codes = random_program(seed, host=host)
    parts = parts_of(program.records(), program.layers, program.host)
    assert [part.layer for part in parts] == list(program.layers) and [part.number for part in parts] == list(
        range(len(parts))
    )
    whole, alone = begun(program, codes, seed), begun(program, codes, seed)
    whole.run_at(program.image.execution, resume=HostTurns(program.host, whole.memories.external).turn)
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
        program, _ = random_program(seed, kind)
        records = program.records()
        parts = parts_of(records, program.layers)
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
