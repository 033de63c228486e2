"""Which layers a text says."""

import numpy as np
import pytest

from lowtide.compiler.programs.layers.chosen import Layers


def test_ranges_are_those_of_python():
    rng = np.random.default_rng(0)
    for _ in range(200):
        count = int(rng.integers(1, 30))
        low = int(rng.integers(count))
        high = int(rng.integers(low + 1, count + 1))
        assert Layers(f"{low}:{high}").of(count) == range(low, high)
        assert Layers(f"{low}:").of(count) == range(low, count)
        assert Layers(f":{high}").of(count) == range(high)
        assert Layers(str(low)).of(count) == range(low, low + 1)
        assert Layers("all").of(count) == Layers(":").of(count) == range(count)


@pytest.mark.parametrize("text", ["", "a", "1:2:3", "-1", "1:-1", "1,2", "²", "all:", "1 :2"])
def test_other_texts(text):
    with pytest.raises(ValueError, match="^layers is .*, allowed are all, a number N, or A:B, from layer A up to"):
        Layers(text)


@pytest.mark.parametrize("text", ["3", "3:", "0:4", "2:2", "2:1", ":0"])
def test_layers_that_a_program_does_not_have(text):
    with pytest.raises(ValueError) as error:
        Layers(text).of(3)
    assert str(error.value) == (
        f"layers is {text!r}, allowed in a program of 3 layers are all, N from 0 to 2, "
        "and A:B with A below B and B at most 3"
    )
