"""Places of things that live for some time: none overlap, and the bound holds."""

import numpy as np
import pytest

from lowtide.compiler.plan.packing import Life, Packed, first_fit, lower_bound


def lives(rng, count):
    begins = rng.integers(0, 20, count)
    return [Life(int(rng.integers(1, 30)), int(first), int(first + rng.integers(0, 6))) for first in begins]


def overlap(a, first_a, b, first_b):
    return a.meets(b) and first_a < first_b + b.size and first_b < first_a + a.size


@pytest.mark.parametrize("seed", range(20))
def test_no_two_lives_share_a_place(seed):
    rng = np.random.default_rng(seed)
    found = lives(rng, 25)
    bound = lower_bound(found)
    assert bound == max(sum(each.size for each in found if each.first <= time <= each.last) for time in range(30))
    places = first_fit(found, 4 * bound)
    assert places is not None
    for number, one in enumerate(found):
        assert 0 <= places[number] <= 4 * bound - one.size
        assert not any(overlap(one, places[number], found[other], places[other]) for other in range(number))
    assert first_fit(found, bound - 1) is None


def test_places_from_both_ends():
    packed = Packed(10, [])
    assert [packed.place(Life(3, 0, 1)), packed.place(Life(3, 1, 2), from_top=True)] == [0, 7]
    assert packed.place(Life(4, 1, 1)) == 3 and packed.place(Life(1, 1, 1)) is None
    assert packed.place(Life(7, 2, 2)) == 0 and packed.place(Life(7, 0, 0), from_top=True) == 3
