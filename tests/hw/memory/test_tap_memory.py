"""The tap memory: what is read is what the entries in external memory say."""

import random

import pytest

from lowtide.common.records.entries import Tap
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.memory.tap_memory import TapMemory

from unit_model import UnitModel


@pytest.mark.parametrize("feature_bytes", [1 << 10, 1 << 24])
def test_taps_are_those_of_the_entries(feature_bytes):
    config = AcceleratorConfig(
        name=f"taps_{feature_bytes}", array=ArrayConfig(rows=4), feature_bytes=feature_bytes, weight_bytes=1 << 12
    )
    model, rng, bits = UnitModel(TapMemory(config)), random.Random(1), config.feature_address_bits + 1
    model.reset()
    entries = []
    for number in range(config.taps):
        ends = number < 2
        entry = Tap(
            offset=(-(1 << 23), (1 << 23) - 1)[number] if ends else rng.randrange(-(1 << 23), 1 << 23),
            dy=(-128, 127)[number] if ends else rng.randrange(-128, 128),
            dx=(127, -128)[number] if ends else rng.randrange(-128, 128),
        )
        entries.append(entry)
        for name, value in (
            ("write", 1),
            ("write_entry", number),
            ("data", int.from_bytes(entry.pack(), "little") | rng.getrandbits(8) << 24),  # a gap of the entry
        ):
            model.set(name, value)
        model.tick()
    model.set("write", 0)
    for number in rng.sample(range(config.taps), config.taps):
        model.set("read", 1)
        model.set("read_entry", number)
        model.tick()
        model.set("read", 0)
        model.tick()  # it stays
        tap, entry = model.get("tap"), entries[number]
        assert tap & (1 << bits) - 1 == entry.offset % (1 << bits)
        assert (tap >> bits & 255, tap >> bits + 8) == (entry.dy % 256, entry.dx % 256)
