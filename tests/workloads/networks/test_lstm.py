"""The language model computes PyTorch's LSTM, its perplexity is that of the definition, and it learns."""

import numpy as np
import pytest

from lowtide.workloads.networks.lstm import LanguageModel, log_losses, perplexity, streams_of

RNG = np.random.default_rng(2)


def model(words, hidden, scale=1.0):
    shapes = ((words, hidden), (hidden, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,), (hidden, words), (words,))
    return LanguageModel(
        *(scale * RNG.normal(size=shape).astype(np.float32) for shape in shapes),
        vocabulary=tuple(map(str, range(words))),
    )


def test_log_losses_by_hand():
    scores = np.log(np.array([[[1.0, 2, 1], [5, 1, 2]]])) + 7  # a constant changes nothing
    assert log_losses(scores, np.array([[1, 2]])) == pytest.approx(np.array([[-np.log(2 / 4), -np.log(2 / 8)]]))


def test_perplexity_of_equal_scores_is_the_number_of_words():
    assert perplexity(model(23, 4, scale=0.0), RNG.integers(23, size=500)) == pytest.approx(23)


def test_streams_are_consecutive_parts_and_targets_the_next_words():
    inputs, targets = streams_of(np.arange(10), 3)
    assert inputs.tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert np.array_equal(targets, inputs + 1)
    with pytest.raises(ValueError, match="numbers has 3 words, allowed are 4 and more"):
        streams_of(np.arange(3), 3)
