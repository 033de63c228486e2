"""Searches at random: children that die take nothing with them, and every number is examined once."""

import os
from dataclasses import asdict, dataclass

import numpy as np

from lowtide.formal.fuzz.search.campaign import BATCH, examine_all
from lowtide.formal.fuzz.search.kept import Kept
from lowtide.formal.fuzz.search.workers import in_children

RNG = np.random.default_rng(6)


@dataclass
class Square:
    """A number and what came of it."""

    number: int
    value: int
    by: tuple[int, ...] = ()

    @property
    def is_bad(self):
        return self.value < 0

    def record(self):
        return asdict(self)


def test_a_child_that_dies_takes_nothing_with_it():
    def work(numbers):
        if 3 in numbers:
            os._exit(5)
        return [-number for number in numbers]

    pairs = [pair for pair in in_children(work, [[1, 2, 3], [4]], jobs=2, patience=60.0) if pair[0]]
    assert sorted(pairs, key=str) == sorted([([1], [-1]), ([2], [-2]), ([3], 5), ([4], [-4])], key=str)


def test_numbers_are_examined_once_and_those_of_dead_children_are_lost_alone(tmp_path, capsys):
    numbers = RNG.permutation(1000)[: 3 * BATCH].tolist()
    dead, groups = set(numbers[::10]), int(RNG.integers(2, 6))

    def work(batch):
        if dead & set(batch):
            os._exit(7)
        return [Square(number, number**2, tuple(batch)) for number in batch]

    def examined(some):
        held = Kept(tmp_path, 1, read=lambda record: Square(**record))
        return examine_all(
            some,
            held,
            work,
            lost=lambda number, status: Square(number, -status),
            together=lambda number: number % groups,
            doing="squaring",
            jobs=2,
        )

    examined(numbers[:5])
    found = examined(numbers)
    assert "5 of them were examined before" in capsys.readouterr().out
    assert [each.number for each in found] == numbers
    assert [each.value for each in found] == [-7 if number in dead else number**2 for number in numbers]
    for each in found:
        assert len(each.by) <= BATCH and len({number % groups for number in each.by}) <= 1
