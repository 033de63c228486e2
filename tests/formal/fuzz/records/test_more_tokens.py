"""Lists with more tokens stay legal, and each record still waits for all that it waited for before."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Load, Memory, Store, Wait
from lowtide.common.records.record import TokenRecord
from lowtide.compiler.lists.tokens import Place, Schedule
from lowtide.formal.fuzz.machines.told_order import givers_of
from lowtide.formal.fuzz.records.more_tokens import more_tokens
from lowtide.golden.machine.interpreter import MOST_TOKENS, Tokens

SEED = 6


def drawn(rng):
    """Records of all engines, which read and write a few places."""
    schedule = Schedule()
    for _ in range(int(rng.integers(2, 60))):
        places = [Place(Memory.FEATURE, place, place + 1) for place in range(6) if rng.random() < 0.2]
        cut = int(rng.integers(len(places) + 1))
        kind = (Load, Exec, Store, Wait)[rng.choice(4, p=[0.3, 0.35, 0.3, 0.05])]
        schedule.add(kind(), reads=places[:cut], writes=places[cut:])
    return schedule.records


def test_all_that_is_given_is_taken_and_nobody_waits_for_less():
    rng, counts = np.random.default_rng(SEED), set()
    for trial in range(300):
        print(f"seed {SEED}, trial {trial}")
        records = drawn(rng)
        more, tokens, most = more_tokens(rng, records), Tokens(), 0
        for number, record in enumerate(more):
            if isinstance(record, TokenRecord):
                tokens.take(record, number)  # raises where there are too few
                tokens.give(record, number)
                counts |= {record.take_a, record.take_b, record.give_a, record.give_b}
                most = max(most, *tokens.counts.values())
        assert most <= MOST_TOKENS
        before, after = givers_of(records), givers_of(more)
        for number in before:
            for giver in before[number]:
                same = [each for each in after[number] if records[each].kind == records[giver].kind]
                assert same and max(same) >= giver, (number, giver, same)
        plain = dict.fromkeys(("take_a", "take_b", "give_a", "give_b"), 0)
        assert [replace(each, **plain) if isinstance(each, TokenRecord) else each for each in more] == [
            replace(each, **plain) if isinstance(each, TokenRecord) else each for each in records
        ]
    assert counts == set(range(8))


@pytest.mark.parametrize("taken, giver", [(1, 0), (2, 2), (3, 2), (4, 3)])
def test_a_record_waits_for_the_one_that_gives_the_last_of_its_tokens(taken, giver):
    given = [Load(give_a=1), Store(give_b=5), Load(give_a=2, give_b=1), Load(give_a=1)]
    records = [*given, Exec(take_b=taken), Exec(take_a=1)]
    assert givers_of(records) == {0: [], 1: [], 2: [], 3: [], 4: [giver], 5: [1]}
