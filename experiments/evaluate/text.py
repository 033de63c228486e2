"""The language model on a text file: perplexity, and the share of words that its vocabulary does not have."""

import numpy as np

from experiments.data.text import encode, words_of_file
from experiments.networks.lstm import perplexity
from experiments.runs.language import Language, LanguageForm, language, quantise_language
from golden.compensate import Compensation

__all__ = ["measure", "numbers_of", "trained"]


def trained():
    """The trained `Language`, on its own text; `DataMissing` as `experiments.runs.language.language`."""
    return language()


def numbers_of(path, task, limit=None):
    """(word numbers, share of unknown words) of a text file, its first ``limit`` words. ValueError as
    `words_of_file`."""
    words = words_of_file(path)[:limit]
    numbers = encode(words, task.model.vocabulary)
    return numbers, float(np.mean(numbers == len(task.model.vocabulary) - 1))


def measure(task, numbers, format, *, x_bits, compensated):
    """The perplexity of the model with weights in a format, None: in floating point."""
    if format is None:
        return perplexity(task.model, numbers)
    there = Language(task.model, numbers, task.calibration, task.float_score)
    form = LanguageForm(weights=format, x_bits=x_bits, compensation=Compensation() if compensated else None)
    return quantise_language(there, form).perplexity(numbers)
