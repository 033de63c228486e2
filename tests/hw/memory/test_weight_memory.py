"""The weight memory: beats of whole and of packed words, narrow weights extended, for kinds of all layouts."""

import random

import pytest

from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.memory.weight_memory import WeightMemory

from unit_model import UnitModel
from weight_beats import beat_of


@pytest.mark.parametrize("kind", ["parallel", "bit_plane", "fused", "digit"])
def test_beats_are_what_the_words_hold(kind):
    config, rng = flexible_machine(kind), random.Random(5)
    model, size = UnitModel(WeightMemory(config)), 8 * config.weight_word_bytes
    model.reset()
    words = {}
    for word in rng.sample(range(config.weight_words), 12):
        words[word] = rng.getrandbits(size)
        for name, value in (("write", 1), ("word", word), ("data", words[word]), ("read", 0)):
            model.set(name, value)
        model.tick()
    model.set("write", 0)
    for mode in config.array.modes():
        for packing, beats in enumerate((1, 2, 4)):
            if config.array.element_bits("w", mode) % beats:
                continue
            model.set("mode", mode.word())
            model.set("packing", packing)
            for _ in range(4):
                word, part = rng.choice(list(words)), rng.randrange(beats)
                model.set("read", 1)
                model.set("beat", word | part << config.weight_address_bits)
                model.tick()
                assert model.get("answer") == beat_of(config, mode, words[word], beats, part)
