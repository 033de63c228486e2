"""Random copies stay where they may be, and have long runs, many runs, and any number where none has a meaning."""

from itertools import product

import numpy as np
import pytest

from lowtide.common.records.kinds import Load, Memory
from lowtide.formal.fuzz.records.copies import FIELDS, Copied, again, random_copy

SEED = 5
COPIED = Copied(Memory.FEATURE, 2048, 8, 0x4000, 0x9000)


@pytest.fixture(scope="module")
def drawn():
    print(f"seed {SEED}")
    rng = np.random.default_rng(SEED)
    return [random_copy(rng, COPIED) for _ in range(1500)]


def starts(fields, first, name):
    """Where each run of a copy begins."""
    turns = product(*(range(fields[f"count_{number}"]) for number in (1, 2, 3)))
    pitches = [fields[f"{name}_{number}"] for number in (1, 2, 3)]
    return [fields[first] + sum(n * pitch for n, pitch in zip(turn, pitches, strict=True)) for turn in turns]


def test_places_are_those_that_are_touched(drawn):
    for fields, local, external in drawn:
        record = Load(**fields)
        near, far = starts(fields, "local", "local_pitch"), starts(fields, "address", "pitch")
        assert (local.first, local.end) == (min(near), max(near) + record.units)
        assert (external.first, external.end) == (min(far), max(far) + 8 * record.units)
        assert 0 <= local.first < local.end <= COPIED.size and not external.first % 8
        assert COPIED.first <= external.first < external.end <= COPIED.end


def test_runs_are_long_and_many(drawn):
    assert max(fields["units"] for fields, *_ in drawn) >= COPIED.size // 2
    for number in (1, 2, 3):
        assert max(fields[f"count_{number}"] for fields, *_ in drawn) >= 256
        ones = np.bitwise_or.reduce([fields[f"pitch_{number}"] & 0xFFFF_FFF8 for fields, *_ in drawn])
        assert ones == 0xFFFF_FFF8
    spans = [local.end - local.first for fields, local, _ in drawn if fields["units"] > 64]
    assert sum(span > 128 for span in spans) > 50  # several long runs, one behind the other


def test_the_same_again_and_again_has_every_bit_of_every_count():
    rng = np.random.default_rng(SEED)
    found = [again(rng) for _ in range(1000)]
    for number in (1, 2, 3):
        counts = [fields[f"count_{number}"] for fields in found]
        assert np.bitwise_or.reduce(counts) == (1 << FIELDS[f"count_{number}"]) - 1
    assert all(fields["local_pitch_1"] == 0 and fields["units"] == 1 for fields in found)
    assert max(fields["count_1"] * fields["count_2"] * fields["count_3"] for fields in found) <= 1 << 16
