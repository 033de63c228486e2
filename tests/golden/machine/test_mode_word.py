"""Golden's mode word is the hardware's."""

import numpy as np
import pytest

from lowtide import golden, hw
from lowtide.golden.machine.mode_word import WORD_BITS, mode_of_word, word_of_mode
from lowtide.hw.mode.word import BY_NAME
from lowtide.hw.mode.word import WORD_BITS as HARDWARE_BITS

from random_choices import random_mode_word


def test_words_of_random_modes_are_those_of_the_hardware():
    rng = np.random.default_rng(0)
    assert WORD_BITS == HARDWARE_BITS
    for _ in range(500):
        mode = random_mode_word(rng)
        found = mode_of_word(mode.word())
        assert isinstance(found, golden.Mode) and word_of_mode(found) == word_of_mode(mode) == mode.word()
        assert all(getattr(found, name) == getattr(mode, name) for name in BY_NAME)


def test_numbers_without_meaning_are_refused():
    word = hw.Mode().word()
    places = {field.name: field.lowest_bit for field in BY_NAME.values()}
    for name, number in (("x_format", 3), ("w_format", 15)):
        with pytest.raises(ValueError, match=f"mode.{name} is {number}, allowed are 0 to"):
            mode_of_word(word | number << places[name])
    with pytest.raises(ValueError, match="mode has bits beyond"):
        mode_of_word(word | 1 << WORD_BITS)
