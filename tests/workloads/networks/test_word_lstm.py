"""The language model as one network computes what the model computes word by word."""

import numpy as np

from lowtide.workloads.networks.word_lstm import random_model, word_lstm, word_lstm_model

import onnx_runtime


def test_scores_of_the_next_word_are_the_models():
    rng = np.random.default_rng(4)
    model = random_model(width=8, words=23, seed=2)
    for count in (1, 3, 5):
        numbers = rng.integers(23, size=(count, 6))
        hidden, _ = model.hidden(numbers, (np.zeros((6, 8), np.float32),) * 2)
        embedded = model.embedding[numbers]  # [words, batch, values]
        expected = model.scores(hidden)[-1]
        found = word_lstm(model, count).run(embedded.swapaxes(0, 1))
        assert np.allclose(found, expected, atol=1e-4)
        assert np.allclose(onnx_runtime.run(word_lstm_model(model, count), embedded), expected, atol=1e-4)
