"""Golden's memories around layers: what is not read can be anything, and what is kept of them says all."""

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory, Store
from lowtide.compiler.programs.host_step import HostTurns
from lowtide.compiler.programs.layers.part import parts_of
from lowtide.compiler.programs.layers.reads import Reads
from lowtide.compiler.programs.layers.states import crossings
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import find_machine
from lowtide.hw.pe import KINDS

from random_programs import random_program


def crossed(program, codes):
    parts = parts_of(program.records(), program.layers, program.host)
    return crossings(program, codes, parts, range(len(parts)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_needs_what_it_reads_alone(kind, seed):
    """From noise everywhere else it leaves what it changes as golden does; `host` networks, by turns."""
    rng = np.random.default_rng(seed)
    program, codes = random_program(seed, kind, host=bool(seed % 2))
    read = 0
    for golden in crossed(program, codes):
        machine = golden.before.machine(program.config)
        for memory, wanted in golden.reads.items():
            units = machine.local(memory)
            units[~wanted] = rng.integers(0, 256, (int((~wanted).sum()), units.shape[1]))
            read += int(wanted.sum())
        turns = HostTurns(golden.part.turns, machine.memories.external)
        machine.run(golden.part.records, resume=turns.turn)
        assert np.array_equal(machine.memories.external, golden.after.external)
        written = golden.features
        assert np.array_equal(machine.local(Memory.FEATURE)[written], golden.after.local[Memory.FEATURE][written]), (
            golden.part.layer
        )
    assert 0 < read


def test_what_a_store_reads():
    """Random runs: external memory says which atoms, each of a number of its own."""
    rng, config = np.random.default_rng(3), find_machine("small")
    for _ in range(50):
        counts, pitches = rng.integers(1, 4, 3).tolist(), rng.integers(-20, 30, 3).tolist()
        store = Store(
            local=int(rng.integers(200, 400)),
            units=int(rng.integers(1, 6)),
            **{f"count_{number}": count for number, count in enumerate(counts, 1)},
            **{f"local_pitch_{number}": pitch for number, pitch in enumerate(pitches, 1)},
            **{f"pitch_{n}": config.atom_bytes * int(np.prod([8, *counts][:n])) for n in (1, 2, 3)},
        )
        memory = np.zeros(1 << 16, np.uint8)
        machine = Interpreter(config, memory)
        atoms = machine.local(Memory.FEATURE)
        atoms.view(f"<u{config.atom_bytes}")[:] = np.arange(len(atoms))[:, None]
        reads = Reads(machine)
        machine.run(reads.watched([store]))
        found = set(memory.view(f"<u{config.atom_bytes}").tolist()) - {0}
        assert found == set(np.flatnonzero(reads.units[Memory.FEATURE]).tolist())


def test_what_a_layer_reads_is_less_than_all():
    program, codes = random_program(1)
    shares = [wanted.mean() for golden in crossed(program, codes) for wanted in golden.reads.values()]
    assert max(shares) < 1 and min(shares) < 0.2


def test_states_are_those_of_the_whole_run():
    program, codes = random_program(2, host=True)
    memory = program.memory()
    program.source.tensor.put(memory, codes)
    whole = Interpreter(program.config, memory)
    whole.run_at(program.image.initialisation)
    whole.run_at(program.image.execution, resume=HostTurns(program.host, memory).turn)
    found = crossed(program, codes)
    assert np.array_equal(found[-1].after.external, memory)
    assert np.array_equal(program.result.tensor.get(found[-1].after.external), program.result.tensor.get(memory))
    assert all(np.array_equal(units, found[-1].after.local[name]) for name, units in whole.memories.local.items())
    assert [one.after for one in found[:-1]] == [one.before for one in found[1:]]
    keys = [one.before.key for one in found] + [found[-1].after.key]
    assert len(set(keys)) == len(keys)
    parts = [one.part for one in found]
    few = crossings(program, codes, parts, range(1, 3))
    assert [one.before.key for one in few] + [few[-1].after.key] == keys[1:4]


def test_memory_that_is_no_whole_number_of_pages():
    program, codes = random_program(1)
    parts = parts_of(program.records(), program.layers)
    object.__setattr__(program, "memory_bytes", program.memory_bytes + 64)
    with pytest.raises(ValueError, match=r"^memory_bytes is \d+, allowed are multiples of 4096$"):
        crossings(program, codes, parts, range(1))
