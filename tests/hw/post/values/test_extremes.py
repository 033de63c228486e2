"""Extremes of sums: of the lanes that count, of as many columns as come, told as soon as they are needed."""

import numpy as np
import pytest

from lowtide.hw.post.values.extremes import LEVELS, Extremes

from post_definition import extended
from post_records import machine
from unit_model import UnitModel


@pytest.mark.parametrize("lanes", [2, 4, 64])
def test_extremes_are_those_of_the_sums_that_count(lanes):
    rng = np.random.default_rng(lanes)
    config = machine("lanes", dict(kind="parallel", rows=lanes, cols=1, lanes=4), feature_bytes=1 << 13)
    model = UnitModel(Extremes(config))
    model.reset()
    for record in range(30):
        model.set("enters", 0)
        model.set("start", 1)
        model.tick()
        model.set("start", 0)
        found, size = [], int(rng.integers(1, 32))
        for _ in range(int(rng.integers(1, 9))):
            sums = rng.integers(-(1 << size), 1 << size, lanes) if record else np.full(lanes, -(1 << 31))
            enters, rows = int(rng.random() < 0.7), int(rng.integers(0, lanes + 1))
            model.set("enters", enters)
            model.set("rows", (1 << rows) - 1)
            model.set("sums", sum((int(each) & 0xFFFFFFFF) << 32 * lane for lane, each in enumerate(sums)))
            found += sums[:rows].tolist() * enters
            model.tick()
        model.set("enters", 0)
        for _ in range(LEVELS):
            model.tick()
        told = [int(extended(model.get(name), 32, 1)) for name in ("smallest", "largest")]
        assert told == ([min(found), max(found)] if found else [0, 0])
