"""The front: exactly the items that no other item beats, by comparing every pair."""

import random
from itertools import product

from lowtide.common.pareto import front


def itself(item):
    return item


def test_the_front_is_that_of_comparing_every_pair():
    seed = 11
    print(f"seed {seed}")
    generator = random.Random(seed)
    for costs, _ in product((1, 2, 3, 4), range(20)):
        items = [tuple(generator.randint(0, 6) for _ in range(costs)) for _ in range(generator.randint(0, 40))]
        unbeaten = {
            one
            for one in items
            if not any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in items)
        }
        assert front(items, itself) == sorted(unbeaten)


def test_of_equal_items_the_first_stands():
    items = [("late", 2, 1), ("first", 1, 1), ("second", 1, 1)]
    assert front(items, lambda item: item[1:]) == [("first", 1, 1)]
    assert front([], itself) == []


def test_a_later_item_has_to_be_better_by_more_than_its_margin():
    seed = 12
    print(f"seed {seed}")
    generator = random.Random(seed)
    for _ in range(50):
        items = [(generator.randint(0, 20), generator.randint(0, 20), generator.randint(0, 3)) for _ in range(30)]
        expected = []
        for item in sorted(items, key=lambda item: item[:2]):  # the definition for two costs, margins in the second
            if not expected or item[1] + item[2] < min(other[1] for other in expected):
                expected.append(item)
        assert front(items, lambda item: item[:2], margins=lambda item: (0, item[2])) == expected
