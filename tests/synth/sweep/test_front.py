"""Fronts: exactly the rows that no other row beats, for each target by itself."""

import random

from lowtide.synth.sweep.front import best, front
from lowtide.synth.sweep.rows import Row


def row(area, macs, target="ge", status="ok", **more):
    return Row(key="", family="term", area_per_mac=area, macs_per_cycle=macs, target=target, status=status, **more)


def test_the_front_holds_what_is_small_or_fast():
    small, middle, fast = row(10, 1), row(20, 2), row(30, 8)
    assert front([row(25, 2), fast, row(20, 1), small, middle, row(40, 8)]) == [small, middle, fast]


def test_targets_are_not_compared():
    gates, luts = row(1000, 1), row(30, 1, "xc7")
    assert front([gates, luts]) == [gates, luts]


def test_rows_without_a_price_are_not_on_it():
    good = row(10, 1)
    assert front([row(None, 4, status="failed"), row(None, None, None, "refused"), good]) == [good]


def test_accuracy_is_better_when_it_is_large():
    cheap, dear = row(10, 1, accuracy=0.90), row(20, 1, accuracy=0.95)
    assert front([dear, cheap]) == [cheap]
    assert front([dear, row(30, 1, accuracy=0.93), cheap], ("area_per_mac", "accuracy")) == [cheap, dear]
    assert front([dear, row(5, 1, accuracy=None)], ("area_per_mac", "accuracy")) == [dear]


def test_the_front_is_that_of_comparing_every_pair():
    generator = random.Random(5)
    columns = ("area_per_mac", "macs_per_cycle", "accuracy")
    for _ in range(50):
        rows = [
            row(generator.randint(1, 9), generator.randint(1, 9), accuracy=generator.randint(1, 9)) for _ in range(40)
        ]
        points = [(each.area_per_mac, -each.macs_per_cycle, -each.accuracy) for each in rows]
        expected = {
            one
            for one in points
            if not any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in points)
        }
        found = [(each.area_per_mac, -each.macs_per_cycle, -each.accuracy) for each in front(rows, columns)]
        assert len(found) == len(set(found)) and set(found) == expected


def test_the_best_are_the_smallest_or_the_largest_as_the_column_asks():
    rows = [row(30, 1), row(10, 2), row(20, 8), row(5, 3, "xc7")]
    assert [each.area_per_mac for each in best(rows, "area_per_mac", 2)] == [10, 20, 5]
    assert [each.macs_per_cycle for each in best(rows, "macs_per_cycle", 1)] == [8, 3]
