"""The language model in integers: near the float one with many bits, better when compensated, pairs as by hand."""

import numpy as np
import pytest

from lowtide.experiments.runs.language_model.language import Language
from lowtide.experiments.runs.language_model.quantise_language import LanguageForm, quantise_language
from lowtide.golden.compensate import Compensation
from lowtide.golden.number_formats import FixedPoint, TermRevealed
from lowtide.golden.terms import count
from lowtide.workloads.networks.lstm import LanguageModel, streams_of

WORDS, HIDDEN = 40, 16


@pytest.fixture(scope="module")
def task():
    """A model with random weights, and a text that it finds likelier than chance: each word its best successor."""
    rng = np.random.default_rng(3)

    def array(*shape, size=1.0):
        return rng.normal(0, size, shape).astype(np.float32)

    embedding = array(WORDS, HIDDEN)
    model = LanguageModel(
        embedding=embedding,
        input_weight=array(HIDDEN, 4 * HIDDEN, size=0.4),
        bias=array(4 * HIDDEN, size=0.2),
        hidden_weight=array(HIDDEN, 4 * HIDDEN, size=0.4),
        output_weight=3 * embedding.T,
        output_bias=array(WORDS),
        vocabulary=tuple(map(str, range(WORDS))),
    )
    state, words = (np.zeros((1, HIDDEN), np.float32),) * 2, [0]
    for _ in range(4000):
        h, state = model.hidden(np.array([[words[-1]]]), state)
        scores = model.scores(h[0, 0]).astype(np.float64)
        chances = np.exp(scores - scores.max())
        words.append(int(rng.choice(WORDS, p=chances / chances.sum())))
    numbers = np.array(words, np.int32)
    return Language(model, numbers[:2001], numbers[2000:])


def test_many_bits_have_the_perplexity_of_the_float_model(task):
    assert task.float_score < WORDS / 2
    found = quantise_language(task, LanguageForm(weights=FixedPoint(12), x_bits=12)).perplexity(task.text)
    assert found == pytest.approx(task.float_score, rel=0.01)


@pytest.mark.parametrize("weights, data_terms", [(FixedPoint(3), 0), (TermRevealed(budget=4), 2)])
def test_compensation_lowers_the_perplexity(task, weights, data_terms):
    plain, compensated = (
        quantise_language(task, LanguageForm(weights=weights, data_terms=data_terms, compensation=compensation))
        for compensation in (None, Compensation())
    )
    assert task.float_score < compensated.perplexity(task.text) < plain.perplexity(task.text)


def test_compensated_weights_are_of_the_format(task):
    form = LanguageForm(weights=TermRevealed(group=8, budget=6), compensation=Compensation())
    network = quantise_language(task, form)
    for layer in (network.lstm.inputs, network.lstm.recurrent, network.output):
        terms = count(layer.weights.integers, bits=9).astype(int)
        assert terms.reshape(-1, 8, terms.shape[1]).sum(axis=1).max() <= 6


def test_term_pairs_are_those_of_every_multiplication(task):
    network = quantise_language(task, LanguageForm(weights=FixedPoint(4), x_bits=6, data_terms=2))
    numbers = task.text[:65]
    inputs, _ = streams_of(numbers)
    h = network.hidden(inputs)
    pairs = multiplications = 0
    for time in range(2):
        for stream in range(32):
            before = h[stream, time - 1] if time else np.zeros(HIDDEN, int)
            for layer, x in (
                (network.lstm.inputs, network.embedding[inputs[time, stream]]),
                (network.lstm.recurrent, before),
                (network.output, h[stream, time]),
            ):
                data = np.minimum(count(x, bits=6), 2).astype(int)
                pairs += int((data[:, None] * count(layer.weights.integers, bits=4).astype(int)).sum())
                multiplications += layer.weights.integers.size
    assert network.term_pairs(numbers, "hese") == pytest.approx(pairs / multiplications)


def test_data_terms_are_taken_in_the_encoding(task):
    found = {}
    for encoding in ("hese", "binary"):
        network = quantise_language(task, LanguageForm(weights=FixedPoint(8), data_terms=2, encoding=encoding))
        seen = network.output.seen(np.array([7, 27, -119]))
        found[encoding] = seen.tolist()
    assert found == {"hese": [7, 28, -120], "binary": [6, 24, -96]}
