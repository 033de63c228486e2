"""The list of the largest codes: sorted, of equal ones the first above, read out with pauses, nothing left behind."""

import numpy as np
import pytest

from lowtide.common.records.execute import Exec
from lowtide.hw.post.fields import fields_layout
from lowtide.hw.post.values.top_k import TopK

from post_bench import bits, packed
from post_records import machine
from unit_model import UnitModel


def record_of(rng, config, is_signed):
    size = int(rng.choice([8, 16]))
    return Exec(
        top_k=rng.integers(1, config.top_k + 1),
        out_bits=size,
        out_values=rng.integers(1, config.atom_bits // size + 1),
        out_signed=is_signed,
    )


@pytest.mark.parametrize("places", [1, 4, 15])
def test_the_largest_codes_and_their_channels_come_in_order(places):
    rng = np.random.default_rng(places)
    config = machine("vector", dict(kind="parallel", rows=2, cols=1, lanes=4), top_k=places)
    model, layout = UnitModel(TopK(config)), fields_layout(TopK.NAMES)
    model.reset()
    for number in range(40):
        record = record_of(rng, config, number % 2)
        model.set("fields", packed(*((getattr(record, name), bits(layout, name)) for name in layout.members)))
        for name in ("takes", "ends", "ready"):
            model.set(name, 0)
        model.set("start", 1)
        model.tick()
        model.set("start", 0)
        count, few = int(rng.integers(1, 30)), 1 << int(rng.integers(1, 17))
        codes, lost = rng.integers(0, min(few, 1 << record.out_bits), count), rng.random(count) < 0.02
        given(model, rng, codes, lost, record.out_bits)
        if number % 5 == 4:  # abandoned
            continue
        values = codes.astype(np.int64)
        if record.out_signed:
            values -= (values >> record.out_bits - 1) << record.out_bits
        order = sorted(range(count), key=lambda n: -values[n])[: record.top_k]
        expected = [int(each) for n in order for each in (values[n], n)] + [0, 0] * (record.top_k - len(order))
        assert shown(model, rng, record) == [each & (1 << record.out_bits) - 1 for each in expected]
        assert model.get("overflowed") == lost.any() and not model.get("valid")


def given(model, rng, codes, lost, size):
    """The codes with pauses; bits above theirs are anything."""
    for place, (code, flag) in enumerate(zip(codes, lost, strict=True)):
        while rng.random() < 0.3:
            model.tick()
        model.set("code", (int(code) | int(rng.integers(1 << 16)) << size) & 0xFFFF)
        model.set("overflow", int(flag))
        model.set("takes", 1)
        model.set("ends", int(place + 1 == len(codes)))
        model.tick()
        model.set("takes", 0)
        model.set("ends", 0)
        model.set("code", int(rng.integers(1 << 16)))


def shown(model, rng, record):
    """What is read out, and that it goes where channels would."""
    found, last = [], 2 * record.top_k
    while len(found) < last:
        assert model.get("valid")
        place = len(found) % record.out_values
        assert (model.get("offset"), model.get("opens")) == (place * record.out_bits, place == 0)
        assert model.get("last") == (len(found) + 1 == last)
        assert model.get("closes") == (place + 1 == record.out_values or len(found) + 1 == last)
        ready = int(rng.random() < 0.6)
        model.set("ready", ready)
        if ready:
            found.append(model.get("value") & (1 << record.out_bits) - 1)
        model.tick()
    model.set("ready", 0)
    return found
