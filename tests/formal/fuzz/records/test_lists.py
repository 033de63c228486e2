"""Random lists of records: the same for a seed, of every part of the machine, and the same in any order of engines."""

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, unpack
from lowtide.formal.fuzz.records.lists import random_list
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.mode.word import Mode
from lowtide.hw.pe import KINDS

from engine_orders import orders

SEED = 1


def same_memories(one, other):
    return np.array_equal(one.memories.external, other.memories.external) and all(
        np.array_equal(units, other.local(memory)) for memory, units in one.memories.local.items()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_any_order_that_tokens_allow_has_the_same_result(kind):
    """Between two WAITs the engines run in random orders: nothing that races is in a list."""
    print(f"seed {SEED}")
    rng = np.random.default_rng(SEED)
    for number in range(2):
        found = random_list(flexible_machine(kind), SEED, number)
        machine = Interpreter(found.config, found.external.copy())
        for number in orders(found.records[:-1], rng):
            machine.execute(found.records[number])
        assert same_memories(machine, found.after)


def test_a_seed_is_always_the_same_list():
    config = flexible_machine("parallel")
    one, again, other = (random_list(config, SEED, number) for number in (4, 4, 5))
    assert one.records == again.records and np.array_equal(one.external, again.external)
    assert one.records != other.records
    assert unpack(one.external[one.address :].tobytes()) == list(one.records)
    assert same_memories(one.after, again.after) and not same_memories(one.after, other.after)


def test_lists_have_every_part_of_the_machine():
    seen = set()
    for kind in ("parallel", "bit_plane", "digit"):
        for number in range(12):
            for record in random_list(flexible_machine(kind), SEED, number).records:
                seen.add(type(record))
                if isinstance(record, Load):
                    seen |= {record.memory, ("fill", record.fill), ("runs", record.count_3 > 1)}
                if isinstance(record, Store):
                    seen.add(("pitch", record.local_pitch_2 < 0))
                if isinstance(record, Exec):
                    mode = Mode.of_word(record.mode)
                    seen |= {record.source, record.operand, ("apart", record.out_apart), ("planes", record.out_planes)}
                    seen |= {("table", record.table), ("terms", record.top_terms > 0), ("step", record.parameter_step)}
                    seen |= {("measure", record.measure), ("largest", record.top_k > 0)}
                    seen |= {("diagonal", mode.diagonal), ("packing", record.weight_packing), mode.w_format}
                    seen |= {("exponents", mode.group_exponent), ("tile", record.tile_columns < 4)}
    wanted = {Load, Store, Exec, Wait, End, *Memory, *Source, *Operand}
    wanted |= {(name, number) for name in ("fill", "planes", "table", "measure") for number in (0, 1)}
    wanted |= {
        (name, flag)
        for name in ("runs", "pitch", "terms", "largest", "diagonal", "exponents", "tile")
        for flag in (False, True)
    }
    wanted |= {("apart", number) for number in (1, 2, 3, 4)} | {("packing", number) for number in (0, 1, 2)}
    wanted |= {("step", 0), ("step", 1), "plain", "ternary", "binary", "codebook16"}
    assert wanted <= seen, wanted - seen


@pytest.mark.parametrize("kind", KINDS)
def test_the_hardware_has_every_mode_that_is_drawn(kind):
    config = flexible_machine(kind)
    for record in random_list(config, SEED, 9).records:
        if isinstance(record, Exec):
            config.array.check_mode(Mode.of_word(record.mode))
