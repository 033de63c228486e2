"""The language model computes PyTorch's LSTM, it learns, and the trained one predicts prose."""

from dataclasses import replace

import numpy as np
import torch

from lowtide.workloads.data.brown import brown
from lowtide.workloads.networks import lstm_training
from lowtide.workloads.networks.lstm import LanguageModel, language_model, perplexity
from lowtide.workloads.networks.torch_threads import threads_of

RNG = np.random.default_rng(2)


def model(words, hidden, scale=1.0):
    shapes = ((words, hidden), (hidden, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,), (hidden, words), (words,))
    return LanguageModel(
        *(scale * RNG.normal(size=shape).astype(np.float32) for shape in shapes),
        vocabulary=tuple(map(str, range(words))),
    )


def test_hidden_values_are_those_of_pytorch():
    made, inputs = model(11, 6), RNG.integers(11, size=(9, 3))
    reference = torch.nn.LSTM(6, 6)
    with torch.no_grad():
        for name, values in (
            ("weight_ih_l0", made.input_weight.T),
            ("weight_hh_l0", made.hidden_weight.T),
            ("bias_ih_l0", made.bias),
            ("bias_hh_l0", 0 * made.bias),
        ):
            getattr(reference, name).copy_(torch.from_numpy(values.copy()))
        start = tuple(torch.from_numpy(RNG.normal(size=(1, 3, 6)).astype(np.float32)) for _ in range(2))
        expected, state = reference(torch.from_numpy(made.embedding[inputs]), start)
    found, (h, c) = made.hidden(inputs, tuple(part[0].numpy() for part in start))
    assert np.abs(found - expected.numpy()).max() < 1e-5
    assert np.abs(h - state[0][0].numpy()).max() < 1e-5 and np.abs(c - state[1][0].numpy()).max() < 1e-5


def test_training_learns_a_pattern_and_is_reproducible(monkeypatch):
    for name, value in (("HIDDEN", 16), ("BATCH", 4), ("STEPS", 10), ("EPOCHS", 15), ("RATE", 0.03)):
        monkeypatch.setattr(lstm_training, name, value)
    numbers = np.resize([0, 1, 2, 3, 4, 3, 2, 1, 0, 5], 800).astype(np.int32)  # 1, 2, 3: two words may follow
    arrays = lstm_training.train(numbers, 6)
    with threads_of(torch, 2):  # a machine of two cores
        again = lstm_training.train(numbers, 6)
        assert torch.get_num_threads() == 2
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)
    trained = LanguageModel(**arrays, output_weight=arrays["embedding"].T, vocabulary=tuple("abcdef"))
    assert perplexity(trained, numbers) < 1.3  # 1.7 without the past


def test_trained_scores_are_log_probabilities(monkeypatch):
    """Words drawn independently of each other have nothing to learn but their chances: the perplexity of held-out ones
    is that of the entropy, and neither flatter nor steeper scores are better. A loss that learns the scores of frequent
    words too high or too low, as a sampled softmax with the wrong correction does, fails both."""
    for name, value in (("HIDDEN", 8), ("BATCH", 8), ("STEPS", 10), ("EPOCHS", 6), ("RATE", 0.02)):
        monkeypatch.setattr(lstm_training, name, value)
    words, rng = 60, np.random.default_rng(0)
    chances = 1 / np.arange(1, words + 1)
    chances /= chances.sum()
    train, held_out = rng.choice(words, 12_000, p=chances), rng.choice(words, 6_000, p=chances)
    arrays = lstm_training.train(train, words)
    trained = LanguageModel(**arrays, output_weight=arrays["embedding"].T, vocabulary=())
    implied = np.exp(-np.log(chances)[held_out].mean())
    assert implied < perplexity(trained, held_out) < 1.03 * implied
    for share in (1 / 1.5, 1.5):
        scaled = replace(trained, output_weight=share * trained.output_weight, output_bias=share * trained.output_bias)
        assert perplexity(scaled, held_out) > 1.02 * perplexity(trained, held_out)


def test_trained_model_predicts_held_out_prose():
    found = language_model()
    assert found.embedding.shape == (10_001, 256) and found.hidden_weight.shape == (256, 1024)
    text = brown().test[:8000]
    exact = perplexity(found, text)
    assert 100 < exact < 200
    for share in (1 / 1.5, 1.5):
        scaled = replace(found, output_weight=share * found.output_weight, output_bias=share * found.output_bias)
        assert perplexity(scaled, text) > exact
