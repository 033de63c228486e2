"""The language model with its texts, in floating point and in integers.

x are the word's embedding, h the LSTM's outputs, both codes of integers of 8 bits or fewer; W, U and the output matrix
have any format of weights. What makes integers of the model is
`lowtide.experiments.runs.language_model.quantise_language`.

Source: lowtide.golden.network.lstm.lstm; the perplexity is that of `lowtide.workloads.networks.lstm`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.checks import LARGEST_BITS
from lowtide.golden.network.lstm.quantised_lstm import QuantisedLSTM
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.terms import count_terms
from lowtide.workloads.data.brown import brown
from lowtide.workloads.networks.lstm import LanguageModel, language_model, log_losses, stream_losses, streams_of

__all__ = ["Language", "QuantisedLanguage", "language"]

WORDS, CALIBRATION_WORDS = 20_000, 8_000
_BLOCK = 32  # times whose scores are there together


@dataclass(frozen=True, eq=False)
class Language:
    """The float language model and its texts.

    Parameters
    ----------
    model : LanguageModel
        In floating point.
    text, calibration : ndarray of int [words]
        Word numbers to measure on, and to fit ranges and compensation on.
    """

    model: LanguageModel
    text: np.ndarray
    calibration: np.ndarray

    @cached_property
    def float_losses(self) -> NDArray[np.float64]:
        """The float model's mean log loss on each stream of the text: float64 [streams]."""
        return stream_losses(self.model, self.text)

    @property
    def float_score(self) -> float:
        """The float model's perplexity on the text."""
        return float(np.exp(self.float_losses.mean()))


def language() -> Language:
    """The `Language`; `DataMissing` as `lowtide.workloads.networks.lstm.language_model`."""
    model, corpus = language_model(), brown()
    return Language(model, corpus.test[: WORDS + 1], corpus.valid[: CALIBRATION_WORDS + 1])


@dataclass(frozen=True, eq=False)
class QuantisedLanguage:
    """The language model in integers.

    Parameters
    ----------
    embedding : ndarray of int32 [words, inputs]
        Codes of x.
    lstm : QuantisedLSTM
        The cell.
    output : QuantisedLayer
        From hidden values to scores of words.
    """

    embedding: np.ndarray
    lstm: QuantisedLSTM
    output: QuantisedLayer

    def hidden(self, inputs: NDArray[np.integer]) -> NDArray[np.int64]:
        """Codes of h, int64 [streams, time, H], of word numbers [time, streams]."""
        return self.lstm.run_integers(self.embedding[inputs.T])[0]

    def perplexity(self, numbers: NDArray[np.integer]) -> float:
        """Of the word numbers, cut into streams as the float model's."""
        return float(np.exp(self.stream_losses(numbers).mean()))

    def stream_losses(self, numbers: NDArray[np.integer]) -> NDArray[np.float64]:
        """The mean log loss of each stream of the word numbers: float64 [streams]."""
        inputs, targets = streams_of(numbers)
        h = self.hidden(inputs)
        total = np.zeros(len(h))
        for start in range(0, len(inputs), _BLOCK):
            some = slice(start, start + _BLOCK)
            sums, scale = self.output.accumulators(h[:, some], self.lstm.h_quantiser)
            total += log_losses((sums * scale).astype(np.float32), targets[some].T).sum(axis=1)
        return total / len(inputs)

    def products(self, numbers: NDArray[np.integer]) -> tuple[tuple[QuantisedLayer, NDArray[np.integer]], ...]:
        """(layer, codes of its data [rows, K]) of the three matrix products, on the word numbers."""
        inputs, _ = streams_of(numbers)
        h = self.hidden(inputs)
        wide = h.shape[-1]
        before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
        x = self.embedding[inputs.T].reshape(-1, self.embedding.shape[1])
        return (
            (self.lstm.inputs, x),
            (self.lstm.recurrent, before.reshape(-1, wide)),
            (self.output, h.reshape(-1, wide)),
        )

    def term_pairs(self, numbers: NDArray[np.integer], encoding: str) -> float:
        """Pairs of terms that are not zero, per multiplication: sum_k (sum_m terms(x)) (sum_n terms(w)) of each.

        Parameters
        ----------
        numbers : ndarray of int [words]
            Word numbers of the text that is counted.
        encoding : str
            Of the terms.

        Returns
        -------
        float
            Over the three matrix products.
        """
        pairs = multiplications = 0
        for layer, codes in self.products(numbers):
            bits, signed = layer.x_form
            data = count_terms(layer.seen(codes), encoding, bits, signed).astype(np.int64)
            weights = count_terms(layer.weights.whole, encoding, LARGEST_BITS, True).astype(np.int64)
            pairs += int(data.sum(axis=0) @ weights.sum(axis=1))
            multiplications += len(codes) * weights.size
        return pairs / multiplications
